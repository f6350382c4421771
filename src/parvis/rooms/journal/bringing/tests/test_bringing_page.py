"""The page of imports and the command: who may, what they show, what they say of a bad file."""

import json
import subprocess
import sys
import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from parvis.core.site.actions.jobs import claim
from parvis.core.site.command.line import run
from parvis.core.site.jobs import attempt
from parvis.core.site.models import Job
from parvis.core.stream.models import Publication
from parvis.rooms.journal.models import Import, Original, Post

pytestmark = pytest.mark.django_db
PATH = "/journal/import/"
SAID = (
    '<p>Publié à l’origine dans <a href="https://gazette.example/1">La Gazette</a>.</p>Un texte en français.'
)


def work() -> Job:
    """What the worker does next."""
    job = claim(at=timezone.now())
    assert job is not None
    attempt(job)
    job.refresh_from_db()
    return job


def figure(page: str, kind: str) -> str:
    """The first figure of a kind in the table of a look or an import."""
    return page.partition(f">{kind}</th>")[2].partition('class="number">')[2].partition("<")[0]


def sent(client: Any, data: bytes, name: str = "export.xml") -> Any:
    return client.post(PATH, {"file": SimpleUploadedFile(name, data)})


class TestPage:
    @pytest.mark.parametrize(
        ("who", "status"), [("as_visitor", 302), ("as_charlie", 404), ("as_alice", 404), ("as_owner", 200)]
    )
    def test_is_for_those_who_run_the_square(self, request, who, status):
        assert request.getfixturevalue(who).get(PATH).status_code == status

    def test_looks_first_then_brings_then_asks_about_originals(self, as_owner, owner, item, file):
        data = file(item(1, content_encoded=SAID), item(2, wp_status="trash")).read_bytes()
        answer = sent(as_owner, data)
        assert answer.status_code == 303
        assert b'http-equiv="refresh"' in as_owner.get(answer.url).content
        work()
        page = as_owner.get(answer.url).content.decode()
        assert "zoe" in page
        assert not Publication.objects.unguarded("test").exists()
        begun = as_owner.post(f"{answer.url}begin/", {"author_0": "me"})
        assert begun.status_code == 303
        work()
        page = as_owner.get(begun.url).content.decode()
        assert "La Gazette" in page
        post = Post.objects.unguarded("test").select_related("publication").get()
        assert post.publication.author == owner
        number = Import.objects.get().moment
        confirmed = as_owner.post(f"{PATH}originals/{number}/", {"original": "all", "answer": "yes"})
        assert confirmed.status_code == 303
        assert Original.objects.unguarded("test").get().is_confirmed

    def test_refuses_what_is_no_export_and_keeps_nothing(self, as_owner, settings):
        for data in (b"", b"<html></html>", b"PK\x03\x04 zip"):
            assert sent(as_owner, data).status_code == 200
        assert not Job.objects.exists()
        assert not list((settings.PARVIS_DATA / "imports").glob("*"))

    def test_refuses_what_is_too_heavy(self, as_owner, settings, item, file):
        settings.PARVIS_IMPORT_LIMIT = 100
        answer = sent(as_owner, file(item(1)).read_bytes())
        assert answer.status_code == 200
        assert not Job.objects.exists()

    def test_an_address_stands_below_the_reason_and_not_in_it(self, as_owner, item, file):
        address = "https://blog.example/wp-content/uploads/2014/05/loin.png"
        shown = item(1, content_encoded=f'<img src="{address}" alt="">Loin.')
        far = item(2, wp_post_type="attachment", wp_attachment_url=address, wp_post_parent=1)
        answer = sent(as_owner, file(shown, far).read_bytes())
        work()
        page = as_owner.get(answer.url).content.decode()
        summary = page.split("<summary>")[1].split("</summary>")[0]
        assert "the reference is kept." in summary
        assert address not in summary
        assert f'<li class="meta">{address}</li>' in page

    def test_brings_the_pictures_that_come_along_as_a_zip(self, as_owner, item, file):
        picture, packed = BytesIO(), BytesIO()
        Image.new("RGB", (64, 48), "teal").save(picture, "PNG")
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("uploads/2014/05/lac.png", picture.getvalue())
        shows = '<img src="https://blog.example/wp-content/uploads/2014/05/lac.png" alt="Un lac">'
        lac = item(
            2,
            title="lac.png",
            wp_post_type="attachment",
            wp_attachment_url="https://blog.example/wp-content/uploads/2014/05/lac.png",
        )
        sends = {
            "file": SimpleUploadedFile("export.xml", file(item(1, content_encoded=shows), lac).read_bytes()),
            "uploads": SimpleUploadedFile("uploads.zip", packed.getvalue()),
        }
        looked = as_owner.post(PATH, sends).url
        work()
        assert figure(as_owner.get(looked).content.decode(), "pictures and files") == "1"
        as_owner.post(f"{looked}begin/", {"author_0": "me"})
        work()
        assert 'src="/media/' in Post.objects.unguarded("test").get().html

    def test_a_look_counts_what_is_in_the_file_and_an_import_what_is_here(self, as_owner, item, file):
        lac = item(2, wp_post_type="attachment", wp_attachment_url="https://blog.example/lac.png")
        looked = sent(as_owner, file(item(1), lac).read_bytes()).url
        work()
        assert figure(as_owner.get(looked).content.decode(), "pictures and files") == "1"
        begun = as_owner.post(f"{looked}begin/", {"author_0": "me"})
        work()
        assert figure(as_owner.get(begun.url).content.decode(), "pictures and files") == "0"

    def test_refuses_pictures_that_are_no_zip_and_keeps_the_answer_beside_the_field(
        self, as_owner, item, file
    ):
        sends = {
            "file": SimpleUploadedFile("export.xml", file(item(1)).read_bytes()),
            "uploads": SimpleUploadedFile("uploads.rar", b"Rar!"),
        }
        answer = as_owner.post(PATH, sends)
        assert answer.status_code == 200
        assert "uploads.rar" in answer.content.decode()
        assert not Job.objects.exists()

    def test_shows_nobody_another_owners_file(self, as_owner, item, file, alice, as_alice):
        alice.role = "owner"
        alice.save()
        assert as_alice.get(sent(as_owner, file(item(1)).read_bytes()).url).status_code == 404

    def test_a_dropped_proposal_is_gone(self, as_owner, item, file, brought):
        brought(file(item(1, content_encoded=SAID)))
        one = Original.objects.unguarded("test").get()
        answer = {"original": one.post.publication.public_id, "answer": "no"}
        as_owner.post(f"{PATH}originals/{Import.objects.get().moment}/", answer)
        assert not Original.objects.unguarded("test").exists()


