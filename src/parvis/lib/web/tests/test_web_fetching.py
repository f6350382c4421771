import gzip
import select
import socket
import ssl
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from parvis.lib.web import Fetcher, Unfetched
from parvis.lib.web.resolving import MOST_AT_ONCE, resolved
from parvis.lib.web.tests.site import Asked, Says, Site, fetcher, said, site

HUGE = 50 * 2**20


def head(*lines: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode()


class TestAPage:
    def test_is_read_in_our_own_name_without_cookies(self, there: Site):
        there.pages["/a?b=1"] = said("Bonjour", Set_Cookie="x=1")
        ask = fetcher()

        answer = ask.get(there.url("/a?b=1#below"))
        ask.get(there.url("/a?b=1"))

        assert (answer.status, answer.body, answer.is_fine) == (200, b"Bonjour", True)
        assert answer.url == there.url("/a?b=1")
        assert answer.content_type == ("text/html", "utf-8")
        for asked in there.asked:
            assert asked.headers["host"] == f"site.example:{there.port}"
            assert asked.headers["user-agent"] == "Test/1.0"
            assert not {"cookie", "authorization", "referer"} & asked.headers.keys()

    def test_takes_a_form(self, there: Site):
        there.pages["/hook"] = said("", status=202)

        answer = fetcher().post(there.url("/hook"), [("source", "https://a.example/é"), ("target", "b")])

        assert answer.status == 202
        assert there.asked[0].form == {"source": "https://a.example/é", "target": "b"}

    def test_is_asked_past_no_proxy(self, there: Site, monkeypatch: pytest.MonkeyPatch):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:1/")
        there.pages["/"] = said("Here")

        assert fetcher().get(there.url("/")).body == b"Here"

    def test_is_found_at_an_ipv6_address(self):
        if not socket.has_ipv6:
            pytest.skip("no IPv6 here")
        with site(host="::1") as there:
            there.pages["/"] = said("Six")
            assert fetcher().get(f"http://[::1]:{there.port}/").body == b"Six"
            assert there.asked[0].headers["host"] == f"[::1]:{there.port}"

    def test_is_asked_at_the_next_address_of_a_name_when_nobody_answers_at_the_first(self, there: Site):
        there.pages["/"] = said("Here")
        ask = fetcher(resolve=lambda *_name: ["127.9.9.9", "127.0.0.1"])

        assert ask.get(there.url("/")).body == b"Here"


class TestOnesOwnNetwork:
    @pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "[::ffff:127.0.0.1]"])
    def test_is_never_asked(self, there: Site, host: str):
        ask = Fetcher(agent="Test", ports=None)

        with pytest.raises(Unfetched) as refused:
            ask.get(f"http://{host}:{there.port}/")

        assert refused.value.is_lasting
        assert there.asked == []

    def test_is_not_asked_by_a_name_that_leads_there(self, there: Site):
        ask = fetcher(permitted=())

        with pytest.raises(Unfetched, match="public network"):
            ask.get(there.url("/"))
        assert there.asked == []

    def test_is_not_asked_when_only_one_of_several_addresses_is_ours(self, there: Site):
        ask = Fetcher(agent="Test", ports=None, resolve=lambda *_name: ["93.184.215.14", "127.0.0.1"])

        with pytest.raises(Unfetched, match="public network"):
            ask.get(there.url("/"))
        assert there.asked == []

    def test_is_not_reached_by_a_name_that_answers_otherwise_the_second_time(self, there: Site):
        """DNS rebinding: what was checked is what is connected to, and nothing looks the name up again."""
        answers = iter(["127.0.0.2", "127.0.0.1", "127.0.0.1"])
        looked: list[str] = []

        def resolve(host: str, _port: int) -> list[str]:
            looked.append(host)
            return [next(answers)]

        ask = fetcher(resolve=resolve, permitted=(ip_network("127.0.0.2/32"),))
        there.pages["/"] = said("Secret")

        with pytest.raises(Unfetched):
            ask.get(there.url("/", host="rebinding.example"))
        assert looked == ["rebinding.example"]
        assert there.asked == []

    @pytest.mark.parametrize(
        "place",
        [
            "http://127.0.0.1:{port}/secret",
            "http://localhost:{port}/secret",
            "//127.0.0.1:{port}/secret",
            "http://[::ffff:127.0.0.1]:{port}/secret",
            "http://2130706433:{port}/secret",
            "file:///etc/passwd",
            "ftp://site.example/",
            "http://user:pass@site.example:{port}/secret",
        ],
    )
    def test_is_not_reached_by_a_redirect(self, there: Site, place: str):
        """The site stands at 127.0.0.3, which is permitted; 127.0.0.1 is not."""
        there.pages["/"] = said(status=302, Location=place.format(port=there.port))
        there.pages["/secret"] = said("Secret")
        with site(host="127.0.0.3") as outside:
            outside.pages["/"] = there.pages["/"]
            ask = fetcher(
                {"site.example": "127.0.0.3", "localhost": "127.0.0.1"},
                permitted=(ip_network("127.0.0.3/32"),),
            )

            with pytest.raises(Unfetched) as refused:
                ask.get(outside.url("/"))

        assert refused.value.is_lasting
        assert len(outside.asked) == 1
        assert there.asked == []

    def test_has_ports_that_are_never_asked(self, there: Site):
        with pytest.raises(Unfetched, match="ports"):
            fetcher(ports=frozenset({80, 443})).get(there.url("/"))


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_are_followed(self, there: Site, status: int):
        there.pages["/a/b"] = said(status=status, Location="../c?d")
        there.pages["/c?d"] = said("There")

        answer = fetcher().get(there.url("/a/b"))

        assert (answer.body, answer.url) == (b"There", there.url("/c?d"))

    def test_lead_on_five_times_and_no_more(self, there: Site):
        for number in range(1, 10):
            there.pages[f"/{number}"] = said(status=302, Location=f"/{number + 1}")
        there.pages["/6"] = said("Five")

        assert fetcher().get(there.url("/1")).body == b"Five"
        there.pages["/6"] = said(status=302, Location="/7")
        with pytest.raises(Unfetched):
            fetcher().get(there.url("/1"))
        assert there.asked[-1].target == "/6"

    def test_take_a_form_along(self, there: Site):
        there.pages["/"] = said(status=308, Location="/there")
        there.pages["/there"] = said(status=202)

        assert fetcher().post(there.url("/"), [("a", "b")]).status == 202
        assert (there.asked[1].method, there.asked[1].form) == ("POST", {"a": "b"})

    def test_without_a_place_are_an_answer(self, there: Site):
        there.pages["/"] = said(status=302)

        assert fetcher().get(there.url("/")).status == 302


