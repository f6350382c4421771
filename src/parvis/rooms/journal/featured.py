"""The picture that a former blog gave to a post, for those posts whose text does not show it."""

from html import escape

from parvis.core.stream.pictures import address, source
from parvis.lib.markup import with_pictures

from .models import Post


def featured(post: Post, text: str | None = None) -> str:
    """HTML to stand above a text of a post, the published one by default: its picture in every size there is; empty
    when the text shows it."""
    picture = post.lead_picture
    if picture is None or not picture.is_picture or picture.publication_id != post.publication_id:
        return ""
    path = address(picture)
    if path in (post.html if text is None else text):
        return ""
    alt = picture.alt.get(post.publication.language) or next(iter(picture.alt.values()), "")
    words = f"<figcaption>{escape(picture.caption)}</figcaption>" if picture.caption else ""
    figure = f'<figure><img src="{path}" alt="{escape(alt)}">{words}</figure>\n'
    return with_pictures(figure, lambda _src: source(picture))
