"""What the page of imports asks for."""

from django import forms
from django.utils.translation import gettext_lazy


class FileForm(forms.Form):
    """A file of check-ins."""

    file = forms.FileField(
        label=gettext_lazy("File with check-ins"),
        help_text=gettext_lazy(
            "The zip of Swarm as you got it, a file of Google’s Timeline, GPX, KML or KMZ, a recording of OwnTracks, "
            "GeoJSON. What it is shows by what is in it, whatever its name."
        ),
    )