class TestWhatIsTooMuch:
    def test_is_cut_where_it_is_longer_than_we_read(self, there: Site):
        def endless(_asked: Asked, line: socket.socket) -> None:
            line.sendall(head("Content-Type: text/html"))
            while True:
                line.sendall(b"x" * 65536)

        there.pages["/"] = endless

        answer = fetcher(most=100_000).get(there.url("/"))

        assert (len(answer.body), answer.is_cut) == (100_000, True)

    def test_is_cut_where_it_swells_when_it_is_unpacked(self, there: Site):
        bomb = gzip.compress(b"\0" * HUGE)
        there.pages["/"] = said(bomb, Content_Encoding="gzip")

        answer = fetcher(most=100_000).get(there.url("/"))

        assert (len(answer.body), answer.is_cut) == (100_000, True)

    def test_is_cut_where_nothing_comes_of_what_is_sent(self, there: Site):
        def empty_blocks(_asked: Asked, line: socket.socket) -> None:
            packer = zlib.compressobj(wbits=31)
            line.sendall(head("Content-Encoding: gzip") + packer.compress(b"a"))
            while True:
                line.sendall(packer.flush(zlib.Z_FULL_FLUSH) + b"\0\0\0\xff\xff" * 10_000)

        there.pages["/"] = empty_blocks

        assert fetcher(most=100_000).get(there.url("/")).is_cut

    def test_of_headers_is_refused(self, there: Site):
        there.pages["/long"] = head(f"X: {'x' * 100_000}")
        there.pages["/many"] = head(*(f"X-{number}: x" for number in range(5_000)))

        for target in ("/long", "/many"):
            with pytest.raises(Unfetched):
                fetcher().get(there.url(target))

    def test_time_is_not_taken(self, there: Site):
        """One byte, then another: each comes in time, and together they would never end."""

        def drop_by_drop(begins: bytes) -> Says:
            def drip(_asked: Asked, line: socket.socket) -> None:
                line.sendall(begins)
                while not select.select([line], [], [], 0.02)[0]:
                    line.sendall(b"x")

            return drip

        there.pages["/headers"] = drop_by_drop(b"HTTP/1.1 200 OK\r\nX: ")
        there.pages["/body"] = drop_by_drop(head("Content-Length: 100000000"))
        there.pages["/endless"] = drop_by_drop(head("Content-Type: text/html"))

        for target in ("/headers", "/body", "/endless"):
            with pytest.raises(Unfetched) as refused:
                fetcher(within=0.3, most=2**40).get(there.url(target))
            assert not refused.value.is_lasting

    def test_patience_ends_where_nothing_is_said(self, there: Site):
        def silence(_asked: Asked, line: socket.socket) -> None:
            line.recv(1)

        there.pages["/"] = silence

        with pytest.raises(Unfetched, match="in time"):
            fetcher(answering=0.1).get(there.url("/"))

    def test_interim_answers_without_an_end_are_not_listened_to(self, there: Site):
        def hold_on(_asked: Asked, line: socket.socket) -> None:
            while True:
                line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

        there.pages["/"] = hold_on

        with pytest.raises(Unfetched):
            fetcher(within=0.3).get(there.url("/"))


