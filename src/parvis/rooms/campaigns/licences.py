"""Under which terms a finished work is given: a short list, and one's own words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

OWN = "own"


@dataclass(frozen=True)
class Licence:
    """A licence: its name, what it allows in a sentence, and where it stands (without a language)."""

    code: str
    name: object
    allows: object
    url: str = ""


LICENCES: Mapping[str, Licence] = {
    one.code: one
    for one in (
        Licence(
            "cc0",
            "CC0 1.0",
            _("Everyone does with it what they like."),
            "https://creativecommons.org/publicdomain/zero/1.0/",
        ),
        Licence(
            "cc-by",
            "CC BY 4.0",
            _("Everyone does with it what they like, and names whoever made it."),
            "https://creativecommons.org/licenses/by/4.0/",
        ),
        Licence(
            "cc-by-sa",
            "CC BY-SA 4.0",
            _(
                "Everyone does with it what they like, names whoever made it, and gives what they make of it on under the same terms."
            ),
            "https://creativecommons.org/licenses/by-sa/4.0/",
        ),
        Licence(
            "cc-by-nc",
            "CC BY-NC 4.0",
            _("Everyone uses and changes it without making money of it, and names whoever made it."),
            "https://creativecommons.org/licenses/by-nc/4.0/",
        ),
        Licence(
            "cc-by-nc-nd",
            "CC BY-NC-ND 4.0",
            _("Everyone passes it on as it is, without making money of it, and names whoever made it."),
            "https://creativecommons.org/licenses/by-nc-nd/4.0/",
        ),
        Licence(OWN, _("In my own words"), _("What may be done with it stands below.")),
    )
}
