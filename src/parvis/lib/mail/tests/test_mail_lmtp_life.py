"""A server of mail starts where nobody else is, ends without losing a mail, and keeps nothing of clients that hang up."""

import asyncio
import os
import socket
import stat
import threading

import pytest

from parvis.lib.mail.lmtp import Limits, Reply, Server

TAKEN = Reply(250, "2.0.0", "Taken")


class Slow:
    """A `take` that says when it has begun and answers when it may."""

    def __init__(self):
        self.begun = threading.Event()
        self.may_end = asyncio.Event()
        self.taken = []

    async def __call__(self, mail):
        self.begun.set()
        await self.may_end.wait()
        self.taken.append(mail)
        return [TAKEN]


def stopping(house, seconds):
    """Begin to stop, and come back once nobody new is let in."""

    async def begin():
        task = asyncio.ensure_future(house.server.stop(seconds))
        await asyncio.sleep(0)
        return task

    return house.do(begin())


async def done(task):
    await task


class TestHangingUp:
    def test_leaves_nothing_behind_wherever_it_happens(self, narrow):
        first = (
            b"LHLO mx.example\r\nMAIL FROM:<ada@sender.example>\r\nRCPT TO:<list@lists.example>\r\nDATA\r\n"
            b"Subject: Hello\r\n\r\n" + b"x" * 150 + b"\r\n.\r\n"
        )
        second = (
            b"MAIL FROM:<>\r\nRCPT TO:<list@lists.example>\r\nBDAT 150\r\n" + b"x" * 150 + b"BDAT 1 LAST\r\nx"
        )
        talk = first + second + b"QUIT\r\n"
        for end in range(len(talk) + 1):
            narrow.taken.clear()
            client = narrow.call()
            client.send(talk[:end])
            client.close()
            narrow.quiet()
            assert list(narrow.folder.iterdir()) == []
            assert len(narrow.taken) == (end >= len(first)) + (end >= len(first + second))
        assert narrow.server.sessions == 0

    def test_leaves_nothing_behind_after_a_reset(self, narrow):
        client = narrow.call().data()
        client.send(b"\r\n" + b"x" * 150)
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

        client.close()

        narrow.quiet()
        assert list(narrow.folder.iterdir()) == []

    def test_does_not_stop_a_mail_that_is_being_taken(self, serve, tmp_path):
        take = Slow()
        house = serve(take=take, limits=Limits(memory=10))
        client = house.call().data()
        client.send(b"\r\n" + b"x" * 150 + b"\r\n.\r\n")
        assert take.begun.wait(20)
        assert len(list(tmp_path.iterdir())) == 1

        client.close()
        house.loop.call_soon_threadsafe(take.may_end.set)

        house.quiet()
        assert len(take.taken) == 1
        assert list(tmp_path.iterdir()) == []


