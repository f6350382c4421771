"""The words of the sample square: every reference leads somewhere, and the typography is right."""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from itertools import chain
from typing import Any

import pytest

from parvis.rooms.journal.demo import drawing

JOURNAL = files("parvis.rooms.journal.demo")
SQUARE = files("parvis.core.site") / "demo"
OPENED_ON = datetime.fromisoformat("2026-11-22T23:59:59+01:00")
NARROW_SPACE, SPACE = "\u202f", "\u00a0"


@dataclass(frozen=True)
class Post:
    """One Markdown file, its front matter and its body."""

    number: int
    slug: str
    front: dict[str, Any]
    body: str

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.front["published"])


def read_posts() -> list[Post]:
    """All posts, in the order of their files."""
    found = []
    for file in sorted((JOURNAL / "posts").iterdir(), key=lambda file: file.name):
        number, slug = file.name.removesuffix(".md").split("-", 1)
        opening, front, body = file.read_text(encoding="utf-8").split("+++\n", 2)
        assert opening == ""
        parsed = tomllib.loads(front)
        found.append(Post(int(number), parsed.get("slug", slug), parsed, body))
    return found


def read(folder: Any, name: str) -> dict[str, Any]:
    return tomllib.loads((folder / name).read_text(encoding="utf-8"))


POSTS = read_posts()
CATEGORIES = read(JOURNAL, "categories.toml")["category"]
SQUARE_PEOPLE = read(SQUARE, "people.toml")
PEOPLE = {person["key"]: person for person in SQUARE_PEOPLE["person"]}
STATUSES = read(SQUARE, "statuses.toml")["status"]
CIRCLES = {(circle["owner"], circle["name"]): set(circle["members"]) for circle in SQUARE_PEOPLE["circle"]}
MEMBERS = {key for key, person in PEOPLE.items() if person["role"] != "guest"}


def connections_of(key: str) -> set[str]:
    pairs = [{pair["a"], pair["b"]} for pair in SQUARE_PEOPLE["connection"]]
    return set(chain.from_iterable(pair - {key} for pair in pairs if key in pair))


def readers(author: str, audience: Any) -> set[str]:
    """Who, among the people of the square, can read what this author put out for this audience."""
    if isinstance(audience, dict):
        included = set(chain.from_iterable(readers(author, part) for part in audience["include"]))
        return included - set(audience["exclude"]) | {author}
    if audience == "public":
        return set(PEOPLE)
    if audience == "members":
        return MEMBERS | {author}
    if audience == "connections":
        return connections_of(author) | {author}
    if audience == "me":
        return {author}
    kind, name = audience.split(":", 1)
    assert kind == "circle"
    return CIRCLES[(author, name)] | {author}


def with_replies(comments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [found for comment in comments for found in (comment, *with_replies(comment.get("replies", [])))]


def prose(text: str) -> str:
    """What a reader reads: without code, addresses and the rule under a table's head."""
    text = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.S)
    text = re.sub(r"\]\([^)\s]*", "](", text)
    return re.sub(r"^\|[-:| ]+\|$|https?://\S+", "", text, flags=re.M)


def everything_written() -> list[tuple[str, str]]:
    """Every piece of text in the sample, with where it stands."""
    pieces = []
    for post in POSTS:
        where = f"post {post.number}"
        pieces += [(where, post.front["title"]), (where, prose(post.body))]
        pieces += [(where, note) for note in post.front.get("notes", {}).values()]
        pieces += [(where, update["text"]) for update in post.front.get("updates", [])]
        pieces += [(where, comment["text"]) for comment in with_replies(post.front.get("comments", []))]
    for status in STATUSES:
        pieces += [
            (status["at"], word["text"]) for word in with_replies([status, *status.get("comments", [])])
        ]
    for thing in [*CATEGORIES, *PEOPLE.values()]:
        pieces += [
            (str(thing.get("key", thing.get("slug"))), thing[field]) for field in ("about_fr", "about_en")
        ]
    return pieces


def post_id(post: Post) -> str:
    return f"{post.number:03}-{post.slug}"


