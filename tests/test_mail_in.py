"""Mail that comes in to a whole house: killed at any moment it has lost nothing that it answered for; and behind a Postfix."""

import contextlib
import os
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

import houses
from houses import Ground, until
from parvis.conftest import make_person
from parvis.core.delivery import actions
from parvis.core.delivery.carrying import Carrier
from parvis.core.delivery.inbound import known
from parvis.core.delivery.models import Bounce, InboundMail, Mail
from parvis.core.delivery.sorting import Sorter
from parvis.core.delivery.tests.posts import listener
from parvis.core.delivery.tests.sink import Sink, sink
from parvis.core.delivery.tests.worlds import said
from parvis.core.stream import actions as stream
from postfixes import Postfix, postfix

pytestmark = pytest.mark.xdist_group("serve")
DOMAIN = "in.parvis.example"
ADDRESS = f"try@{DOMAIN}"
ROWS = "SELECT message_id, sender FROM delivery_inboundmail ORDER BY id"


class House(houses.House):
    """One that takes mail in."""

    def __init__(self, ground: Ground, **variables: str) -> None:
        self.lmtp = houses.free_port()
        more = {"PARVIS_MAIL_IN_DOMAIN": DOMAIN, "PARVIS_LMTP": f"127.0.0.1:{self.lmtp}"}
        super().__init__(ground, **more | variables)

    def takes_mail(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.lmtp), timeout=5) as line:
                return line.recv(100).startswith(b"220")
        except OSError:
            return False

    def start(self) -> "House":
        super().start()
        until(self.takes_mail, "mail is taken in")
        return self

    def everyone(self) -> list[int]:
        assert self.process is not None
        parents = {}
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        children = [child for child, parent in parents.items() if parent == self.process.pid]
        below = [child for child, parent in parents.items() if parent in children]
        return [self.process.pid, *children, *below]

    def kill(self) -> None:
        """All of it at once, as when the power fails."""
        for process in self.everyone():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        assert self.process is not None
        self.process.wait()

    def send(self, number: int, words: str = "Hello") -> tuple[int, bytes]:
        with smtplib.LMTP("127.0.0.1", self.lmtp) as line:
            line.ehlo()
            line.mail("anne@example.org")
            line.rcpt(ADDRESS)
            return line.data(mail(number, words))

    def rows(self) -> list[tuple[str, str]]:
        return [(str(one), str(other)) for one, other in self.ground.tell(ROWS)]


def mail(number: int, words: str = "Hello") -> bytes:
    return f"From: anne@example.org\r\nMessage-ID: <{number}@example.org>\r\n\r\n{words}\r\n".encode()


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A ground with an address at which mail is taken."""
    ground = Ground(tmp_path_factory.mktemp("mail-in") / "data").build()
    ground.tell(
        "INSERT INTO delivery_inboundaddress (local, kind, has_extensions, about, made_at) VALUES (?, ?, ?, ?, ?)",
        "try",
        "delivery.leave",
        True,
        "{}",
        "2026-11-22 10:00:00+00:00",
    )
    yield ground
    ground.leave()


@pytest.fixture
def house(stood: Ground) -> Iterator[House]:
    stood.tell("DELETE FROM delivery_inboundmail")
    house = House(stood)
    yield house
    house.end()


DIES_BEFORE_IT_ANSWERS = """
import os, signal, sys
from parvis.core.site.command.house import set_environment, set_up
set_environment(None)
set_up()
from parvis.core.delivery import intake
from parvis.core.site.command.lmtp import take_mail_in
keep = intake.keep
def keep_and_die(mails, found):
    keep(mails, found)
    os.kill(os.getpid(), signal.SIGKILL)
