"""A relay on the loopback that takes mail, refuses it, or hangs up in the middle, as a test wishes."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Sink(socketserver.ThreadingTCPServer):
    """`taken` are the mails, each (sender, recipient, data); `says` answers a recipient; `cuts` hangs up after a dot."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64
    """As many lines as are opened at once: one that the system drops waits minutes for its greeting."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Dialogue)
        self.taken: list[tuple[str, str, bytes]] = []
        self.says: dict[str, str] = {}
        self.cuts: set[str] = set()
        self.extensions = ["PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES"]

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}?tls=no"


class Dialogue(socketserver.StreamRequestHandler):
    server: Sink

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def handle(self) -> None:
        """Talk until the other side says goodbye, or is gone."""
        with suppress(ConnectionError):
            self.talk()

    def talk(self) -> None:
        self.say("220 sink.example")
        sender = recipient = ""
        for line in iter(self.rfile.readline, b""):
            command = line.decode().strip()
            verb = command[:4].upper()
            if verb == "EHLO":
                every = ["sink.example", *self.server.extensions]
                for number, word in enumerate(every):
                    self.say(f"250{' ' if number == len(every) - 1 else '-'}{word}")
            elif verb == "MAIL":
                sender = command.partition("<")[2].partition(">")[0]
                recipient = ""
                self.say("250 2.1.0 Ok")
            elif verb == "RCPT":
                asked = command.partition("<")[2].partition(">")[0]
                answer = self.server.says.get(asked, "250 2.1.5 Ok")
                recipient = asked if answer.startswith("2") else ""
                self.say(answer)
            elif verb == "DATA":
                if not recipient:
                    self.say("503 5.5.1 No valid recipient")
                    continue
                self.say("354 Go on")
                data = self.data()
                if data is None or recipient in self.server.cuts:
                    return
                self.server.taken.append((sender, recipient, data))
                self.say("250 2.0.0 Ok")
            elif verb == "QUIT":
                self.say("221 Bye")
                return
            else:
                self.say("250 2.0.0 Ok")

    def data(self) -> bytes | None:
        """A mail as far as its final dot; None when the line was cut before it."""
        lines = []
        for line in iter(self.rfile.readline, b".\r\n"):
            if not line:
                return None
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)


@contextmanager
def sink() -> Iterator[Sink]:
    server = Sink()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
