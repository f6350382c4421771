"""The import of a thousand posts and five thousand comments: how long, how much processor time, how much memory.

The peer, WordPress's own importer, is a plugin that Debian does not have; its 96 s were taken on 22 November 2026 on a
machine of the same kind, with the same file, and stand here by name only.
"""

import json
import os
import subprocess
import time

from bench.databases import environment, folder
from bench.programs import PARVIS, parvis
from bench.report import result, say

from .blog import export

SECONDS, MEMORY = 15, 200
PEER = "WordPress’s own importer, which cannot be installed here (96 s on 22 Nov 2026)"


def main() -> None:
    """Import into an empty square, then once more, which must find nothing to do."""
    file, owner = export(), "owner@parvis.example"
    with folder() as data:
        env = environment(data)
        parvis(env, "init", "--owner-email", owner, "--owner-name", "Owner")
        command = [*PARVIS, "journal", "import-wordpress", str(file), "--author-email", owner, "--json"]
        seconds, cpu, memory, said = spent(command, env)
        say(
            f"{said['posts']} posts, {said['comments']} comments in {seconds:.1f} s, {cpu:.1f} s of CPU, {memory:.0f} MB"
        )
        again, _cpu, _memory, once_more = spent(command, env)
        changes = once_more["created"] + once_more["changed"]
    result("house/imports/time", "s for 1000 posts and 5000 comments", seconds, peer=PEER, target=SECONDS)
    result("house/imports/cpu", "s of CPU", cpu)
    result("house/imports/memory", "MB at the most", memory, target=MEMORY)
    result("house/imports/again_time", "s for the second run", again, target=SECONDS)
    result("house/imports/again_changes", "changes of the second run", changes, target=0)


def spent(command: list[str], env: dict[str, str]) -> tuple[float, float, float, dict[str, int]]:
    """Seconds, CPU seconds, most megabytes resident, and the report of a command."""
    began = time.monotonic()
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = process.stdout.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command[1:])} failed ({process.returncode}).")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, json.loads(said)


if __name__ == "__main__":
    main()
