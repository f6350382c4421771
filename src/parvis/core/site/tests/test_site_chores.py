"""Chores and jobs: each done when it is due, by one worker, and never lost to a worker that died."""

import contextlib
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache

from parvis.core.people.models import Invitation
from parvis.core.site.actions.jobs import ask, claim, try_again
from parvis.core.site.chores import (
    HOUSE,
    all_chores,
    bury_jobs,
    do_chores,
    forget_doors,
    forget_jobs,
    forget_sessions,
    free_all,
    held,
    is_due,
)
from parvis.core.site.chores import claim as claim_chore
from parvis.core.site.models import ChoreRun, Job, OneTimeDoor
from parvis.core.site.rooms import Chore
from parvis.lib.refusal import Refusal

HOUR = timedelta(hours=1)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> list[Chore]:
    """The chores of the test take the place of the house's."""
    chores: list[Chore] = []
    monkeypatch.setattr("parvis.core.site.chores.all_chores", lambda: iter(chores))
    return chores


@pytest.mark.django_db
class TestChores:
    def test_are_done_when_due_and_not_before(self, only: list[Chore], at: datetime) -> None:
        done: list[datetime] = []
        only.append(Chore(name="try", every=HOUR, run=done.append))
        moments = [at, at + HOUR / 2, at + HOUR, at + 3 * HOUR]
        assert [do_chores(moment) for moment in moments] == [1, 0, 1, 1]
        assert done == [at, at + HOUR, at + 3 * HOUR]

    def test_that_fail_say_why_and_are_tried_again_sooner(self, only: list[Chore], at: datetime) -> None:
        class NoRoom(Refusal):
            """There is no room."""

        def fail(moment: datetime) -> None:
            raise NoRoom

        only.append(Chore(name="try", every=timedelta(days=1), run=fail))
        do_chores(at)
        run = ChoreRun.objects.get(name="try")
        assert (run.failures, run.last_error, run.locked_until) == (1, "There is no room.", None)
        assert not is_due(only[0], run, at + timedelta(minutes=4))
        assert is_due(only[0], run, at + timedelta(minutes=5))

    def test_that_fail_hold_none_of_the_others_back(self, only: list[Chore], at: datetime) -> None:
        done: list[datetime] = []
        only.append(Chore(name="bad", every=HOUR, run=lambda moment: 1 / 0))  # type: ignore[arg-type, return-value]
        only.append(Chore(name="good", every=HOUR, run=done.append))
        assert do_chores(at) == 2
        assert done == [at]
        assert ChoreRun.objects.get(name="bad").last_error == "ZeroDivisionError: division by zero"

    def test_are_claimed_by_one_worker(self, at: datetime) -> None:
        run = ChoreRun.objects.create(name="try")
        assert [claim_chore(run, at), claim_chore(run, at)] == [True, False]

    def test_claimed_from_an_old_look_are_not_done_twice(self, at: datetime) -> None:
        run = ChoreRun.objects.create(name="try")
        ChoreRun.objects.update(last_run_at=at)
        assert not claim_chore(run, at)

    def test_come_back_when_the_lock_of_a_dead_worker_runs_out(self, only: list[Chore], at: datetime) -> None:
        done: list[datetime] = []
        only.append(Chore(name="try", every=HOUR, run=done.append))
        run = ChoreRun.objects.create(name="try")
        claim_chore(run, at)
        assert [do_chores(at), do_chores(at + timedelta(minutes=2))] == [0, 1]

    def test_of_the_house_have_names_of_their_own(self) -> None:
        names = [chore.name for chore in all_chores()]
        assert len(names) == len(set(names)) >= len(HOUSE)

    def test_of_the_house_all_run(self, at: datetime) -> None:
        do_chores(at)
        assert not ChoreRun.objects.exclude(last_error="").exists()
        assert ChoreRun.objects.filter(last_run_at=at).count() >= len(HOUSE)


