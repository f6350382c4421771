"""Backups that are whole, copies that hold what is one's own and no more, and a leaving that lasts."""

import io
import json
import tarfile
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.core.audiences.actions import Expression, add_to_circle, audience_for, make_circle
from parvis.core.audiences.actions.groups import connections_group
from parvis.core.audiences.models import PUBLIC, Membership
from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Address, Connection, Person
from parvis.core.site.keeping import erasures
from parvis.core.site.keeping.archive import (
    Damaged,
    FromNewerParvis,
    NotABackup,
    WithoutDatabase,
    unpack,
    write_archive,
)
from parvis.core.site.keeping.backup import last_backup, make_backup
from parvis.core.site.keeping.erasure import OnlyOwner, erase_person, kept_by_law, replay_erasures
from parvis.core.site.keeping.export import export_to, export_zip
from parvis.core.site.keeping.findings import findings
from parvis.core.site.keeping.restore import FolderNotEmpty, empty_again, unpack_backup
from parvis.core.site.models import ChoreRun
from parvis.core.stream.actions import answer, begin, delete, say
from parvis.core.stream.models import Comment, Publication

ABOUT = {"parvis": "0.1.0", "at": "2026-11-22T10:00:00+00:00", "engine": "sqlite"}


def nobody(done: int, total: int) -> None:
    """Watches."""


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A small backup of two files."""
    (tmp_path / "a").write_bytes(b"one" * 1000)
    (tmp_path / "b").write_bytes(bytes(range(256)) * 20)
    members = {
        "media/a": tmp_path / "a",
        "b": tmp_path / "b",
        "database.sqlite3": tmp_path / "b",
        "gone": tmp_path / "gone",
    }
    write_archive(tmp_path / "kept.tar.gz", members, ABOUT, nobody)
    return tmp_path / "kept.tar.gz"


class TestArchive:
    def test_gives_back_what_was_put_in_and_passes_over_what_had_vanished(
        self, kept: Path, tmp_path: Path
    ) -> None:
        manifest = unpack(kept, tmp_path / "out", nobody)
        assert sorted(manifest.files) == ["b", "database.sqlite3", "media/a"]
        assert (tmp_path / "out/media/a").read_bytes() == b"one" * 1000
        assert (tmp_path / "out/b").stat().st_mode & 0o777 == 0o600

    def test_is_for_its_owner_only(self, kept: Path) -> None:
        assert kept.stat().st_mode & 0o777 == 0o600

    def test_leaves_nothing_behind_when_it_cannot_be_written(self, tmp_path: Path) -> None:
        with pytest.raises(IsADirectoryError):
            write_archive(tmp_path / "kept.tar.gz", {"folder": tmp_path}, ABOUT, nobody)
        assert list(tmp_path.iterdir()) == []

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), cut=st.booleans())
    def test_that_is_cut_or_flipped_is_refused_or_whole(
        self, kept: Path, tmp_path_factory: Any, at: float, bit: int, cut: bool
    ) -> None:
        data = bytearray(kept.read_bytes())
        place = int(at * len(data))
        if cut:
            del data[place:]
        else:
            data[place] ^= 1 << bit
        folder = tmp_path_factory.mktemp("harmed")
        (folder / "harmed").write_bytes(data)
        try:
            manifest = unpack(folder / "harmed", folder / "out", nobody)
        except (NotABackup, Damaged):
            return
        assert sorted(manifest.files) == ["b", "database.sqlite3", "media/a"]
        assert (folder / "out/media/a").read_bytes() == b"one" * 1000

    @pytest.mark.parametrize("name", ["../up", "/root", "media/../../up"])
    def test_never_writes_outside_its_folder(self, name: str, tmp_path: Path) -> None:
        with tarfile.open(tmp_path / "bad", "w:gz") as tar:
            member = tarfile.TarInfo(name)
            member.size = 1
            tar.addfile(member, io.BytesIO(b"x"))
        with pytest.raises(NotABackup):
            unpack(tmp_path / "bad", tmp_path / "out", nobody)
        assert not (tmp_path / "up").exists()

    def test_of_a_later_form_is_refused(self, tmp_path: Path) -> None:
        manifest = json.dumps(
            {"format": 2, "parvis": "9.0", "at": "", "engine": "sqlite", "files": {}}
        ).encode()
        with tarfile.open(tmp_path / "new", "w:gz") as tar:
            member = tarfile.TarInfo("manifest.json")
            member.size = len(manifest)
            tar.addfile(member, io.BytesIO(manifest))
        with pytest.raises(FromNewerParvis, match=r"9\.0"):
            unpack(tmp_path / "new", tmp_path / "out", nobody)


class TestRestore:
    def test_wants_an_empty_folder(self, kept: Path, tmp_path: Path) -> None:
        (tmp_path / "full").mkdir()
        (tmp_path / "full/a").touch()
        with pytest.raises(FolderNotEmpty):
            unpack_backup(kept, tmp_path / "full", tell=nobody)

    def test_keeps_those_who_left_since(self, kept: Path, tmp_path: Path, at: datetime) -> None:
        (tmp_path / "new").mkdir()
        erasures.note(tmp_path / "new", erasures.Erasure("abc", at, keep_words=False))
        unpack_backup(kept, tmp_path / "new", tell=nobody)
        assert [erasure.person for erasure in erasures.noted(tmp_path / "new")] == ["abc"]

    def test_that_fails_leaves_the_folder_as_it_was(self, kept: Path, tmp_path: Path) -> None:
        kept.write_bytes(kept.read_bytes()[:-400])
        with pytest.raises(NotABackup):
            unpack_backup(kept, tmp_path / "deep/new", tell=nobody)
        assert not (tmp_path / "deep").exists()
        (tmp_path / "new").mkdir()
        with pytest.raises(NotABackup):
            unpack_backup(kept, tmp_path / "new", tell=nobody)
        assert list((tmp_path / "new").iterdir()) == []

    def test_wants_a_database_in_it(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_text("a")
        about = {"parvis": "0.1.0", "at": "2026-11-22", "engine": "sqlite"}
        write_archive(tmp_path / "kept.tar.gz", {"secret.key": tmp_path / "a"}, about, nobody)
        with pytest.raises(WithoutDatabase):
            unpack_backup(tmp_path / "kept.tar.gz", tmp_path / "new", tell=nobody)
        assert not (tmp_path / "new").exists()

    def test_can_be_undone_but_for_the_list_of_those_who_left(self, tmp_path: Path, at: datetime) -> None:
        erasures.note(tmp_path, erasures.Erasure("abc", at, keep_words=True))
        (tmp_path / "media").mkdir()
        (tmp_path / "media/a").touch()
        (tmp_path / "b").touch()
        empty_again(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["erasures.jsonl"]


class TestBackup:
    def test_holds_the_database_the_files_and_the_secret(
        self, alice: Any, tmp_path: Path, at: datetime
    ) -> None:
        (tmp_path / "media/deep").mkdir(parents=True)
        (tmp_path / "media/deep/picture").write_bytes(b"picture")
        (tmp_path / "media/.half.part").write_bytes(b"half")
        (tmp_path / "secret.key").write_text("secret")
        made = make_backup(tmp_path / "kept.tar.gz", at=at)
        with tarfile.open(made.path) as tar:
            names = [name for name in tar.getnames() if not name.startswith("database.")]
            assert names == ["secret.key", "media/deep/picture", "manifest.json"]
        assert (made.files, made.size) == (3, made.path.stat().st_size)
        assert last_backup() == at


def public(author: Any) -> Any:
    return audience_for(expression=Expression(frozenset({PUBLIC})), owner=author)


def only_me(author: Any) -> Any:
    return audience_for(expression=Expression(), owner=author)


def spoken(author: Any, words: str, at: datetime, audience: Any = None) -> Publication:
    return say(author=author, source=words, language="en", audience=audience or public(author), at=at)


def opened(copy: Any) -> dict[str, Any]:
    with zipfile.ZipFile(copy) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


class TestExport:
    def test_holds_what_is_ones_own_in_open_formats(self, alice: Any, bob: Any, at: datetime) -> None:
        spoken(alice, "A word for everyone.", at)
        spoken(alice, "A word for me alone.", at, only_me(alice))
        begin(kind="stream.status", author=alice, language="en", at=at)
        files = opened(export_zip(person=alice, at=at))
        said = json.loads(files["data/stream/publication.json"])
        assert [row["text"] for row in said] == ["A word for everyone.", "A word for me alone.", ""]
        assert json.loads(files["data/people/address.json"])[0]["address"] == "alice@parvis.example"
        assert "A word for me alone." in files["index.html"].decode()
        assert '<html lang="en">' in files["index.html"].decode()

    def test_sums_hold(self, alice: Any, at: datetime, tmp_path: Path) -> None:
        import hashlib

        assert export_to(tmp_path / "copy.zip", person=alice, at=at) > 2
        files = opened(tmp_path / "copy.zip")
        manifest = json.loads(files.pop("manifest.json"))
        assert manifest["person"] == alice.public_id
        assert {name: hashlib.sha256(data).hexdigest() for name, data in files.items()} == {
            name: said["sha256"] for name, said in manifest["files"].items()
        }

    def test_brings_the_pictures_along_as_they_were_kept(self, alice: Any, at: datetime) -> None:
        picture = io.BytesIO()
        from PIL import Image

        Image.new("RGB", (900, 600), "teal").save(picture, "PNG")
        say(
            author=alice,
            source="Look.",
            language="en",
            audience=public(alice),
            at=at,
            pictures=[("a.png", picture.getvalue())],
        )
        files = opened(export_zip(person=alice, at=at))
        held = json.loads(files["data/stream/attachment.json"])
        assert len(held[0]["files"]) == 1
        assert len(files[held[0]["files"][0]]) > 100

    def test_has_answers_only_as_one_may_read_them_now(
        self, alice: Any, bob: Any, charlie: Any, at: datetime
    ) -> None:
        word = spoken(alice, "A word.", at)
        answer(subject=word, author=bob, source="Hear, hear.", at=at)
        gone = answer(subject=word, author=charlie, source="I never said this.", at=at)
        delete(publication=gone.publication, by=charlie, at=at)
        files = opened(export_zip(person=alice, at=at + timedelta(minutes=1)))
        assert [row["text"] for row in json.loads(files["data/stream/answers.json"])] == ["Hear, hear."]
        assert not [name for name, data in files.items() if b"I never said this" in data]

    def test_holds_no_secret_and_nothing_of_others(
        self, alice: Any, bob: Any, charlie: Any, at: datetime
    ) -> None:
        alice.set_password("a very secret password")
        alice.save()
        spoken(charlie, "Between me and myself.", at, only_me(charlie))
        spoken(bob, "A word of Bob’s.", at)
        circle = make_circle(owner=charlie, name="People I pity", at=at)
        add_to_circle(circle=circle, person=alice, at=at, opens_past=True)
        everything = b"\n".join(opened(export_zip(person=alice, at=at)).values())
        assert alice.password.encode() not in everything
        assert b"myself" not in everything
        assert "Bob’s".encode() not in everything
        assert b"pity" not in everything


@pytest.mark.django_db(transaction=False)
class TestErasure:
    def test_takes_the_words_and_leaves_the_thread_standing(
        self, alice: Any, bob: Any, charlie: Any, at: datetime, tmp_path: Path
    ) -> None:
        own = spoken(alice, "A word of my own.", at)
        others = spoken(bob, "A word of Bob’s.", at)
        first = answer(subject=others, author=alice, source="Alice says this.", at=at)
        second = answer(subject=others, author=charlie, source="Charlie replies.", at=at, parent=first)
        erase_person(person=alice, at=at, keep_words=False)
        own.refresh_from_db()
        assert (own.text, own.title, own.deleted_at) == ("", "", at)
        kept = Comment.objects.unguarded("test").get(pk=first.pk)
        assert (kept.source, kept.withdrawn_at, kept.publication.text) == ("", at, "")
        assert Comment.objects.visible_to(Viewer.of(bob, at)).filter(pk=second.pk).exists()
        assert not Publication.objects.unguarded("test").filter(text__contains="Alice").exists()

    def test_leaves_a_row_without_a_name_and_nothing_that_reaches_them(
        self, alice: Any, bob: Any, at: datetime
    ) -> None:
        erase_person(person=alice, at=at, keep_words=False)
        row = Person.objects.get(pk=alice.pk)
        assert (row.name, row.about, row.links, row.erased_at, row.has_usable_password()) == (
            "",
            {},
            [],
            at,
            False,
        )
        assert not row.is_active
        assert not Address.objects.filter(person=alice).exists()
        assert not Connection.objects.of(alice).exists()
        assert not Membership.objects.filter(person=alice, group__owner=bob).exists()

    def test_may_keep_the_words_for_the_same_readers_but_never_the_drafts(
        self, alice: Any, bob: Any, charlie: Any, at: datetime
    ) -> None:
        own = spoken(alice, "A word worth keeping.", at)
        draft = begin(kind="stream.status", author=alice, language="en", at=at)
        friends = Expression(frozenset({connections_group(alice).pk}))
        close = spoken(alice, "For friends.", at, audience_for(expression=friends, owner=alice))
        erase_person(person=alice, at=at, keep_words=True)
        assert (
            Publication.objects.visible_to(Viewer.of(charlie, at)).get(pk=own.pk).text
            == "A word worth keeping."
        )
        assert Publication.objects.visible_to(Viewer.of(bob, at)).filter(pk=close.pk).exists()
        assert not Publication.objects.visible_to(Viewer.of(charlie, at)).filter(pk=close.pk).exists()
        draft.refresh_from_db()
        assert draft.deleted_at == at

    def test_logs_out_everywhere(self, alice: Any, as_alice: Any, at: datetime) -> None:
        assert as_alice.get("/notices/").status_code == 200
        erase_person(person=alice, at=at, keep_words=False)
        assert as_alice.get("/notices/").status_code != 200

    def test_is_refused_to_the_only_owner(self, owner: Any, at: datetime, tmp_path: Path) -> None:
        with pytest.raises(OnlyOwner):
            erase_person(person=owner, at=at, keep_words=False)
        assert list(erasures.noted(tmp_path)) == []

    def test_is_done_again_after_an_old_backup_came_back(
        self, alice: Any, at: datetime, tmp_path: Path
    ) -> None:
        spoken(alice, "Words of Alice.", at)
        erasures.note(tmp_path, erasures.Erasure(alice.public_id, at, keep_words=False))
        erasures.note(tmp_path, erasures.Erasure("never-was-here", at, keep_words=False))
        assert replay_erasures(tmp_path) == 1
        assert replay_erasures(tmp_path) == 0
        assert Person.objects.get(pk=alice.pk).name == ""

    def test_says_beforehand_what_stays_and_why(self, db: None) -> None:
        assert all(title and because for title, because in kept_by_law())


class TestErasuresList:
    def test_survives_a_line_cut_short(self, tmp_path: Path, at: datetime) -> None:
        whole = erasures.Erasure("abc", at, keep_words=True)
        erasures.note(tmp_path, whole)
        with (tmp_path / "erasures.jsonl").open("a") as file:
            file.write('{"person": "de')
        assert list(erasures.noted(tmp_path)) == [whole]
        assert (tmp_path / "erasures.jsonl").stat().st_mode & 0o777 == 0o600


class TestFindings:
    def states(self, at: datetime) -> dict[str, str]:
        return {finding.subject: finding.state for finding in findings(at)}

    def test_name_a_folder_that_others_can_read(self, square: Any, at: datetime, tmp_path: Path) -> None:
        tmp_path.chmod(0o755)
        found = [finding for finding in findings(at) if finding.subject == "Data folder"]
        assert [(one.state, one.advice) for one in found] == [("wrong", f"Run: chmod 700 {tmp_path}")]
        tmp_path.chmod(0o700)
        assert self.states(at)["Data folder"] == "fine"

    def test_name_a_secret_that_others_can_read(self, square: Any, at: datetime, tmp_path: Path) -> None:
        tmp_path.chmod(0o700)
        (tmp_path / "secret.key").touch(0o644)
        (tmp_path / "secret.key").chmod(0o644)
        assert self.states(at)["Data folder"] == "wrong"

    def test_count_the_days_since_the_last_backup(self, square: Any, at: datetime, tmp_path: Path) -> None:
        assert self.states(at)["Backups"] == "note"
        (tmp_path / "last-backup").write_text((at - timedelta(days=1)).isoformat())
        assert self.states(at)["Backups"] == "fine"
        (tmp_path / "last-backup").write_text((at - timedelta(days=30)).isoformat())
        assert self.states(at)["Backups"] == "wrong"

    def test_tell_of_a_chore_that_failed(self, square: Any, at: datetime) -> None:
        assert self.states(at)["Work out of sight"] == "fine"
        ChoreRun.objects.create(name="try.chore", failures=1, last_error="No room.")
        found = next(finding for finding in findings(at) if finding.subject == "Work out of sight")
        assert (found.state, found.words) == ("wrong", "The chore try.chore stopped: No room.")

    def test_say_that_nobody_has_set_the_square_up_until_somebody_has(
        self, db: None, at: datetime, request: Any
    ) -> None:
        found = next(finding for finding in findings(at) if finding.subject == "Set-up")
        assert (found.state, found.words) == ("note", "Nobody has set this square up yet.")
        assert "parvis serve" in found.advice
        request.getfixturevalue("owner")
        assert "Set-up" not in self.states(at)

    def test_name_settings_that_nothing_reads_and_what_may_be_meant(
        self, square: Any, at: datetime, tmp_path: Path
    ) -> None:
        lines = "PARVIS_BANANA=1\nPARVIS_MAIL_ULR=x\nPARVIS_URL=\nPARVIS_DEBUG=no\n# PARVIS_PEAR=1\n"
        (tmp_path / "parvis.env").write_text(lines)
        banana, mail = (finding for finding in findings(at) if finding.subject == "Settings")
        assert banana.state == "note"
        assert "PARVIS_BANANA stands in parvis.env" in banana.words
        assert "Take the line out" in banana.advice
        assert mail.advice.startswith("Perhaps PARVIS_MAIL_URL is meant")

    @pytest.mark.parametrize(
        ("url", "proxy", "state"),
        [
            ("", False, "note"),
            ("http://a.example", True, "wrong"),
            ("https://a.example", False, "wrong"),
            ("https://a.example", True, "fine"),
        ],
    )
    def test_judge_the_address(
        self, square: Any, at: datetime, settings: Any, url: str, proxy: bool, state: str
    ) -> None:
        settings.PARVIS_URL, settings.PARVIS_BEHIND_PROXY = url, proxy
        settings.SECURE = url.startswith("https://")
        assert self.states(at)["Address"] == state

    def test_always_say_what_to_do_when_something_is_wrong(self, square: Any, at: datetime) -> None:
        assert all(
            finding.advice
            for finding in findings(at)
            if finding.state == "wrong" and "." not in finding.subject
        )
