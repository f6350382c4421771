"""Pages beside WordPress with the same thousand posts: processor time a request, requests a second; rounds in turn."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.databases import command, environment, folder
from bench.measure import cpu_seconds, median
from bench.programs import PARVIS, answer, free_port, parvis, running, until
from bench.report import result, say

from .blog import WORD, export, read_slug
from .wordpress import Blog, wordpress

ROUNDS, SECONDS, CONNECTIONS = 3, 5, 4
PASSER_BY, PERSONAL = 1.5, 15
PAGES = {"post": PASSER_BY, "home": PERSONAL, "feed": PERSONAL, "search": PERSONAL, "member_home": PERSONAL}
ADDRESSES = Path(__file__).with_name("visitors.lua")


@dataclass
class Tally:
    """What the rounds of one page of one blog have shown."""

    cpu: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)


def main() -> None:
    """Both blogs up, every page in every round, medians at the end."""
    if shutil.which("wrk") is None:
        raise SystemExit("This bench needs wrk (Debian: wrk).")
    missing = ""
    with ExitStack() as stack:
        blogs = [stack.enter_context(square(stack.enter_context(folder())))]
        try:
            blogs.append(stack.enter_context(wordpress(stack.enter_context(folder()), WORD)))
        except LookupError as error:
            missing = str(error)
            say(f"The peer is {missing}.")
        tallies = {(page, blog.name): Tally() for page in PAGES for blog in blogs}
        for blog in blogs:
            weigh(blog)
        for number in range(1, ROUNDS + 1):
            for page in PAGES:
                for blog in blogs:
                    ask(blog, page, tallies[page, blog.name])
            say(f"round {number} of {ROUNDS}")
    for page, target in PAGES.items():
        ours, *others = [tallies[page, blog.name] for blog in blogs]
        peer = others[0] if others else None
        cpu, rate = (median(peer.cpu), median(peer.rate)) if peer else (missing, missing)
        result(f"house/pages/{page}/cpu", "ms of CPU a request", median(ours.cpu), peer=cpu, target=target)
        result(
            f"house/pages/{page}/rate", "requests a second", median(ours.rate), peer=rate, more_is_better=True
        )


@contextmanager
def square(data: Path) -> Iterator[Blog]:
    """Parvis with the posts, its web as it is served; searches come as through a proxy, each from another address."""
    owner, env, log = "owner@parvis.example", environment(data, PARVIS_BEHIND_PROXY="yes"), data / "web.log"
    parvis(env, "init", "--owner-email", owner, "--owner-name", "Owner", "--language", "en")
    parvis(env, "journal", "import-wordpress", export(), "--author-email", owner, "--json")
    ready = subprocess.run(
        command("house.inside.square", read_slug()), env=env, check=True, text=True, stdout=subprocess.PIPE
    )
    filled = json.loads(ready.stdout)
    port = free_port()
    with running([*PARVIS, "web", "--bind", f"127.0.0.1:{port}"], env, log) as process:
        until(lambda: answer(port, "/")[0] == 200, process, log)
        say(f"Parvis holds {filled['publications']} publications")
        yield Blog(
            name="Parvis",
            port=port,
            processes=(process.pid,),
            post=filled["post"],
            home="/",
            feed="/journal/feed/rss/",
            search=f"/search/?q={WORD}",
            cookie=filled["cookie"],
        )


def path_of(blog: Blog, page: str) -> str:
    return {"post": blog.post, "home": blog.home, "feed": blog.feed, "search": blog.search}.get(
        page, blog.home
    )


def weigh(blog: Blog) -> None:
    """Every page once, which must be there: how heavy it is. Then a few more, so that caches are warm."""
    for page in PAGES:
        headers = {"Cookie": blog.cookie} if page == "member_home" else {}
        status, size = answer(blog.port, path_of(blog, page), headers)
        if status != 200:
            raise SystemExit(f"{blog.name} answers {status} at {path_of(blog, page)}.")
        say(f"{blog.name} {page}: {size / 1000:.1f} kB")
        ask(blog, page, Tally(), seconds=1)


def ask(blog: Blog, page: str, tally: Tally, seconds: int = SECONDS) -> None:
    """One round of one page. Raises SystemExit when anything but the page comes back."""
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
    words += ["-s", str(ADDRESSES)] if page == "search" else []
    words += ["-H", f"Cookie: {blog.cookie}"] if page == "member_home" else []
    before = cpu_seconds(blog.processes)
    url = f"http://127.0.0.1:{blog.port}{path_of(blog, page)}"
    said = subprocess.run([*words, url], check=True, text=True, stdout=subprocess.PIPE).stdout
    spent = cpu_seconds(blog.processes) - before
    counted, rate = re.search(r"(\d+) requests in", said), re.search(r"Requests/sec:\s+([\d.]+)", said)
    if counted is None or rate is None or "Non-2xx" in said:
        raise SystemExit(f"{blog.name} did not give {page} each time:\n{said}")
    tally.cpu.append(1000 * spent / max(1, int(counted[1])))
    tally.rate.append(float(rate[1]))


if __name__ == "__main__":
    main()
