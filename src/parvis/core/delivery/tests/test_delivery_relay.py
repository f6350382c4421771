"""The mail relay: its address is read or refused, and `parvis check` says whether it takes mail."""

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.core.checks import run_checks

from parvis.core.delivery.relay import NoRelay, RelayAddress, knock
from parvis.core.site.keeping.findings import Finding, findings

LOGIN = base64.b64encode(b"\0us@r\0pa/ss").decode()


@contextmanager
def a_relay(*, greeting: str = "220 relay.example", offers: str = "AUTH PLAIN") -> Iterator[int]:
    """A relay on this machine that knows one login; its port."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            line, _address = door.accept()
            with suppress(OSError), line, line.makefile("rwb", buffering=0) as file:
                file.write(f"{greeting}\r\n".encode())
                for said in iter(file.readline, b""):
                    verb, _space, rest = said.decode("latin-1").strip().partition(" ")
                    match verb.upper():
                        case "EHLO":
                            answer = f"250-relay.example\r\n250 {offers}" if offers else "250 relay.example"
                        case "AUTH":
                            answer = "235 come in" if rest.endswith(LOGIN) else "535 no"
                        case "QUIT":
                            answer = "221 bye"
                        case _:
                            answer = "502 no"
                    file.write(f"{answer}\r\n".encode())

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield door.getsockname()[1]
        thread.join(5)


def trouble(url: str) -> str:
    found = knock(RelayAddress.read(url))
    return f"{found.words} {found.advice}" if found is not None else ""


class TestAnAddress:
    @pytest.mark.parametrize(
        "url",
        ["nonsense", "http://relay.example", "smtp://", "smtp://a:b", "smtp://a?tls=perhaps", "smtp://a/b"],
    )
    def test_that_names_no_relay_is_refused(self, url):
        with pytest.raises(NoRelay):
            RelayAddress.read(url)

    def test_says_how_the_line_is_protected_and_on_which_port(self):
        read = [RelayAddress.read(url) for url in ("smtp://a", "smtps://a", "smtp://a?tls=no", "smtp://a:99")]
        assert [(one.tls, one.port) for one in read] == [
            ("starttls", 587),
            ("yes", 465),
            ("no", 25),
            ("starttls", 99),
        ]

    def test_holds_a_name_and_a_password_with_odd_signs(self):
        read = RelayAddress.read("smtp://us%40r:pa%2Fss@relay.example")
        assert (read.username, read.password) == ("us@r", "pa/ss")

    def test_says_how_many_lines_and_how_many_mails_a_minute(self):
        read = RelayAddress.read("smtp://a?connections=2&per_minute=30")
        assert (read.connections, read.per_minute) == (2, 30)
        usual = RelayAddress.read("smtp://a")
        assert (usual.connections, usual.per_minute) == (16, 0)

    @pytest.mark.parametrize("asked", ["connections=0", "connections=51", "connections=x", "per_minute=-1"])
    def test_says_neither_with_nonsense(self, asked):
        with pytest.raises(NoRelay):
            RelayAddress.read(f"smtp://a?{asked}")

    def test_that_is_nonsense_is_told_at_the_start(self, settings):
        settings.PARVIS_MAIL_URL = "nonsense"
        [fault] = run_checks(tags=["parvis"])
        assert (fault.id, "PARVIS_MAIL_URL=smtp://" in fault.hint) == ("parvis.E002", True)


class TestKnocking:
    def test_finds_nothing_wrong_with_a_relay_that_takes_mail(self):
        with a_relay() as port:
            assert trouble(f"smtp://127.0.0.1:{port}?tls=no") == ""

    def test_logs_in(self):
        with a_relay() as port:
            assert trouble(f"smtp://us%40r:pa%2Fss@127.0.0.1:{port}?tls=no") == ""

    def test_tells_of_a_wrong_password_without_saying_it(self):
        with a_relay() as port:
            said = trouble(f"smtp://us%40r:hush@127.0.0.1:{port}?tls=no")
        assert "does not take the name and the password" in said
        assert "hush" not in said

    def test_tells_of_a_line_that_cannot_be_protected(self):
        with a_relay() as port:
            assert "?tls=no" in trouble(f"smtp://127.0.0.1:{port}")

    def test_tells_of_something_else_that_listens_there(self):
        with a_relay(greeting="HTTP/1.1 400 Bad Request") as port:
            assert "does not answer as one" in trouble(f"smtp://127.0.0.1:{port}?tls=no")

    def test_tells_of_a_line_that_is_not_protected_from_the_first_byte(self):
        with a_relay() as port:
            assert "smtps:// for port 465" in trouble(f"smtps://127.0.0.1:{port}")

    def test_tells_of_nobody_there(self):
        with socket.create_server(("127.0.0.1", 0)) as door:
            port = door.getsockname()[1]
        assert f"127.0.0.1:{port} does not answer" in trouble(f"smtp://127.0.0.1:{port}")


@pytest.mark.django_db
class TestACheck:
    def said(self, at: Any, **how: bool) -> Finding:
        return next(finding for finding in findings(at, **how) if finding.subject == "Mail")

    def test_says_that_nonsense_is_wrong_and_once(self, square, at, settings):
        settings.PARVIS_MAIL_URL = "nonsense"
        assert (self.said(at).state, self.said(at, knocks=True).state) == ("wrong", "wrong")
        assert sum("PARVIS_MAIL_URL" in one.words for one in findings(at, knocks=True)) == 1

    def test_goes_to_the_relay_only_when_told_to(self, square, at, settings):
        with socket.create_server(("127.0.0.1", 0)) as door:
            settings.PARVIS_MAIL_URL = f"smtp://127.0.0.1:{door.getsockname()[1]}"
        assert (self.said(at).state, self.said(at, knocks=True).state) == ("fine", "wrong")

    def test_says_that_a_relay_answers(self, square, at, settings):
        with a_relay() as port:
            settings.PARVIS_MAIL_URL = f"smtp://127.0.0.1:{port}?tls=no"
            assert self.said(at, knocks=True).state == "fine"
