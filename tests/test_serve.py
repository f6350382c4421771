"""The whole house as real processes on loopback: started, stopped, killed, started again."""

import contextlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import houses
from houses import SERVER, Ground, until

pytestmark = pytest.mark.xdist_group("serve")


def parents() -> dict[int, int]:
    """Every process that lives, with its parent."""
    found = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if fields[0] != "Z":
                found[int(entry.name)] = int(fields[1])
    return found


def lives(process: int) -> bool:
    return process in parents()


READERS = 1_200


@contextlib.contextmanager
def files(count: int) -> Iterator[None]:
    """Lets this process have so many files open for a while; skips where the system does not."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    soft, hard = before
    if hard != resource.RLIM_INFINITY and hard < count:
        pytest.skip(f"no process may have {count} files open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


class House(houses.House):
    """A served house whose processes can be told apart."""

    def start(self) -> "House":
        super().start()
        assert self.answers()
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def answers(self) -> bool:
        assert self.process is None or self.process.poll() is None, self.said()
        try:
            with urllib.request.urlopen(f"{self.address}/setup/", timeout=5) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def listens(self) -> bool:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError:
                return True
        return False

    def children(self, of: int = 0) -> list[int]:
        return sorted(child for child, parent in parents().items() if parent == (of or self.pid))

    def everyone(self) -> list[int]:
        until(lambda: self.web() and self.worker(), "both parts run")
        below = [grandchild for child in self.children() for grandchild in self.children(child)]
        return [self.pid, *self.children(), *below]

    def web(self) -> int:
        """The part that has web processes of its own."""
        return next((child for child in self.children() if len(self.children(child)) == 2), 0)

    def worker(self) -> int:
        return next((child for child in self.children() if child != self.web()), 0)

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            left = [
                self.pid,
                *self.children(),
                *[below for child in self.children() for below in self.children(child)],
            ]
            for process in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            self.process.wait()


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A ground on which a house has been opened once, so that the next starts are quick."""
    ground = Ground(tmp_path_factory.mktemp("stood") / "data")
    House(ground).start().stop()
    yield ground
    ground.leave()


@pytest.fixture
def house(stood: Ground) -> Iterator[House]:
    """A house on that ground; nothing of its processes is left afterwards."""
    house = House(stood)
    yield house
    house.end()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Ground]:
    """Ground on which nothing stands yet."""
    ground = Ground(tmp_path / "elsewhere")
    yield ground
    ground.leave()