class TestPeople:
    def test_have_an_address_a_role_and_a_few_words_in_both_languages(self):
        for key, person in PEOPLE.items():
            assert person["email"] == f"{key}@parvis.example"
            assert person["role"] in {"owner", "author", "member", "guest"}
            assert person["language"] in {"fr", "en"}
            assert person["about_fr"]
            assert person["about_en"]
            assert date.fromisoformat(person["joined"]) <= OPENED_ON.date()

    def test_link_to_example_addresses_only(self):
        for person in PEOPLE.values():
            for label, url in person["links"]:
                assert label
                assert re.match(r"https://[a-z-]+\.example/", url)

    def test_are_painted_one_and_all(self):
        assert set(drawing.PORTRAITS) == set(PEOPLE)

    def test_name_only_each_other_in_connections_requests_and_circles(self):
        for pair in [*SQUARE_PEOPLE["connection"], *SQUARE_PEOPLE["request"]]:
            assert {pair["a"], pair["b"]} <= MEMBERS
            assert pair["a"] != pair["b"]
        for (owner, _), members in CIRCLES.items():
            assert owner in MEMBERS
            assert members <= set(PEOPLE) - {owner}

    def test_have_guests_and_connections_only_in_their_circles(self):
        for (owner, _), members in CIRCLES.items():
            assert members & MEMBERS <= connections_of(owner)

    def test_ask_only_those_with_whom_they_are_not_connected(self):
        for request in SQUARE_PEOPLE["request"]:
            assert request["b"] not in connections_of(request["a"])


class TestPosts:
    def test_are_some_fifty_in_both_languages_over_many_years(self):
        assert len(POSTS) >= 48
        languages = Counter(post.front["language"] for post in POSTS)
        assert languages["fr"] >= 20
        assert languages["en"] >= 20
        assert {post.moment.year for post in POSTS} >= set(range(2009, 2028))

    def test_have_slugs_of_their_own_and_files_numbered_without_a_gap(self):
        assert len({post.slug for post in POSTS}) == len(POSTS)
        assert [post.number for post in POSTS] == list(range(1, len(POSTS) + 1))

    def test_hold_drafts_one_scheduled_post_republished_columns_and_dated_updates(self):
        assert sum(post.front.get("draft", False) for post in POSTS) == 2
        assert [post.slug for post in POSTS if post.moment > OPENED_ON] == ["voeux-pour-2027"]
        assert sum("original" in post.front for post in POSTS) >= 6
        assert sum("updates" in post.front for post in POSTS) >= 3
        assert sum("comments" in post.front for post in POSTS) >= 15

    @pytest.mark.parametrize("post", POSTS, ids=post_id)
    def test_refer_only_to_what_exists(self, post):
        front = post.front
        assert PEOPLE[front["author"]]["role"] in {"owner", "author"}
        assert set(front["categories"]) <= {category["slug"] for category in CATEGORIES}
        shown = set(re.findall(r"!\[[^\]]+\]\(demo:([a-z]+) \"[^\"]+\"\)", post.body))
        assert shown == set(front.get("pictures", []))
        assert shown <= set(drawing.NAMES)
        assert post.body.count("demo:") == len(re.findall(r"\]\(demo:", post.body))
        for slug in re.findall(r"\]\(post:([^)]+)\)", post.body):
            target = next(other for other in POSTS if other.slug == slug)
            assert target.moment < post.moment
        assert set(front.get("notes", {})) <= {"fr", "en"} - {front["language"]}

    @pytest.mark.parametrize("post", POSTS, ids=post_id)
    def test_are_written_by_people_already_there(self, post):
        assert date.fromisoformat(PEOPLE[post.front["author"]]["joined"]) <= post.moment.date()

    @pytest.mark.parametrize("post", POSTS, ids=post_id)
    def test_say_enough_and_not_too_much(self, post):
        assert 80 <= len(post.body.split()) <= 470

    @pytest.mark.parametrize("post", [post for post in POSTS if "original" in post.front], ids=post_id)
    def test_are_copied_here_after_the_newspaper_printed_them(self, post):
        original = post.front["original"]
        assert original["url"].startswith("https://gazette-du-lac.example/")
        assert date.fromisoformat(original["on"]) < post.moment.date()