class TestStopping:
    def test_tells_clients_to_come_again(self, house):
        silent, busy = house.call().greet(), house.call().data()
        place = silent.socket.getpeername()
        busy.send(b"Subject: Hel")

        house.do(house.server.stop(5))

        assert silent.rest().startswith("421 4.3.2")
        assert busy.rest().startswith("421 4.3.2")
        assert house.server.sessions == 0
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(place)

    def test_turns_away_whoever_comes_meanwhile(self, serve):
        """The two come in one turn of the server's loop, which is held until both are there."""
        house = serve()
        inside, may_go_on = threading.Event(), threading.Event()
        house.loop.call_soon_threadsafe(lambda: (inside.set(), may_go_on.wait(20)))
        assert inside.wait(20)
        client = house.call()
        end = asyncio.run_coroutine_threadsafe(house.server.stop(5), house.loop)

        may_go_on.set()

        end.result(20)
        assert client.rest()[:9] in {"421 4.3.2", ""}
        assert house.server.sessions == 0

    def test_lets_a_mail_be_taken_to_its_end(self, serve):
        take = Slow()
        house = serve(take=take)
        client = house.call().data()
        client.send(b"Hello\r\n.\r\nMAIL FROM:<>\r\n")
        assert take.begun.wait(20)

        end = stopping(house, 20)
        house.loop.call_soon_threadsafe(take.may_end.set)

        house.do(done(end))
        assert client.codes(2) == ["250", "421"]
        assert client.rest() == ""
        assert len(take.taken) == 1

    def test_does_not_wait_for_ever(self, serve, tmp_path):
        take = Slow()
        house = serve(take=take, limits=Limits(memory=10))
        client = house.call().data()
        client.send(b"Hello there\r\n.\r\n")
        assert take.begun.wait(20)

        house.do(house.server.stop(0.01))

        assert client.rest().startswith("421 4.3.2")
        assert take.taken == []
        assert list(tmp_path.iterdir()) == []

    def test_leaves_a_question_about_a_recipient(self, serve):
        begun = threading.Event()

        async def never(*_):
            begun.set()
            await asyncio.Event().wait()

        house = serve(recipient=never)
        client = house.call().greet()
        client.send(b"MAIL FROM:<>\r\nRCPT TO:<list@lists.example>\r\n")
        assert begun.wait(20)

        house.do(house.server.stop(5))

        assert client.codes(3) == ["250", "421", ""]

    def test_may_be_said_twice(self, house):
        house.do(house.server.stop(5))
        house.do(house.server.stop(5))

    def test_lets_it_start_again(self, serve, place):
        house = serve(place / "s")
        house.do(house.server.stop(5))

        house.do(house.server.start())

        house.call().greet()


class TestAUnixSocket:
    def test_is_for_its_owner_and_group(self, serve, place):
        serve(place / "s").call().greet()

        assert stat.S_IMODE((place / "s").stat().st_mode) == 0o660

    def test_goes_with_the_server(self, serve, place):
        house = serve(place / "s")

        house.do(house.server.stop(5))

        assert list(place.iterdir()) == []

    def test_of_a_dead_server_is_replaced(self, serve, place):
        dead = socket.socket(socket.AF_UNIX)
        dead.bind(str(place / "s"))
        dead.close()

        serve(place / "s").call().greet()

    def test_of_a_living_server_is_left_alone(self, serve, place):
        house = serve(place / "s")

        with pytest.raises(OSError, match="another server lives here"):
            serve(place / "s")

        house.call().greet()

    def test_of_a_living_server_that_is_busy_is_left_alone(self, serve, place):
        with socket.socket(socket.AF_UNIX) as busy, socket.socket(socket.AF_UNIX) as waiting:
            busy.bind(str(place / "s"))
            busy.listen(0)
            waiting.connect(str(place / "s"))

            with pytest.raises(OSError, match="another server lives here"):
                serve(place / "s")

    def test_does_not_replace_other_files(self, serve, place):
        (place / "s").write_text("a letter")
        (place / "link").symlink_to(place / "nowhere")

        for name in ("s", "link"):
            with pytest.raises(OSError, match="no socket"):
                serve(place / name)

        assert (place / "s").read_text() == "a letter"

    def test_of_another_server_is_not_removed(self, serve, place):
        house = serve(place / "s")
        (place / "s").unlink()
        (place / "s").write_text("of another")

        house.do(house.server.stop(5))

        assert (place / "s").exists()


class TestStarting:
    def test_sweeps_away_what_a_killed_server_left(self, serve, tmp_path):
        (tmp_path / "lmtp-abc.eml").write_text("half a mail")
        (tmp_path / "other").write_text("not ours")

        serve()

        assert os.listdir(tmp_path) == ["other"]

    def test_twice_is_a_mistake(self, house):
        with pytest.raises(RuntimeError):
            house.do(house.server.start())

    def test_does_not_share_a_port(self, house, serve):
        with pytest.raises(OSError, match="in use"):
            serve(house.server.port)

    def test_never_takes_the_port_of_smtp(self, house):
        with pytest.raises(ValueError, match="25"):
            Server(house.service, 25)

    def test_is_for_the_loopback_only(self, house):
        assert house.call().socket.getpeername()[0] == "127.0.0.1"