class TestServe:
    def test_makes_a_square_in_an_empty_folder_and_says_how_to_set_it_up(self, elsewhere: Ground) -> None:
        house = House(elsewhere).start()
        until(lambda: "Set it up here: " in house.said(), "the set-up's address")
        path = house.said().split("Set it up here: ")[1].split()[0]
        with urllib.request.urlopen(path) as answer:
            assert answer.status == 200
        modes = {
            name: (house.data / name).stat().st_mode & 0o777 for name in ("", "secret.key", "media", "outbox")
        }
        assert house.stop() == 0
        assert modes == {"": 0o700, "secret.key": 0o600, "media": 0o700, "outbox": 0o700}

    def test_writes_for_its_own_account_alone_even_into_a_folder_that_was_open(
        self, elsewhere: Ground
    ) -> None:
        elsewhere.data.mkdir(mode=0o755)
        before = os.umask(0o022)
        try:
            house = House(elsewhere).start()
        finally:
            os.umask(before)
        written = list(elsewhere.data.rglob("*"))
        open_to_others = [path for path in written if not path.is_symlink() and path.stat().st_mode & 0o077]
        assert house.stop() == 0
        assert len(written) > 20
        assert open_to_others == []

    @pytest.mark.parametrize("word", [signal.SIGTERM, signal.SIGINT])
    def test_stops_within_three_seconds_and_leaves_no_process(
        self, house: House, word: signal.Signals
    ) -> None:
        house.start()
        everyone = house.everyone()
        assert house.stop(word) == 0
        assert len(everyone) == 5
        assert not [process for process in everyone if lives(process)]
        assert not house.listens()

    def test_refuses_a_second_start_on_the_same_folder(self, house: House) -> None:
        house.start()
        second = house.parvis("serve", "--bind", "127.0.0.1:0")
        assert second.returncode == 1
        assert second.stderr.startswith(f"Parvis already runs on this folder (process {house.pid}, since ")
        assert second.stderr.count("\n") == 1
        assert house.answers()

    def test_refuses_a_port_on_which_somebody_listens(self, elsewhere: Ground) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            where = f"127.0.0.1:{taken.getsockname()[1]}"
            tried = House(elsewhere).parvis("serve", "--bind", where)
        assert tried.returncode == 1
        assert (
            tried.stderr == f"Something else listens on {where} already. Choose another port with --bind.\n"
        )

    def test_answers_one_more_reader_while_more_than_a_thousand_keep_their_connections(
        self, house: House
    ) -> None:
        house.start()
        with contextlib.ExitStack() as readers, files(READERS + 200):
            for _reader in range(READERS):
                readers.enter_context(socket.create_connection(("127.0.0.1", house.port), timeout=5))
            assert house.answers()
        assert house.stop() == 0

    def test_a_killed_web_process_is_replaced_while_the_other_answers(self, house: House) -> None:
        house.start()
        killed = until(lambda: house.web() and house.children(house.web()), "two web processes")[0]
        os.kill(killed, signal.SIGKILL)
        until(house.web, "two web processes again")
        assert killed not in house.everyone()
        assert house.answers()
        assert house.stop() == 0

    def test_the_killed_web_part_comes_back_and_leaves_no_orphan_on_the_port(self, house: House) -> None:
        house.start()
        web = until(house.web, "the web part")
        below = house.children(web)
        os.kill(web, signal.SIGKILL)
        until(lambda: house.web() not in {0, web}, "another web part")
        until(house.answers, "it answers again")
        assert not [process for process in below if lives(process)]
        assert "The part “web” has stopped by itself; it is started again." in house.said()
        assert house.stop() == 0

    def test_the_killed_worker_comes_back(self, house: House) -> None:
        house.start()
        house.everyone()
        worker = house.worker()
        os.kill(worker, signal.SIGKILL)
        until(lambda: house.worker() not in {0, worker}, "another worker")
        assert house.answers()
        assert house.stop() == 0

    def test_nothing_outlives_a_killed_supervisor_and_the_next_start_works(self, house: House) -> None:
        everyone = house.start().everyone()
        os.kill(house.pid, signal.SIGKILL)
        assert house.process is not None
        house.process.wait()
        until(lambda: not any(map(lives, everyone)), "all are gone", within=5)
        assert not house.listens()
        house.start()
        assert house.stop() == 0

    def test_a_start_right_after_a_kill_waits_for_what_is_left_to_end(self, house: House) -> None:
        house.start()
        os.kill(house.pid, signal.SIGKILL)
        assert house.process is not None
        house.process.wait()
        house.start()
        assert house.stop() == 0


JOB = """
import os, sys, time
from pathlib import Path
from parvis.core.site.command.house import set_environment, set_up
set_environment(None)
set_up()
from parvis.core.site.jobs import JobKind, Made, register
from parvis.core.site.worker import Worker
trace = Path(sys.argv[1])
def run(job, progress):
    progress(job.attempts, 2)
    with trace.open("a") as file:
        file.write(f"begun {job.attempts}\\n")
    if job.attempts <= int(sys.argv[2]):
        time.sleep(600)
    return Made(result={"attempt": job.attempts})
register(JobKind(name="try.long", title="long", page="home", run=run))
Worker(alone=bool(sys.argv[3])).run()
"""

ASK = """
from parvis.core.site.command.house import set_environment, set_up
set_environment(None)
set_up()
from django.utils import timezone
from parvis.core.people.actions import guest
from parvis.core.site.actions.jobs import ask
at = timezone.now()
ask(kind="try.long", person=guest(name="Someone", address=None, at=at), at=at)
"""


