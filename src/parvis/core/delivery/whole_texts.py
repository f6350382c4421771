"""Which publications travel whole: those for everyone, and those for an audience whose author lets whole texts leave."""

from collections.abc import Mapping, Sequence

from django.db.models import Q

from parvis.core.audiences.models import PUBLIC, WholeText
from parvis.core.audiences.rule import Viewer, bind
from parvis.core.stream.audience_now import audiences_now
from parvis.core.stream.models import Publication
from parvis.core.stream.seen import placed

STILL_WHOLE = """EXISTS (SELECT 1 FROM audiences_wholetext let JOIN stream_stream through
  ON through.audience_id = let.audience_id AND through.author_id = let.author_id
  JOIN stream_placement stands ON stands.stream_id = through.id
  WHERE let.author_id = {author} AND let.audience_id = :audience AND stands.publication_id = {publication}
    AND stands.visible_from <= :now AND stands.visible_until > :now)"""


def chosen_whole(publications: Sequence[Publication], viewer: Viewer) -> Mapping[int, int]:
    """Of these publications, which are not for everyone, those that travel whole; each with the audience that it is for now.

    What stands under another has the readers of what it stands under, whom its author did not choose.
    """
    own = [one for one in publications if one.under_id is None]
    if not own:
        return {}
    now = audiences_now(own, viewer.at)
    pairs = [(one.author_id, now[one.pk]) for one in own if one.pk in now]
    asked = Q(author__in=[author for author, _audience in pairs], audience__in=[pair[1] for pair in pairs])
    let = set(WholeText.objects.filter(asked).values_list("author_id", "audience_id"))
    return {one.pk: now[one.pk] for one in own if (one.author_id, now.get(one.pk)) in let}


def allowed(whole_for: int, reader: Viewer, *, person: str = "") -> tuple[str, list[int]]:
    """As SQL over `stream_publication p` and its values: this reader may get it as it was written.

    `whole_for` is the audience for which its text goes along, 0 for a title and a link; `person` as in `placed`.
    """
    columns = {"publication": "p.id", "author": "p.author_id"}
    viewer = Viewer(at=reader.at) if whole_for == PUBLIC else reader
    who = "" if whole_for == PUBLIC else person
    rule, values = placed(viewer, **columns, deleted="p.deleted_at", under="p.under_id", person=who)
    if whole_for in {0, PUBLIC}:
        return rule, values
    whole_text, more = still_whole(whole_for, reader.at, **columns)
    return f"{rule} AND {whole_text}", [*values, *more]


def still_whole(audience: int, at: int, *, publication: str, author: str) -> tuple[str, list[int]]:
    """As SQL and its values: it is for this very audience now, and its author still lets whole texts leave for it."""
    text = STILL_WHOLE.format(publication=publication, author=author)
    return bind(text, {"audience": audience, "now": at})