class TestNonsense:
    @pytest.mark.parametrize(
        "answer",
        [
            b"",
            b"Hello\r\n\r\n",
            b"HTTP/1.1 abc OK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc",
            b"HTTP/1.1 302 OK\r\nLocation: http://[/\r\n\r\n",
        ],
    )
    def test_is_refused_and_nothing_else(self, there: Site, answer: bytes):
        there.pages["/"] = answer

        with pytest.raises(Unfetched):
            fetcher().get(there.url("/"))

    def test_a_closed_door_is_no_answer(self):
        with site() as there:
            url = there.url("/")

        with pytest.raises(Unfetched, match="nobody answers"):
            fetcher().get(url)

    def test_a_name_that_nobody_knows_is_no_answer(self):
        def unknown(_host: str, _port: int) -> list[str]:
            raise socket.gaierror

        with pytest.raises(Unfetched, match="not known") as refused:
            fetcher(resolve=unknown).get("https://nothing.example/")
        assert not refused.value.is_lasting


@pytest.fixture
def certified(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server shows for the name site.example, and who believes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "site.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("site.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    trust = ssl.create_default_context(cafile=str(pem))
    trust.verify_flags &= ~ssl.VERIFY_X509_STRICT  # it signs itself
    return server, trust


class TestTheCertificate:
    def test_is_held_to_the_name_though_we_connect_to_an_address(self, certified):
        server, trust = certified
        with site(tls=server) as there:
            there.pages["/"] = said("Safe")
            assert fetcher(trust=trust).get(f"https://site.example:{there.port}/").body == b"Safe"
            with pytest.raises(Unfetched, match="certificate"):
                fetcher(trust=trust).get(f"https://other.example:{there.port}/")
            with pytest.raises(Unfetched, match="certificate"):
                fetcher(trust=trust).get(f"https://127.0.0.1:{there.port}/")
            assert len(there.asked) == 1

    def test_must_be_one_that_is_believed(self, certified):
        with site(tls=certified[0]) as there, pytest.raises(Unfetched, match="certificate"):
            fetcher().get(f"https://site.example:{there.port}/")


class TestAResolverThatHangs:
    @pytest.fixture
    def hanging(self):
        over = threading.Event()

        def resolve(_host: str, _port: int) -> list[str]:
            over.wait(30)
            return ["127.0.0.1"]

        yield resolve
        over.set()

    def test_takes_no_more_than_the_time_for_everything(self, hanging):
        began = time.monotonic()
        with pytest.raises(Unfetched, match="too long") as refusal:
            fetcher(resolve=hanging, within=0.2).get("https://slow.example/")
        assert time.monotonic() - began < 10
        assert not refusal.value.is_lasting

    def test_keeps_no_others_waiting_for_longer_than_they_want(self, hanging):
        def ask(_number: int) -> str:
            with pytest.raises(Unfetched) as refusal:
                resolved(hanging, "slow.example", 443, within=0.1)
            return str(refusal.value)

        with ThreadPoolExecutor(MOST_AT_ONCE) as threads:
            assert set(threads.map(ask, range(MOST_AT_ONCE))) == {"It took too long."}
        assert ask(0) == "Too many names are being looked up."

    def test_is_free_again_once_it_has_answered(self):
        for _number in range(2 * MOST_AT_ONCE):
            assert resolved(lambda *_name: ["127.0.0.1"], "good.example", 443, within=5) == ["127.0.0.1"]
