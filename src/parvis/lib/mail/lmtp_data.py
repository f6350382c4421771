"""The octets of one mail while they come in: where they end, what must not be among them, where they are kept."""

import logging
import os
import re
import tempfile
from pathlib import Path
from typing import IO

from parvis.lib.mail.lmtp_model import FAULT, TOO_LARGE, Ended, Limits, Reply

logger = logging.getLogger(__name__)

END = b"\r\n.\r\n"
RECEIVED = re.compile(rb"(?im)^received[ \t]*:")
BARE = Reply(521, "5.5.2", "A CR or LF stands alone: lines end with CR LF, and nothing was kept")
LARGE_HEADER = Reply(552, "5.3.4", "The header section is larger than what is taken here")
NUL_IN_HEADER = Reply(554, "5.6.0", "The header section holds a NUL")
LOOP = Reply(554, "5.4.6", "The message has been through too many servers: it runs in a circle")
SPOOL_PREFIX, SPOOL_SUFFIX = "lmtp-", ".eml"


def check_line_ends(piece: bytes) -> None:
    """Each CR stands before a LF and each LF behind a CR, or the session is over.

    Servers that read lone ones as line ends can be made to see a second mail in the first ("SMTP smuggling", 2023).
    """
    pairs = piece.count(b"\r\n")
    if piece.count(b"\r") != pairs or piece.count(b"\n") != pairs:
        raise Ended(BARE)


class Dots:
    """What follows DATA: it ends with a dot alone between two CR LF, and in no other way."""

    def __init__(self) -> None:
        self._held = b"\r\n"  # what may be the beginning of the end; a first line begins as if after CR LF
        self._is_first = True
        self.rest: bytes | None = None

    def feed(self, octets: bytes) -> bytes:
        """The part of the mail that is certain by now; once the end has come, `rest` is what stands behind it."""
        seen = self._held + octets
        end = seen.find(END)
        if end >= 0:
            piece, self._held, self.rest = seen[: end + 2], b"", seen[end + len(END) :]
        else:
            kept = next((n for n in range(len(END) - 1, 0, -1) if seen.endswith(END[:n])), 0)
            piece, self._held = seen[: len(seen) - kept], seen[len(seen) - kept :]
        if not piece:
            return b""
        check_line_ends(piece)
        piece = piece.replace(b"\r\n.", b"\r\n")
        if self._is_first:
            piece, self._is_first = piece[2:], False
        return piece


class Chunks:
    """What follows BDAT: counted octets, of which a CR may be the last of one chunk and its LF the first of the next."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, octets: bytes, *, is_last: bool = False) -> bytes:
        piece = self._held + octets
        kept = 1 if piece.endswith(b"\r") and not is_last else 0
        piece, self._held = piece[: len(piece) - kept], piece[len(piece) - kept :]
        check_line_ends(piece)
        return piece


class Header:
    """The header section, up to the first empty line: small, without NUL, and not of a mail that runs in a circle."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._octets = bytearray(b"\r\n")
        self._is_whole = False

    def feed(self, piece: bytes) -> Reply | None:
        """What is wrong with it, if it can be told by now."""
        if self._is_whole:
            return None
        start = len(self._octets) - 3
        self._octets += piece
        end = self._octets.find(b"\r\n\r\n", max(0, start))
        if end >= 0:
            del self._octets[end + 2 :]
            return self.finish()
        return LARGE_HEADER if len(self._octets) - 2 > self._limits.header else None

    def finish(self) -> Reply | None:
        """What is wrong with it, once there is no more."""
        if self._is_whole:
            return None
        octets, self._octets, self._is_whole = self._octets, bytearray(), True
        if len(octets) - 2 > self._limits.header:
            return LARGE_HEADER
        if b"\0" in octets:
            return NUL_IN_HEADER
        return LOOP if len(RECEIVED.findall(octets)) > self._limits.received else None


class Incoming:
    """One mail as far as it has come: in memory, then in a file; thrown away from the moment it cannot be taken."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.size = 0
        self.problem: Reply | None = None
        self._folder, self._limits = folder, limits
        self._header = Header(limits)
        self._memory: list[bytes] = []
        self._file: IO[bytes] | None = None

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.problem or not piece:
            return
        problem = TOO_LARGE if self.size > self._limits.size else self._header.feed(piece)
        if problem is None:
            problem = self._store(piece)
        if problem:
            self._refuse(problem)

    def finish(self) -> bytes | Path | None:
        """The whole content, or None: `problem` then says why."""
        problem = self.problem or self._header.finish() or self._flush()
        if problem:
            self._refuse(problem)
            return None
        return Path(self._file.name) if self._file else b"".join(self._memory)

    def discard(self) -> None:
        """Nothing of it is left here."""
        self._memory = []
        if self._file:
            file, self._file = self._file, None
            Path(file.name).unlink(missing_ok=True)
            try:
                file.close()
            except OSError:  # what was still to be written does not matter any more
                logger.warning("a spool file could not be closed", exc_info=True)

    def _refuse(self, problem: Reply) -> None:
        self.problem = problem
        self.discard()

    def _store(self, piece: bytes) -> Reply | None:
        try:
            if self._file:
                self._file.write(piece)
                return None
            self._memory.append(piece)
            if self.size > self._limits.memory:
                self._file = tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed in finish or discard
                    dir=self._folder, prefix=SPOOL_PREFIX, suffix=SPOOL_SUFFIX, delete=False
                )
                self._file.writelines(self._memory)
                self._memory = []
        except OSError:
            logger.exception("a mail could not be written to its spool file")
            return FAULT
        return None

    def _flush(self) -> Reply | None:
        try:
            if self._file:
                self._file.close()
        except OSError:
            logger.exception("a mail could not be written to its spool file")
            return FAULT
        return None


def sweep(folder: Path) -> None:
    """Remove what a server that was killed has left in its folder."""
    for path in folder.glob(f"{SPOOL_PREFIX}*{SPOOL_SUFFIX}"):
        os.unlink(path)
