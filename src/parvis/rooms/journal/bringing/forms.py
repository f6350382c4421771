"""What the page of imports asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext


class FileForm(forms.Form):
    """The file of an export."""

    file = forms.FileField(
        label=gettext_lazy("File from WordPress"),
        help_text=gettext_lazy(
            "In WordPress: Tools, Export, All content. The file ends in .xml; .xml.gz is fine too."
        ),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".xml,.gz,application/xml,text/xml,application/gzip"}
        ),
    )

    uploads = forms.FileField(
        label=gettext_lazy("Its pictures and files"),
        required=False,
        help_text=gettext_lazy(
            "Optional, now or on another day: the folder wp-content/uploads of the old site, packed as a zip. Pictures lose "
            "what the camera wrote into them; PDFs and sounds are kept as they are, with the names that are inside."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
    )


class AuthorsForm(forms.Form):
    """Whose the posts of each author will be."""

    def __init__(self, *args: Any, authors: Sequence[Mapping[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.logins: dict[str, str] = {}
        for number, author in enumerate(authors):
            name = author["name"] or author["login"] or "—"
            posts = ngettext("%(count)d post", "%(count)d posts", author["posts"]) % {
                "count": author["posts"]
            }
            self.logins[f"author_{number}"] = author["login"]
            self.fields[f"author_{number}"] = forms.ChoiceField(
                label=_("Posts of %(name)s (%(posts)s)") % {"name": name, "posts": posts},
                choices=[
                    ("me", _("I wrote them: they become mine")),
                    (
                        "guest",
                        _("Someone else did: a guest named %(name)s, without login or mail") % {"name": name},
                    ),
                ],
                initial="me" if len(authors) == 1 else "guest",
            )

    def mine(self) -> list[str]:
        """The logins whose posts whoever imports takes as their own."""
        return [login for field, login in self.logins.items() if self.cleaned_data[field] == "me"]
