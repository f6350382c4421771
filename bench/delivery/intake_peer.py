"""The peer of the LMTP intake: aiosmtpd, with one durable row of SQLite for each mail. `python intake_peer.py PORT FILE`.

It runs under any Python that has aiosmtpd, and imports nothing of ours.
"""

import asyncio
import sqlite3
import sys
from typing import Any

from aiosmtpd.lmtp import LMTP  # type: ignore[import-not-found]


class Keeper:
    """Writes each mail down before it is answered."""

    def __init__(self, path: str) -> None:
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute("PRAGMA synchronous=FULL")
        self.database.execute("CREATE TABLE mail (id INTEGER PRIMARY KEY, sender, recipient, octets BLOB)")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        rows = [(envelope.mail_from, one, envelope.original_content) for one in envelope.rcpt_tos]
        self.database.execute("BEGIN IMMEDIATE")
        self.database.executemany("INSERT INTO mail (sender, recipient, octets) VALUES (?, ?, ?)", rows)
        self.database.execute("COMMIT")
        return "\r\n".join(["250 2.0.0 Ok"] * len(rows))


async def main(port: int, path: str) -> None:
    keeper = Keeper(path)
    server = await asyncio.get_running_loop().create_server(
        lambda: LMTP(keeper, enable_SMTPUTF8=True), "127.0.0.1", port
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