class TestTheHouseForgets:
    def test_sessions_that_have_run_out(self, db: None, at: datetime) -> None:
        Session.objects.create(session_key="old", session_data="", expire_date=at - HOUR)
        Session.objects.create(session_key="new", session_data="", expire_date=at + HOUR)
        forget_sessions(at)
        assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]

    def test_doors_that_are_shut_and_invitations_nobody_used(self, alice: Any, at: datetime) -> None:
        OneTimeDoor.objects.create(person=alice, token_hash="a", at=at, until=at - HOUR)
        OneTimeDoor.objects.create(person=alice, token_hash="b", at=at, until=at + HOUR)
        for number, days in enumerate((400, 300)):
            Invitation.objects.create(code_hash=str(number), by=alice, at=at, until=at - timedelta(days=days))
        forget_doors(at)
        assert [door.token_hash for door in OneTimeDoor.objects.all()] == ["b"]
        assert [invitation.code_hash for invitation in Invitation.objects.all()] == ["1"]

    def test_what_the_cache_no_longer_holds(self, db: None) -> None:
        from django.db import connection

        from parvis.core.site.chores import cull_cache

        table = getattr(cache, "_table", None)
        assert table is not None, "the house keeps its cache in the database"
        cache.set("old", 1, timeout=1)
        cache.set("new", 1, timeout=10**6)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT max(expires) FROM {table}")
        from django.utils import timezone

        cull_cache(timezone.now() + timedelta(days=1))
        assert cache.get("new") == 1
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE cache_key LIKE '%%old'")
            assert cursor.fetchone() == (0,)

    def test_finished_work_of_last_week_with_its_file(
        self, alice: Any, at: datetime, tmp_path: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        (tmp_path / "exports").mkdir()
        (tmp_path / "exports/old.zip").touch()
        job = ask(kind="try", person=alice, at=at)
        Job.objects.filter(pk=job.pk).update(finished_at=at - timedelta(days=8), file="exports/old.zip")
        with django_capture_on_commit_callbacks(execute=True):
            forget_jobs(at)
        assert not Job.objects.exists()
        assert not (tmp_path / "exports/old.zip").exists()


class TestJobs:
    def test_that_a_dead_worker_held_are_free_for_the_next(self, alice: Any, at: datetime) -> None:
        ask(kind="try", person=alice, at=at)
        assert claim(at=at) is not None
        assert claim(at=at) is None
        free_all()
        again = claim(at=at)
        assert again is not None
        assert again.attempts == 2

    def test_that_three_workers_died_of_are_given_up_with_a_sentence(self, alice: Any, at: datetime) -> None:
        ask(kind="try", person=alice, at=at)
        for _death in range(3):
            assert claim(at=at) is not None
            bury_jobs(at)
            free_all()
        bury_jobs(at)
        job = Job.objects.get()
        assert job.finished_at == at
        assert job.problem.startswith("This was begun 3 times and cut off each time")
        assert claim(at=at) is None

    def test_that_were_cut_off_twice_still_have_all_their_tries(self, alice: Any, at: datetime) -> None:
        ask(kind="try", person=alice, at=at)
        for _death in range(2):
            assert claim(at=at) is not None
            free_all()
        later = at
        for _failure in range(2):
            job = claim(at=later)
            assert job is not None
            assert try_again(job=job, at=later)
            bury_jobs(later)
            later += HOUR
        job = claim(at=later)
        assert job is not None
        assert not try_again(job=job, at=later)

    def test_under_way_are_not_buried(self, alice: Any, at: datetime) -> None:
        job = ask(kind="try", person=alice, at=at)
        Job.objects.filter(pk=job.pk).update(attempts=3, locked_until=at + HOUR)
        bury_jobs(at)
        assert Job.objects.get().finished_at is None


class TestHeld:
    def test_ends_with_the_block_even_when_it_fails(self, db: None) -> None:
        before = threading.active_count()
        with contextlib.suppress(ZeroDivisionError), held(ChoreRun.objects.all()):
            during = threading.active_count()
            raise ZeroDivisionError
        assert (during, threading.active_count()) == (before + 1, before)
