"""A person's own feeds, of all that they follow or of what they chose, for a reader program: by an address that opens this and nothing else."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parvis.core.audiences.rule import Viewer
from parvis.core.people.request import Request
from parvis.core.stream.models import Publication
from parvis.core.stream.pages import home
from parvis.lib.feeds import Entry, Feed, Person, Tombstone, atom

from ..actions.feeding import fetched, key_of, let_go
from ..chosen import newest_of_chosen
from ..items import Item, Items
from ..links import whole
from ..models import FeedKey, Holds

NEWEST = 50


@require_safe
def feed(request: Request, token: str) -> HttpResponseBase:
    """What they follow, newest first, as they may see it now; as a title and a link where its text does not travel."""
    key = key_of(token)
    if key is None:
        raise Http404
    with translation.override(key.person.language), timezone.override(ZoneInfo(key.person.zone)):
        return private(closed(request, key) if key.closed_at is not None else opened(request, key))


def opened(request: Request, key: FeedKey) -> HttpResponseBase:
    viewer = Viewer.of(key.person, request.at)
    items = Items().of(newest(key, viewer), viewer)
    square = request.square.name
    gone = tombstones(key, viewer, request)
    moments = [*(item.publication.ord_at for item in items), *(one.at for one in gone)]
    data = atom(
        Feed(
            id=f"tag:parvis,{key.made_at:%Y-%m-%d}:feed:{key.token_hash[:16]}",
            title=title_of(key, square),
            home_url=whole("/") or request.build_absolute_uri("/"),
            self_url=request.build_absolute_uri(),
            updated_at=max(moments, default=key.made_at).replace(microsecond=0),
            entries=tuple(entry(request, item) for item in items),
            gone=gone,
        )
    )
    etag = f'"{salted_hmac("parvis.delivery.etag", data, algorithm="sha256").hexdigest()[:32]}"'
    response = HttpResponse(data, content_type="application/atom+xml; charset=utf-8")
    response.headers["ETag"] = etag
    fetched(key=key, items=items, network=get_adapter(request).get_client_ip(request), at=request.at)
    return get_conditional_response(request, etag, None, response) or response


def newest(key: FeedKey, viewer: Viewer) -> Sequence[Publication]:
    """The newest of all that its person follows, or of what they chose for their feed."""
    if key.holds == Holds.CHOSEN:
        return newest_of_chosen(key.person, viewer, limit=NEWEST)
    return home(viewer, limit=NEWEST).publications


def title_of(key: FeedKey, square: str) -> str:
    values = {"square": square, "name": key.person.name}
    if key.holds == Holds.CHOSEN:
        return _("%(square)s, what %(name)s chose") % values
    return _("%(square)s, for %(name)s") % values


def tombstones(key: FeedKey, viewer: Viewer, request: Request) -> tuple[Tombstone, ...]:
    """What this address has given out and its reader may not see any more: nothing that it did not tell them."""
    return tuple(
        Tombstone(id=name_of(gone.publication), at=gone.at)
        for gone in let_go(key=key, viewer=viewer, at=request.at)
    )


def name_of(publication: Publication) -> str:
    """By what reader programs know a publication, for ever."""
    return f"tag:parvis,{publication.made_at:%Y-%m-%d}:{publication.public_id}"


def entry(request: Request, item: Item) -> Entry:
    publication = item.publication
    url = item.url or request.build_absolute_uri(item.card.path)
    out_at = publication.published_at or publication.made_at
    link = '<p><a href="{}">{}</a></p>'.format(url, _("This is not for everyone: read it there."))
    return Entry(
        id=name_of(publication),
        url=url,
        title=item.title,
        language=publication.language,
        html=item.html if item.is_whole else link,
        summary=item.note or item.lead,
        published_at=out_at,
        updated_at=publication.edited_at or out_at,
        authors=(Person(name=publication.author.name),),
        point=item.point if item.is_whole else None,
    )


def closed(request: Request, key: FeedKey) -> HttpResponseBase:
    """One entry that says why nothing comes any more, and that it is gone for good (410)."""
    at = key.closed_at or key.made_at
    words = _("This address is closed. If it was yours, make a new one on the page “What you follow”.")
    data = atom(
        Feed(
            id=f"tag:parvis,{key.made_at:%Y-%m-%d}:feed:{key.token_hash[:16]}",
            title=_("Closed"),
            home_url=whole("/") or request.build_absolute_uri("/"),
            self_url=request.build_absolute_uri(),
            updated_at=at.replace(microsecond=0),
            entries=(
                Entry(
                    id=f"tag:parvis,{at:%Y-%m-%d}:feed:{key.token_hash[:16]}:closed",
                    url=whole("/me/subscriptions/") or request.build_absolute_uri("/me/subscriptions/"),
                    title=_("Closed"),
                    language=translation.get_language() or "fr",
                    html=f"<p>{words}</p>",
                    summary=words,
                    published_at=at,
                    updated_at=at,
                ),
            ),
        )
    )
    return HttpResponse(data, content_type="application/atom+xml; charset=utf-8", status=410)


def private(answer: HttpResponseBase) -> HttpResponseBase:
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