@pytest.fixture
def command(square: Any, monkeypatch: Any, capsys: Any) -> Any:
    """Runs the command on the test's database."""
    monkeypatch.setattr("parvis.core.site.command.line.build_house", lambda: None)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def do(*words: object) -> tuple[int, str, str]:
        status = run(["journal", "import-wordpress", *map(str, words)])
        return status, *capsys.readouterr()

    return do


class TestCommand:
    def test_prints_its_figures_as_json(self, command, item, file):
        status, out, _err = command(file(item(1), item(2, wp_status="trash")), "--json")
        figures = json.loads(out)
        assert status == 0
        assert list(figures) == [
            "posts",
            "pages",
            "comments",
            "attachments",
            "categories",
            "tags",
            "created",
            "changed",
            "skipped",
        ]
        assert (figures["posts"], figures["created"], figures["changed"]) == (1, 1, 0)
        assert [set(row) for row in figures["skipped"]] == [{"item", "reason"}]

    def test_writes_nothing_when_it_runs_dry(self, command, item, file):
        status, out, _err = command(file(item(1)), "--dry-run")
        assert status == 0
        assert "Billet 1" in out
        assert not Import.objects.exists()

    def test_gives_all_posts_to_a_member(self, command, item, file, alice):
        assert command(file(item(1)), "--author-email", "alice@parvis.example", "--json")[0] == 0
        assert Publication.objects.unguarded("test").get().author == alice

    @pytest.mark.parametrize(
        "words",
        [
            ["absent.xml"],
            ["EMPTY"],
            ["FILE", "--author-email", "nobody@x.example"],
            ["FILE", "--media", "absent"],
        ],
    )
    def test_says_in_one_sentence_what_is_wrong(self, command, item, file, tmp_path, words):
        (tmp_path / "empty.xml").write_text("")
        known = {"FILE": file(item(1)), "EMPTY": tmp_path / "empty.xml"}
        status, out, err = command(*(known.get(word, word) for word in words))
        assert status == 1
        assert out == ""
        assert len(err.strip().splitlines()) == 1
        assert "Traceback" not in err

    def test_has_a_help_page(self):
        done = subprocess.run(
            [sys.executable, "-m", "parvis", "journal", "import-wordpress", "--help"],
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0
