"""Pipes posts into mlmmj as a mail server's alias does, waits for all it has started, and prints the CPU it took.

`python -m bench.delivery.pipe PROGRAM LIST COUNT SENDER`. A process of its own, which adopts what mlmmj leaves behind.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys

from .posts import post

PR_SET_CHILD_SUBREAPER = 36


def main(program: str, home: str, count: str, sender: str) -> None:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for number in range(int(count)):
        mail = f"Return-Path: <{sender}>\n".encode() + post(number, "bench@lists.example", sender)
        subprocess.run([program, "-L", home], input=mail.replace(b"\r\n", b"\n"), check=True)
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss / 1024}))


if __name__ == "__main__":
    main(*sys.argv[1:])
