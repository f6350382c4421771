"""The page of imports and the command: who may, what they show, what they say of a bad file."""

import json
import subprocess
import sys
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from parvis.core.site.actions.jobs import claim
from parvis.core.site.command.line import run
from parvis.core.site.jobs import attempt
from parvis.core.site.models import Job
from parvis.core.stream.models import Publication
from parvis.rooms.places.models import Import, Whereabouts

pytestmark = pytest.mark.django_db
PATH = "/places/import/"


def work() -> Job:
    """What the worker does next."""
    job = claim(at=timezone.now())
    assert job is not None
    attempt(job)
    job.refresh_from_db()
    return job


def sent(client: Any, data: bytes, name: str = "data-export.zip") -> Any:
    return client.post(PATH, {"file": SimpleUploadedFile(name, data)})


def kept(settings: Any) -> list[Any]:
    return list((settings.PARVIS_DATA / "imports").glob("*"))


class TestPage:
    @pytest.mark.parametrize(
        ("who", "status"), [("as_visitor", 302), ("as_charlie", 200), ("as_alice", 200), ("as_owner", 200)]
    )
    def test_is_for_those_who_take_part(self, request, who, status):
        assert request.getfixturevalue(who).get(PATH).status_code == status

    def test_is_not_there_for_guests(self, as_charlie, charlie):
        charlie.role = "guest"
        charlie.save()
        assert as_charlie.get(PATH).status_code == 404

    def test_brings_a_file_shows_its_report_and_takes_it_back(self, as_alice, swarm, item, settings):
        path = swarm(item(1), item(2, venue={"id": "?", "name": "The Hidden Bar"}))
        answer = sent(as_alice, path.read_bytes())
        assert answer.status_code == 303
        assert b'http-equiv="refresh"' in as_alice.get(answer.url).content
        assert not Publication.objects.unguarded("test").exists()

        assert work().problem == ""
        report = as_alice.get(answer.url)
        assert report.status_code == 303
        page = as_alice.get(report.url).text
        assert "The Hidden Bar (2023-05-03 16:30)" in page
        assert Whereabouts.objects.unguarded("test").count() == 2
        assert not kept(settings)

        taken = as_alice.post(f"{report.url}undo/")
        assert work().problem == ""
        assert "This import was taken back" in as_alice.get(as_alice.get(taken.url).url).text
        assert not Publication.objects.unguarded("test").exists()
        assert as_alice.post(f"{report.url}undo/").status_code == 404

    def test_speaks_french(self, as_alice, alice, swarm, item):
        alice.language = "fr"
        alice.save()
        answer = sent(as_alice, swarm(item(1, venue={"id": "?", "name": "Bar"})).read_bytes())
        work()
        pages = [as_alice.get(path).text for path in (PATH, as_alice.get(answer.url).url)]
        assert "Apporter des passages" in pages[0]
        assert "Il est là par son seul nom" in pages[1]

    def test_refuses_what_cannot_be_read_beside_the_field_and_keeps_nothing(self, as_alice, settings):
        for data in (b"", b"<html></html>", b"PK\x03\x04 zip", b'{"deviceSettings": []}'):
            assert sent(as_alice, data).status_code == 200
        assert "settings of a phone" in sent(as_alice, b'{"deviceSettings": []}').text
        assert not Job.objects.exists()
        assert not kept(settings)

    def test_refuses_what_is_too_heavy(self, as_alice, swarm, item, settings):
        settings.PARVIS_IMPORT_LIMIT = 100
        assert "larger than" in sent(as_alice, swarm(item(1)).read_bytes()).text
        assert not kept(settings)

    def test_shows_nobody_what_another_brought(self, as_alice, as_bob, swarm, item):
        answer = sent(as_alice, swarm(item(1)).read_bytes())
        work()
        report = as_alice.get(answer.url).url
        assert as_bob.get(answer.url).status_code == 404
        assert as_bob.get(report).status_code == 404
        assert as_bob.post(f"{report}undo/").status_code == 404
        assert "data-export" not in as_bob.get(PATH).text

    def test_escapes_the_names_that_a_file_brings(self, as_alice, swarm, item):
        name = "<script>alert(1)</script>"
        answer = sent(as_alice, swarm(item(1, venue={"id": "?", "name": name})).read_bytes(), f"{name}.zip")
        work()
        assert name not in as_alice.get(as_alice.get(answer.url).url).text

    def test_asks_few_questions_of_the_database(
        self, as_alice, brought, swarm, item, django_assert_max_num_queries
    ):
        for n in range(5):
            brought(swarm(item(n), name=f"{n}.zip"))
        with django_assert_max_num_queries(16):
            as_alice.get(PATH)


@pytest.fixture
def command(square: Any, monkeypatch: Any, capsys: Any) -> Any:
    """Runs the command on the test's database."""
    monkeypatch.setattr("parvis.core.site.command.line.build_house", lambda: None)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def do(*words: object) -> tuple[int, str, str]:
        status = run(["places", "import", *map(str, words)])
        return status, *capsys.readouterr()

    return do


class TestCommand:
    def test_prints_its_figures_as_json(self, command, swarm, item, alice):
        path = swarm(item(1), item(2, createdAt="soon"))
        status, out, _err = command(path, "--person", "alice@parvis.example", "--json")
        figures = json.loads(out)
        assert status == 0
        assert (figures["created"], figures["changed"]) == (1, 0)
        assert {"item": "Café de la Place", "reason": "The file does not say when it was."} in figures[
            "skipped"
        ]
        assert all(set(row) == {"item", "reason"} for row in figures["skipped"])

        again = json.loads(command(path, "--person", "alice@parvis.example", "--json")[1])
        assert (again["created"], again["changed"]) == (0, 0)

    def test_tells_it_in_words(self, command, swarm, item, alice):
        status, out, err = command(swarm(item(1), item(1)), "--person", "alice@parvis.example")
        assert status == 0
        assert "1 check-in was brought." in out
        assert "the first one counts" in out
        assert err == ""

    @pytest.mark.parametrize(
        "words",
        [
            ["absent.zip", "--person", "alice@parvis.example"],
            ["EMPTY", "--person", "alice@parvis.example"],
            ["FILE", "--person", "nobody@x.example"],
            ["FILE", "--person", "gast@parvis.example"],
        ],
    )
    def test_says_in_one_sentence_what_is_wrong(self, command, swarm, item, alice, tmp_path, words):
        from parvis.conftest import make_person

        make_person("gast", role="guest")
        (tmp_path / "empty").write_text("")
        known = {"FILE": swarm(item(1)), "EMPTY": tmp_path / "empty"}
        status, out, err = command(*(known.get(word, word) for word in words))
        assert (status, out, len(err.strip().splitlines())) == (1, "", 1)
        assert not Import.objects.exists()

    def test_has_a_help_page(self):
        done = subprocess.run(
            [sys.executable, "-m", "parvis", "places", "import", "--help"], capture_output=True, check=False
        )
        assert done.returncode == 0