intake.keep = keep_and_die
take_mail_in(int(sys.argv[1]))
"""


class TestAHouseThatIsKilled:
    def test_has_every_mail_that_it_answered_for(self, house: House) -> None:
        house.start()
        for number in range(5):
            assert house.send(number)[0] == 250
        house.kill()
        assert [one for one, _sender in house.rows()] == [f"<{number}@example.org>" for number in range(5)]

    def test_has_none_that_was_cut_off_and_takes_it_once_when_it_comes_again(self, house: House) -> None:
        house.start()
        with socket.create_connection(("127.0.0.1", house.lmtp), timeout=20) as line:
            words = line.makefile("rwb")
            for command in (
                b"LHLO x",
                b"MAIL FROM:<anne@example.org>",
                b"RCPT TO:<try@in.parvis.example>",
                b"DATA",
            ):
                words.write(command + b"\r\n")
            words.write(mail(1))
            words.flush()
            until(lambda: b"354" in words.readline(), "the data may come")
            house.kill()
        assert house.rows() == []
        house.start()
        assert house.send(1)[0] == 250
        assert len(house.rows()) == 1

    def test_before_it_could_answer_has_the_mail_once_when_it_comes_again(self, house: House) -> None:
        variables = house.environment()
        dying = subprocess.Popen(
            [sys.executable, "-c", DIES_BEFORE_IT_ANSWERS, str(house.lmtp)],
            env=variables,
            stderr=subprocess.DEVNULL,
        )
        try:
            until(house.takes_mail, "mail is taken in")
            with pytest.raises(smtplib.SMTPServerDisconnected):
                house.send(1)
        finally:
            dying.kill()
            dying.wait()
        assert len(house.rows()) == 1
        house.start()
        assert house.send(1)[0] == 250
        assert len(house.rows()) == 1


class TestAHouse:
    def test_deals_with_what_came_in_and_stops_in_order(self, house: House) -> None:
        house.start()
        assert len(house.everyone()) == 6
        house.send(1)
        until(
            lambda: house.ground.tell("SELECT state FROM delivery_inboundmail") == [("dropped",)],
            "the worker has dealt with it",
        )
        everyone = house.everyone()
        assert house.stop() == 0
        assert not [process for process in everyone if Path(f"/proc/{process}").exists()]
        assert "stopped by itself" not in house.said()

    def test_says_when_another_takes_mail_there(self, house: House) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            house.variables["PARVIS_LMTP"] = f"127.0.0.1:{taken.getsockname()[1]}"
            tried = house.parvis("serve", "--bind", "127.0.0.1:0")
        assert tried.returncode == 1
        assert tried.stderr.startswith("Something else takes mail in at 127.0.0.1:")

    def test_takes_mail_at_a_socket_and_in_a_process_alone(self, house: House) -> None:
        house.variables["PARVIS_LMTP"] = "lmtp.sock"
        command = [sys.executable, "-m", "parvis", "--data", str(house.data), "lmtp"]
        process = subprocess.Popen(command, env=house.environment(), stdout=subprocess.DEVNULL)
        try:
            until((house.data / "lmtp.sock").exists, "the socket is there")
            with smtplib.LMTP(str(house.data / "lmtp.sock")) as line:
                assert line.sendmail("anne@example.org", [ADDRESS], mail(1)) == {}
        finally:
            process.terminate()
            assert process.wait(timeout=4) == 0
        assert len(house.rows()) == 1
        assert not (house.data / "lmtp.sock").exists()

    @pytest.mark.parametrize("domain", ["", DOMAIN])
    def test_says_what_is_missing_or_written_wrong(self, house: House, domain: str) -> None:
        house.variables |= {"PARVIS_MAIL_IN_DOMAIN": domain, "PARVIS_LMTP": "0.0.0.0:8024"}
        tried = house.parvis("lmtp")
        assert tried.returncode == 1
        assert tried.stderr.startswith("PARVIS_LMTP is" if domain else "PARVIS_MAIL_IN_DOMAIN is not set")


@pytest.fixture
def relayed() -> Iterator[Sink]:
    with sink() as server:
        yield server


@pytest.fixture
def behind(house: House, relayed: Sink) -> Iterator[Postfix]:
    """A Postfix before the house."""
    with postfix(domain=DOMAIN, lmtp=house.lmtp, next_hop=relayed.server_address[1]) as server:
        house.start()
        yield server


def spoken(port: int, raw: bytes) -> bytes:
    """What a server answers to all these octets, up to its goodbye."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        said = line.recv(1000)
        for step in (
            b"EHLO mx.example.org\r\n",
            b"MAIL FROM:<anne@example.org>\r\n",
            b"RCPT TO:<try@in.parvis.example>\r\n",
            b"DATA\r\n",
        ):
            line.sendall(step)
            said += line.recv(2000)
        line.sendall(raw)
        while more := line.recv(2000):
            said += more
    return said