class TestAudiences:
    @pytest.mark.parametrize("post", POSTS, ids=post_id)
    def test_of_posts_let_in_everyone_who_comments_after_they_read(self, post):
        check_comments(post.front, post.front["published"])

    @pytest.mark.parametrize("status", STATUSES, ids=lambda status: status["at"])
    def test_of_statuses_let_in_everyone_who_comments_after_they_read(self, status):
        assert status["author"] in MEMBERS
        assert set(status.get("pictures", [])) <= set(drawing.NAMES)
        check_comments(status, status["at"])

    def test_exclude_only_people_who_would_otherwise_read(self):
        for front in [*(post.front for post in POSTS), *STATUSES]:
            if isinstance(front["audience"], dict):
                parts = (readers(front["author"], part) for part in front["audience"]["include"])
                assert set(front["audience"]["exclude"]) <= set(chain.from_iterable(parts))

    def test_show_the_three_people_to_try_clearly_different_squares(self):
        seen = {
            key: {post.slug for post in POSTS if key in readers(post.front["author"], post.front["audience"])}
            for key in ("alix", "josephine", "marc")
        }
        assert seen["marc"] < seen["josephine"]
        assert "les-quatre-vingts-ans" in seen["josephine"] - seen["marc"]
        assert "un-tabouret-pour-marc" in seen["josephine"] - seen["marc"]
        assert "what-i-charge" in seen["alix"] - seen["josephine"]
        assert len(seen["alix"]) > len(seen["josephine"]) > len(seen["marc"])

    def test_hide_the_birthday_from_the_one_who_reads_everything_by_mail(self):
        party = next(post.front for post in POSTS if post.slug == "les-quatre-vingts-ans")
        assert "jules" in readers("alix", "circle:Famille")
        assert "jules" not in readers("alix", party["audience"])


def check_comments(front: dict[str, Any], since: str) -> None:
    """Nobody comments on what they cannot see, before it is there, or before they are."""
    allowed = readers(front["author"], front["audience"]) & MEMBERS

    def check(comments: list[dict[str, Any]], after: datetime) -> None:
        for comment in comments:
            at = datetime.fromisoformat(comment["at"])
            assert comment["author"] in allowed
            assert at > after
            assert date.fromisoformat(PEOPLE[comment["author"]]["joined"]) <= at.date()
            check(comment.get("replies", []), at)

    check(front.get("comments", []), datetime.fromisoformat(since))


class TestCategories:
    def test_make_a_tree_with_names_in_both_languages(self):
        slugs = [category["slug"] for category in CATEGORIES]
        assert len(set(slugs)) == len(slugs)
        for number, category in enumerate(CATEGORIES):
            assert category["name_fr"]
            assert category["name_en"]
            assert category.get("parent") in {None, *slugs[:number]}

    def test_are_used_each_and_every_one(self):
        used = set(chain.from_iterable(post.front["categories"] for post in POSTS))
        assert used == {category["slug"] for category in CATEGORIES}


class TestTypography:
    def test_curls_every_apostrophe(self):
        assert [
            (where, found)
            for where, text in everything_written()
            for found in re.findall(r".{9}\w'\w.{9}", text)
        ] == []

    def test_keeps_high_punctuation_on_its_line(self):
        assert [
            (where, found)
            for where, text in everything_written()
            for found in re.findall(r".{9} [;:?!»]", text)
        ] == []

    def test_keeps_guillemets_with_their_words(self):
        for where, text in everything_written():
            assert text.count("«") == text.count(f"«{SPACE}"), where
            assert text.count("»") == text.count(f"{SPACE}»"), where

    def test_puts_the_right_space_before_french_punctuation(self):
        for post in POSTS:
            if post.front["language"] == "fr":
                text = re.sub(r'"\)|[A-Z]\]', "", prose(post.body))
                for mark, before in ((";", NARROW_SPACE), ("?", NARROW_SPACE), (":", SPACE)):
                    for found in re.finditer(re.escape(mark), text):
                        around = text[max(0, found.start() - 12) : found.end()]
                        footnote = re.search(r"\[\^\d\]:$", around)
                        assert footnote or around[-2] == before, (post.slug, around)

    def test_uses_no_emoji_and_no_straight_quotation_marks(self):
        for where, text in everything_written():
            assert not re.search("[\U0001f000-\U0001ffff\u2600-\u27bf]", text), where
            without_captions = re.sub(r'\]\( "[^"]*"\)', "", text)
            assert '"' not in without_captions, where
