"""What the page of a post was made of, as one text told by the database: while it is the same, so is the page.

Everything that a passer-by's page shows and that can change stands here, read through the one rule at this moment:
the square, the post, its author, its terms and its original, the posts beside it, each comment that is in sight, and each page elsewhere that is shown under it.
"""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection

from parvis.core.audiences.rule import Viewer
from parvis.core.site.release_notes import this_version
from parvis.core.stream.seen import placed

HERE = Path(__file__).resolve().parents[2]
OF_THE_HOUSE = ("**/templates/**/*.html", "**/locale/**/*.mo", "**/static/**/*.css", "**/static/**/*.svg")

LIST = {"sqlite": "group_concat(fact, ' ')", "postgresql": "string_agg(fact, ' ')"}
FACTS = """coalesce(%s, '')
 || ' ' || (SELECT CAST(version AS text) FROM people_square WHERE id = 1)
 || ' ' || coalesce((SELECT {list} FROM (SELECT slug || language || title AS fact FROM site_standingpage ORDER BY id) AS standing), '')
 || ' ' || CAST(pub.revision AS text) || ' ' || coalesce(CAST(pub.comments_closed_at AS text), '')
 || ' ' || writer.name || ' ' || writer.portrait
 || ' ' || coalesce((SELECT {list} FROM (SELECT k.slug || CAST(k.names AS text) AS fact FROM journal_incategory i
    JOIN journal_category k ON k.id = i.category_id WHERE i.post_id = post.id ORDER BY k.position, i.id) AS themes), '')
 || ' ' || coalesce((SELECT {list} FROM (SELECT t.slug || CAST(t.names AS text) AS fact FROM journal_tagged g
    JOIN journal_tag t ON t.id = g.tag_id WHERE g.post_id = post.id ORDER BY g.id) AS words), '')
 || ' ' || coalesce((SELECT o.url || o.publication_name || coalesce(CAST(o.published_on AS text), '')
    || coalesce(CAST(o.gone_on AS text), '') || CAST(o.is_confirmed AS text) FROM journal_original o WHERE o.post_id = post.id), '')
 || ' ' || coalesce((SELECT l.public_id || CAST(l.alt AS text) || l.caption || CAST(l.widths AS text)
    FROM stream_attachment l WHERE l.id = post.lead_picture_id), '')
 || ' <' || coalesce((SELECT CAST(b.id AS text) || '.' || CAST(b.revision AS text) FROM stream_publication b
    JOIN journal_post bp ON bp.publication_id = b.id AND bp.kind = 'post' WHERE post.kind = 'post' AND b.kind = 'journal.post'
    AND b.published_at IS NOT NULL AND b.ord < pub.ord AND {beside} ORDER BY b.ord DESC LIMIT 1), '')
 || ' >' || coalesce((SELECT CAST(b.id AS text) || '.' || CAST(b.revision AS text) FROM stream_publication b
    JOIN journal_post bp ON bp.publication_id = b.id AND bp.kind = 'post' WHERE post.kind = 'post' AND b.kind = 'journal.post'
    AND b.published_at IS NOT NULL AND b.ord > pub.ord AND b.ord <= %s AND {beside} ORDER BY b.ord LIMIT 1), '')
 || ' ' || coalesce((SELECT {list} FROM (SELECT CAST(c.id AS text) || '.' || CAST(c.revision AS text) || '.' || voice.name
    || voice.portrait || voice.role AS fact FROM stream_publication c JOIN people_person voice ON voice.id = c.author_id
    WHERE c.under_id = pub.id AND {comment} ORDER BY c.ord) AS said), '')
 || ' ' || coalesce((SELECT {list} FROM (SELECT CAST(m.id AS text) || '.' || CAST(m.fresh_at AS text) AS fact
    FROM delivery_webmention m WHERE m.publication_id = pub.id AND m.state = 'shown' ORDER BY m.id) AS elsewhere), '')"""

# While the journal is closed there is no post here to have a page.
OF_A_POST = """FROM journal_post post JOIN stream_publication pub ON pub.id = post.publication_id
 JOIN people_person writer ON writer.id = pub.author_id
 JOIN people_square house ON house.id = 1 AND CAST(house.closed_rooms AS text) NOT LIKE '%%"journal"%%'"""

type Statement = tuple[str, list[int | str]]


@cache
def house() -> str:
    """What the pages owe to the program: its version, its templates, words and looks, and its address."""
    digest = hashlib.sha256(f"{this_version()} {settings.PARVIS_URL}".encode())
    for pattern in OF_THE_HOUSE:
        for path in sorted(HERE.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def facts(viewer: Viewer) -> Statement:
    """The facts as SQL over `post`, `pub` and `writer`, with their values; `viewer` is a passer-by."""
    beside, of_beside = rule(viewer, "b")
    comment, of_comment = rule(viewer, "c")
    text = FACTS.format(list=LIST[connection.vendor], beside=beside, comment=comment)
    return text, [house(), *of_beside, viewer.at, *of_beside, *of_comment]


def rule(viewer: Viewer, name: str) -> Statement:
    """The one rule for the publication of this name in a statement."""
    text, values = placed(
        viewer,
        publication=f"{name}.id",
        author=f"{name}.author_id",
        deleted=f"{name}.deleted_at",
        under=f"{name}.under_id",
    )
    return text, list(values)