class TestBehindPostfix:
    def test_mail_comes_in_with_its_extension_and_its_sender(self, house: House, behind: Postfix) -> None:
        with smtplib.SMTP("127.0.0.1", behind.port) as line:
            assert line.sendmail("anne@example.org", [f"Try+More@{DOMAIN}"], mail(1)) == {}
        until(house.rows, f"the mail is here: {behind.log()}")
        assert house.rows() == [("<1@example.org>", "anne@example.org")]
        assert house.ground.tell("SELECT extension FROM delivery_inboundmail") == [("more",)]

    def test_whom_nobody_here_is_postfix_refuses_at_rcpt(self, house: House, behind: Postfix) -> None:
        with smtplib.SMTP("127.0.0.1", behind.port) as line:
            line.ehlo()
            line.mail("anne@example.org")
            code, words = line.rcpt(f"nobody@{DOMAIN}")
            assert (code, b"Nobody here has this address" in words) == (550, True)
            assert line.rcpt(ADDRESS)[0] == 250

    def test_no_second_mail_is_smuggled_in_the_first(self, house: House, behind: Postfix) -> None:
        second = (
            b"MAIL FROM:<eve@example.net>\r\nRCPT TO:<try@in.parvis.example>\r\nDATA\r\n"
            b"From: eve@example.net\r\nMessage-ID: <smuggled@example.net>\r\n\r\nForged\r\n.\r\n"
        )
        for end in (b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\n.\r"):
            spoken(behind.port, mail(1)[:-2] + end + second + b"QUIT\r\n")
        with smtplib.SMTP("127.0.0.1", behind.port) as line:
            line.sendmail("anne@example.org", [ADDRESS], mail(2))
        until(lambda: "<2@example.org>" in {one for one, _sender in house.rows()}, "the next mail is here")
        assert "eve@example.net" not in {sender for _one, sender in house.rows()}
        assert "<smuggled@example.net>" not in {one for one, _sender in house.rows()}

    def test_mail_waits_in_postfix_while_the_house_is_down(self, house: House, behind: Postfix) -> None:
        with smtplib.SMTP("127.0.0.1", behind.port) as line:
            line.ehlo()
            line.mail("anne@example.org")
            assert line.rcpt(ADDRESS)[0] == 250
            house.kill()
            assert line.data(mail(1))[0] == 250
        until(lambda: "status=deferred" in behind.log(), "it was put off")
        assert house.rows() == []
        house.start()
        until(house.rows, f"the mail is here: {behind.log()}")
        assert house.rows() == [("<1@example.org>", "anne@example.org")]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class TestThroughPostfixAndBack:
    def test_mail_leaves_and_what_is_refused_further_on_comes_back_to_its_own_address(
        self, alice, relayed: Sink, settings
    ) -> None:
        settings.PARVIS_URL = "https://parvis.example"
        settings.PARVIS_MAIL_IN_DOMAIN = DOMAIN
        settings.DEFAULT_FROM_EMAIL = "Le parvis <parvis@parvis.example>"
        at = timezone.now()
        readers = [make_person(name) for name in ("here", "gone")]
        for person in readers:
            actions.subscribe(
                person=person,
                source=stream.source_of(alice),
                channel="mail",
                rhythm="now",
                at=at - timedelta(days=1),
            )
        said(alice, "Une bécasse.", at=at - timedelta(minutes=10))
        relayed.says["gone@parvis.example"] = "550 5.1.1 No such person"
        with (
            listener() as lmtp,
            postfix(domain=DOMAIN, lmtp=lmtp, next_hop=relayed.server_address[1]) as server,
        ):
            settings.PARVIS_MAIL_URL = f"smtp://127.0.0.1:{server.port}?tls=no"
            assert Carrier(alone=True).step()
            assert set(Mail.objects.values_list("state", flat=True)) == {"left"}
            until(InboundMail.objects.exists, f"it came back: {server.log()}")
        assert Sorter().step()
        bounce = Bounce.objects.get()
        assert (bounce.category, bounce.status, bounce.mail.person) == ("gone", "5.1.1", readers[1])
        assert "No such person" in bounce.words
        assert {mail.person.name: mail.state for mail in Mail.objects.all()} == {
            "Here": "left",
            "Gone": "refused",
        }
        ((sender, recipient, _data),) = relayed.taken
        assert recipient == "here@parvis.example"
        assert known(sender) is not None