class TestJobs:
    def work(self, ground: Ground, trace: Path, hang: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", JOB, str(trace), str(hang), "" if SERVER else "alone"]
        return subprocess.Popen(
            command, env=houses.environment(**ground.variables), stderr=subprocess.DEVNULL
        )

    def rows(self, ground: Ground) -> list[tuple[int, bool, object, str]]:
        asked = (
            "SELECT attempts, finished_at IS NOT NULL, result, problem FROM site_job WHERE kind = 'try.long'"
        )
        return [
            (attempts, bool(done), json.loads(result) if isinstance(result, str) else result, problem)
            for attempts, done, result, problem in ground.tell(f"{asked} ORDER BY id")
        ]

    def ask(self, ground: Ground) -> None:
        subprocess.run([sys.executable, "-c", ASK], env=houses.environment(**ground.variables), check=True)

    def forget(self, ground: Ground) -> None:
        ground.tell("DELETE FROM site_job")

    def test_one_cut_off_by_a_kill_is_done_once_by_the_next_worker(
        self, stood: Ground, tmp_path: Path
    ) -> None:
        trace = tmp_path / "trace"
        self.ask(stood)
        first = self.work(stood, trace, hang=1)
        until(lambda: trace.exists() and trace.read_text(), "the job has begun")
        first.kill()
        first.wait()
        # On one folder the next worker knows that it is alone; on a server it waits for the lease to run out.
        if SERVER:
            stood.tell("UPDATE site_job SET locked_until = '2000-01-01 00:00:00+00'")
        second = self.work(stood, trace, hang=1)
        until(lambda: self.rows(stood)[0][1], "the job is done")
        second.terminate()
        assert second.wait(timeout=3) == 0
        assert self.rows(stood) == [(2, True, {"attempt": 2}, "")]
        assert trace.read_text().splitlines() == ["begun 1", "begun 2"]
        self.forget(stood)

    def test_one_put_back_at_an_orderly_stop_has_not_been_tried(self, stood: Ground, tmp_path: Path) -> None:
        trace = tmp_path / "trace"
        self.ask(stood)
        worker = self.work(stood, trace, hang=9)
        until(lambda: trace.exists() and trace.read_text(), "the job has begun")
        worker.terminate()
        assert worker.wait(timeout=3) == 0
        assert self.rows(stood) == [(0, False, {}, "")]
        self.forget(stood)


class TestBackup:
    def test_made_while_others_write_is_whole_and_gives_the_same_pages_back(
        self, house: House, elsewhere: Ground, tmp_path: Path
    ) -> None:
        house.start()
        opened = house.parvis("init", "--owner-email", "o@parvis.example", "--owner-name", "Olive", "--json")
        assert "/enter/" in json.loads(opened.stdout)["link"]
        pages = {path: self.page(house, path) for path in ("/", "/account/login/", "/about/", "/journal/")}
        file = tmp_path / "kept.tar.gz"
        where = [house.ground.url, str(house.data / "parvis.sqlite3")]
        writer = subprocess.Popen([sys.executable, "-c", WRITE, *where], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        made = house.parvis("backup", str(file), "--json")
        writer.terminate()
        writer.wait()
        assert made.returncode == 0, made.stderr
        assert made.stderr == ""
        assert house.stop() == 0
        restored = House(elsewhere)
        given = restored.parvis("restore", str(file), "--json")
        assert given.returncode == 0, given.stderr
        if not SERVER:
            assert elsewhere.tell("PRAGMA integrity_check") == [("ok",)]
        halves = "SELECT count(DISTINCT half) FROM pairs GROUP BY pair HAVING count(*) != 2"
        assert elsewhere.tell(halves) == []
        assert elsewhere.tell("SELECT count(*) FROM pairs")[0][0] > 0
        restored.port = house.port
        restored.start()
        assert {path: self.page(restored, path) for path in pages} == pages
        assert restored.stop() == 0

    def page(self, house: House, path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(f"{house.address}{path}") as answer:
                return answer.status, self.without_tokens(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, self.without_tokens(error.read())

    def without_tokens(self, page: bytes) -> bytes:
        """The page but for its form tokens, which are new each time."""
        return b"\n".join(line for line in page.splitlines() if b"csrfmiddlewaretoken" not in line)


WRITE = """
import sqlite3, sys
if sys.argv[1]:
    import psycopg
    database, begin = psycopg.connect(sys.argv[1], autocommit=True), "BEGIN"
else:
    database, begin = sqlite3.connect(sys.argv[2], autocommit=True, timeout=30), "BEGIN IMMEDIATE"
database.execute("CREATE TABLE pairs (pair INTEGER, half INTEGER)")
for pair in range(10**9):
    database.execute(begin)
    database.execute(f"INSERT INTO pairs VALUES ({pair}, 1)")
    database.execute(f"INSERT INTO pairs VALUES ({pair}, 2)")
    database.execute("COMMIT")
    if pair == 20:
        print("writing", flush=True)
"""
