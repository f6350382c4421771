"""Whether what one puts out for some readers may leave the house whole: a standing choice, for one audience each."""

from datetime import datetime

from parvis.core.people.models import Person

from ..models import Audience, WholeText


def let_whole_texts_leave(*, author: Person, audience: Audience, at: datetime) -> None:
    """From now on these readers get whole texts. What everyone reads leaves whole anyway, and is not chosen."""
    if not audience.is_public:
        WholeText.objects.get_or_create(author=author, audience=audience, defaults={"at": at})


def send_links_only(*, author: Person, audience: Audience) -> None:
    """From now on these readers get a title and a link. What has left whole stays where it is."""
    WholeText.objects.filter(author=author, audience=audience).delete()
