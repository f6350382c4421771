"""Furnishes the journal of the sample square: its categories, its posts, their pictures, what was answered to them."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from parvis.core.audiences.models import Group, GroupKind
from parvis.core.people.models import Person
from parvis.core.site.demo.loader import Company, audience, converse, moment
from parvis.core.stream.actions import attach
from parvis.core.stream.pictures import address as picture_address

from ..actions import Draft, add_update, keep, make_category, publish_post, start_post
from ..actions.posts import First
from ..models import Category, Post
from . import drawing

HERE = Path(__file__).parent
WIDTH = 800
THE_PAPER_CLOSED = date(2019, 3, 29)
PICTURE = re.compile(r"\]\(demo:([a-z]+)")
LINK = re.compile(r"\]\(post:([a-z0-9-]+)\)")


@dataclass(frozen=True)
class Written:
    """One file of posts/: what stands before the text, and the text."""

    slug: str
    front: Mapping[str, Any]
    text: str


def furnish(at: datetime) -> None:
    """Bring the sample's categories and posts into a square whose people are there."""
    company = those_here()
    themes = bring_categories(
        tomllib.loads((HERE / "categories.toml").read_text(encoding="utf-8"))["category"]
    )
    written = [read(path) for path in sorted((HERE / "posts").glob("*.md"))]
    names = sorted({name for one in written for name in PICTURE.findall(one.text)})
    with ThreadPoolExecutor() as pool:
        pictures = dict(zip(names, pool.map(scene, names), strict=True))
    paths: dict[str, str] = {}
    with transaction.atomic():
        for one in sorted(written, key=lambda one: moment(one.front["published"])):
            paths[one.slug] = bring(one, company, themes, pictures, paths, at).get_absolute_url()


def draw(name: str) -> bytes | None:
    """A picture of the sample square by its name; None when it is not one of ours."""
    kind, _slash, key = name.rpartition("/")
    if kind == "portraits":
        return drawing.portrait(key) if key in drawing.PORTRAITS else None
    return scene(name) if name in drawing.NAMES else None


def scene(name: str) -> bytes:
    return drawing.draw(name, WIDTH)


def read(path: Path) -> Written:
    """A file: front matter in TOML between two lines of +++, then Markdown."""
    _nothing, front, text = path.read_text(encoding="utf-8").split("+++\n", 2)
    said = tomllib.loads(front)
    return Written(said.get("slug", path.stem.split("-", 1)[1]), said, text.strip())


def those_here() -> Company:
    """The people of the sample by their keys, which their addresses begin with, and their circles."""
    company = Company()
    for person in Person.objects.filter(addresses__value__endswith="@parvis.example"):
        for address in person.addresses.all():
            company.people[address.value.split("@")[0]] = person
    keys = {person.pk: key for key, person in company.people.items()}
    for circle in Group.objects.filter(kind=GroupKind.CIRCLE):
        company.circles[keys[circle.owner_id or 0], circle.label] = circle
    return company


def bring_categories(rows: Sequence[Mapping[str, str]]) -> dict[str, Category]:
    """The tree, in the order of the file."""
    made: dict[str, Category] = {}
    for place, row in enumerate(rows):
        category = make_category(
            names={"fr": row["name_fr"], "en": row["name_en"]},
            descriptions={"fr": row["about_fr"], "en": row["about_en"]},
            parent=made.get(row.get("parent", "")),
            slug=row["slug"],
        )
        category.position = place
        category.save(update_fields=["position"])
        made[row["slug"]] = category
    return made


def bring(
    one: Written,
    company: Company,
    themes: Mapping[str, Category],
    pictures: Mapping[str, bytes],
    paths: Mapping[str, str],
    at: datetime,
) -> Post:
    """One post with its pictures, its updates and what was answered to it."""
    front, author, out_at = one.front, company.people[one.front["author"]], moment(one.front["published"])
    began_at = min(out_at, at)
    post = start_post(author=author, language=front["language"], at=began_at)
    text = with_pictures(one.text, post, pictures, began_at)
    text = LINK.sub(lambda found: f"]({paths[found[1]]})", text)
    draft = draft_of(one, text, themes)
    if front.get("draft"):
        kept = {"title": draft.title, "text": text, "language": draft.language, "tags": ", ".join(draft.tags)}
        kept |= {f"note_{language}": words for language, words in draft.notes.items()}
        themes_kept = [str(category.pk) for category in draft.categories]
        keep(post=post, fields=kept | {"categories": themes_kept}, version=0, at=began_at)
        return post
    publish_post(
        post=post,
        draft=draft,
        audience=audience(company, front["author"], front["audience"]),
        at=began_at,
        come_out_at=out_at if out_at > at else None,
    )
    for update in front.get("updates", ()):
        add_update(post=post, source=update["text"], at=moment(update["at"]))
    converse(company, post.publication, front.get("comments", ()), None)
    return post


def with_pictures(text: str, post: Post, pictures: Mapping[str, bytes], at: datetime) -> str:
    """The text with its drawings hung on the post."""

    def hung(found: re.Match[str]) -> str:
        alt = {post.publication.language: ""}
        made = attach(
            publication=post.publication,
            owner=post.publication.author,
            name=f"{found[1]}.jpg",
            data=pictures[found[1]],
            at=at,
            alt=alt,
        )
        return f"]({picture_address(made)}"

    return PICTURE.sub(hung, text)


def draft_of(one: Written, text: str, themes: Mapping[str, Category]) -> Draft:
    """A post as its author would publish it."""
    front = one.front
    original = front.get("original")
    return Draft(
        title=front["title"],
        source=text,
        language=front["language"],
        slug=one.slug,
        notes=front.get("notes", {}),
        categories=[themes[slug] for slug in front["categories"]],
        tags=front["tags"],
        is_pinned=front.get("sticky", False),
        original=first_of(original) if original else None,
    )


def first_of(original: Mapping[str, Any]) -> First:
    """Where it came out first."""
    return First(
        url=original["url"],
        publication_name=original["publication"],
        published_on=date.fromisoformat(original["on"]),
        gone_on=THE_PAPER_CLOSED if original.get("gone") else None,
    )
