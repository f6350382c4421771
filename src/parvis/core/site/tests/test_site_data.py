"""My own copy, leaving, and the owners' backups: made by the worker, handed to whom they are for."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone

from parvis.core.people.models import Notice, Person
from parvis.core.site.actions.jobs import ask, claim, discard
from parvis.core.site.jobs import JOBS, JobKind, Made, attempt, register
from parvis.core.site.models import Job
from parvis.lib.refusal import Refusal


def work():
    """Do what waits, as the worker does."""
    while job := claim(at=timezone.now()):
        attempt(job)


class TestJobs:
    @pytest.fixture
    def kind(self, square):
        """A kind of work that does what its arguments say."""

        def run(job, progress):
            progress(1, 2)
            if job.arguments.get("refuse"):
                raise Refusal("There is no paper left.")
            if job.arguments.get("break"):
                raise ZeroDivisionError
            return Made(result={"made": 1})

        register(JobKind(name="test.work", title="Work", page="notices", run=run))
        yield "test.work"
        del JOBS["test.work"]

    def test_are_asked_once_while_they_wait(self, kind, charlie, at):
        assert ask(kind=kind, person=charlie, at=at) == ask(kind=kind, person=charlie, at=at)
        work()
        assert ask(kind=kind, person=charlie, at=at).finished_at is None

    def test_are_claimed_by_one_worker(self, kind, charlie, at):
        ask(kind=kind, person=charlie, at=at)
        assert claim(at=at) is not None
        assert claim(at=at) is None

    def test_come_back_when_their_worker_died(self, kind, charlie, at):
        job = ask(kind=kind, person=charlie, at=at)
        claim(at=at)
        assert claim(at=at + timedelta(minutes=9)) is None
        assert claim(at=at + timedelta(minutes=11)) == job

    def test_end_with_a_notice(self, kind, charlie, at):
        job = ask(kind=kind, person=charlie, at=at)
        work()
        job.refresh_from_db()
        assert (job.done, job.total, job.result) == (1, 2, {"made": 1})
        assert Notice.objects.get(person=charlie).about == {"job": job.pk}

    def test_that_are_refused_say_why(self, kind, charlie, at):
        job = ask(kind=kind, person=charlie, at=at, arguments={"refuse": True})
        work()
        job.refresh_from_db()
        assert job.problem == "There is no paper left."
        assert job.finished_at is not None

    def test_that_break_are_tried_three_times(self, kind, charlie, at, caplog):
        job = ask(kind=kind, person=charlie, at=at, arguments={"break": True})
        later = timezone.now()
        for _time in range(5):
            later += timedelta(minutes=10)
            if taken := claim(at=later):
                attempt(taken)
        job.refresh_from_db()
        assert job.attempts == 3
        assert job.problem
        assert len(caplog.records) == 3


class TestMyData:
    def test_is_for_members(self, as_alice, as_bob, as_charlie, as_visitor):
        assert [client.get("/me/data/").status_code for client in (as_alice, as_bob, as_charlie)] == [200] * 3
        assert as_visitor.get("/me/data/").status_code == 302
        assert as_visitor.post("/me/data/").status_code == 302

    def test_is_made_and_downloaded_by_its_person_alone(self, as_alice, as_bob, as_owner, alice):
        assert as_alice.post("/me/data/").status_code == 303
        job = Job.objects.get(person=alice)
        assert as_alice.get(f"/me/data/{job.public_id}/").status_code == 404
        work()
        answer = as_alice.get(f"/me/data/{job.public_id}/")
        assert answer["Cache-Control"] == "private, no-store"
        with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as copy:
            assert "index.html" in copy.namelist()
        assert as_bob.get(f"/me/data/{job.public_id}/").status_code == 404
        assert as_owner.get(f"/me/data/{job.public_id}/").status_code == 404
        assert as_owner.get(f"/desk/backups/{job.public_id}/").status_code == 404

    def test_is_deleted_with_its_file(
        self, as_alice, as_bob, alice, tmp_path, django_capture_on_commit_callbacks
    ):
        as_alice.post("/me/data/")
        work()
        job = Job.objects.get(person=alice)
        assert (tmp_path / job.file).is_file()
        assert as_bob.post(f"/me/data/{job.public_id}/delete/").status_code == 404
        with django_capture_on_commit_callbacks(execute=True):
            assert as_alice.post(f"/me/data/{job.public_id}/delete/").status_code == 303
        assert not (tmp_path / job.file).exists()
        assert not Job.objects.exists()


class TestLeaving:
    FORM = {"words": "delete", "sure": " charlie "}

    @pytest.fixture
    def just_in(self, as_charlie, charlie):
        """charlie logged in a moment ago; there is no password."""
        Person.objects.filter(pk=charlie.pk).update(last_login=timezone.now())
        return as_charlie

    def test_happens_at_once_and_logs_out(self, just_in, charlie):
        answer = just_in.post("/me/leave/", self.FORM)
        assert (answer.status_code, answer["Location"]) == (303, "/goodbye/")
        assert just_in.get("/goodbye/").status_code == 200
        assert just_in.get("/notices/").status_code == 302
        charlie.refresh_from_db()
        assert charlie.erased_at is not None
        assert charlie.name != "Charlie"

    def test_wants_the_name_typed(self, just_in, charlie):
        assert "sure" in just_in.post("/me/leave/", self.FORM | {"sure": "yes"}).context["form"].errors
        charlie.refresh_from_db()
        assert charlie.erased_at is None

    def test_wants_the_password_of_whoever_has_one(self, just_in, charlie):
        charlie.set_password("a sentence of mine")
        charlie.save()
        just_in.force_login(charlie, backend="allauth.account.auth_backends.AuthenticationBackend")
        form = just_in.post("/me/leave/", self.FORM | {"password": "another"}).context["form"]
        assert "password" in form.errors
        assert just_in.post("/me/leave/", self.FORM | {"password": "a sentence of mine"}).status_code == 303

    def test_wants_a_fresh_login_of_whoever_has_none(self, as_charlie, charlie):
        Person.objects.filter(pk=charlie.pk).update(last_login=timezone.now() - timedelta(hours=1))
        assert as_charlie.post("/me/leave/", self.FORM).context["form"].non_field_errors()

    def test_is_refused_to_the_only_owner(self, as_owner, owner):
        Person.objects.filter(pk=owner.pk).update(last_login=timezone.now())
        page = as_owner.post("/me/leave/", {"words": "keep", "sure": "Olive"})
        assert page.context["form"].non_field_errors()

    def test_says_what_stays_and_why(self, as_charlie):
        page = as_charlie.get("/me/leave/")
        assert page.context["kept"]
        assert all(what and why for what, why in page.context["kept"])

    def test_takes_their_copies_along_but_no_backup(self, owner, charlie, at, tmp_path):
        from parvis.core.site.declared_jobs import forget

        for kind in ("site.export", "site.backup"):
            forget(ask(kind=kind, person=charlie, at=at))
        assert Job.objects.get().kind == "site.backup"

    def test_cannot_be_sent_from_another_site(self, charlie):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(charlie, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert strict.post("/me/leave/", self.FORM).status_code == 403


class TestBackups:
    @pytest.fixture
    def made(self, owner, at, tmp_path):
        """A backup that the worker has made."""
        job = ask(kind="site.backup", person=owner, at=at)
        (tmp_path / "backups").mkdir()
        (tmp_path / "backups" / "parvis.tar.gz").write_bytes(b"everything")
        Job.objects.filter(pk=job.pk).update(file="backups/parvis.tar.gz", finished_at=at, size=10)
        return job

    def test_are_asked_for_once_while_one_is_made(self, as_owner):
        assert as_owner.post("/desk/backups/").status_code == 303
        assert as_owner.post("/desk/backups/").status_code == 303
        assert Job.objects.count() == 1
        assert 'hx-trigger="every 3s"' in as_owner.get("/desk/backups/").content.decode()

    def test_are_handed_to_owners_only(self, made, as_owner, as_alice, as_visitor):
        path = f"/desk/backups/{made.public_id}/"
        assert b"".join(as_owner.get(path).streaming_content) == b"everything"
        assert as_alice.get(path).status_code == 404
        assert as_visitor.get(path).status_code == 302

    def test_are_deleted_with_their_file(
        self, made, as_owner, as_alice, tmp_path, django_capture_on_commit_callbacks
    ):
        path = f"/desk/backups/{made.public_id}/delete/"
        assert as_alice.post(path).status_code == 404
        with django_capture_on_commit_callbacks(execute=True):
            assert as_owner.post(path).status_code == 303
        assert not (tmp_path / "backups" / "parvis.tar.gz").exists()

    def test_whose_file_is_gone_are_not_there(self, made, as_owner, tmp_path):
        (tmp_path / "backups" / "parvis.tar.gz").unlink()
        assert as_owner.get(f"/desk/backups/{made.public_id}/").status_code == 404
        discard(job=made)
