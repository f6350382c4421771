"""Makes docs/pictures again: the main pages of the sample square, seen in Chromium.

Run it with `uv run scripts/pictures.py`; it serves a sample square of its own and throws it away.
"""

import io
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests")]

from houses import Ground, House  # noqa: E402
from journeys.visits import DESK, PHONE, QUIET  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
LARGEST = 250_000


def first_link(page: Page, path: str, wanted: str) -> None:
    """Open the first page that a page leads to by an address like this."""
    page.goto(path)
    found = page.locator("main a").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
    page.goto(next(href for href in found if href and re.search(wanted, href)))


def discussed(page: Page) -> None:
    """A post with a note in the other language, where it first came out, and comments."""
    best, most = "", -1
    page.goto("/journal/archives/")
    years = page.locator("main a[href^='/journal/20']").evaluate_all(
        "(all) => all.map((one) => one.getAttribute('href'))"
    )
    posts = {href for href in years if re.fullmatch(r"/journal/\d{4}/\d{2}/[^/]+/", href)}
    for month in sorted({href for href in years if re.fullmatch(r"/journal/\d{4}/(\d{2}/)?", href)}):
        page.goto(month)
        here = page.locator("main h2 a, main li a").evaluate_all(
            "(all) => all.map((one) => one.getAttribute('href'))"
        )
        posts |= {href for href in here if href and re.fullmatch(r"/journal/\d{4}/\d{2}/[^/]+/", href)}
    for path in sorted(posts):
        page.goto(path)
        things = [page.locator(css).count() for css in (".note", ".origin", "article.comment")]
        worth = 10 * min(things[0], 1) + 10 * min(things[1], 1) + min(things[2], 4)
        if worth > most:
            best, most = path, worth
    page.goto(best)


def comments(page: Page) -> None:
    """What was said under that post."""
    discussed(page)
    page.locator("#comments").evaluate("(one) => one.scrollIntoView()")


def editor(page: Page) -> None:
    """The last post, in the editor."""
    first_link(page, "/journal/write/", r"/journal/write/\w{20}/")


def picker(page: Page) -> None:
    """The choice of readers, open."""
    page.goto("/")
    page.locator("#status-text").fill("Répétition jeudi, porte du jardin.")
    page.locator("audience-picker .folded").wait_for(state="attached")
    page.locator("audience-picker button[aria-expanded]").click()
    page.locator("audience-picker input[value^='circle']").first.check()
    page.wait_for_load_state("networkidle")


def menu(page: Page) -> None:
    """A person's own page, from the menu."""
    first_link(page, "/people/", r"/people/\w{20}/$")


def as_friend(page: Page) -> None:
    """My page as someone I know sees it."""
    page.goto("/as/visitor/")
    page.locator(".looking-as summary").click()
    page.locator(".looking-as .chip").first.click()


def at(path: str) -> Callable[[Page], None]:
    """A page that is where its address says."""
    return lambda page: page.goto(path) and None


PAGES: dict[str, Callable[[Page], None]] = {
    "home": at("/"),
    "journal": at("/journal/"),
    "post": discussed,
    "comments": comments,
    "editor": editor,
    "audience": picker,
    "person": menu,
    "view-as": as_friend,
    "circles": at("/circles/"),
    "desk": at("/desk/"),
    "search": at("/search/?q=fontaine"),
}
PHONE_TOO = ("home", "post", "audience", "search")


class Demo(House):
    """The sample square, which chooses its own folder."""

    def command(self) -> list[str]:
        return ["demo", "--bind", f"127.0.0.1:{self.port}"]


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="parvis-pictures-"))
    house = Demo(Ground(folder / "data"))
    try:
        house.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
            take(browser, house)
    finally:
        house.end()
        shutil.rmtree(folder, ignore_errors=True)


def take(browser: Browser, house: Demo) -> None:
    """All pages on a desk by day in French, some on a phone by night in English."""
    address, password = re.findall(r"(alix@\S+)\s+(\S+)", house.said())[0]
    context = browser.new_context(base_url=house.address, viewport=DESK, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(address)
    page.locator("input[name=password]").fill(password)
    page.locator("main form button").first.click()
    page.locator("details.mine").wait_for()
    wanted = set(sys.argv[1:]) or set(PAGES)
    for name in [name for name in PAGES if name in wanted]:
        PAGES[name](page)
        keep(page, f"{name}-desktop-light-fr")
    speak(page, "en")
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    for name in [name for name in PHONE_TOO if name in wanted]:
        PAGES[name](page)
        keep(page, f"{name}-phone-dark-en")
    speak(page, "fr")


def speak(page: Page, language: str) -> None:
    """Read the house in another language from now on."""
    page.goto("/me/settings/")
    page.locator("select[name=language]").select_option(language)
    page.locator("main form button").first.click()
    page.wait_for_load_state()


def keep(page: Page, name: str) -> None:
    """Write what the window shows as a small PNG."""
    page.wait_for_load_state("networkidle")
    page.evaluate("() => document.fonts.ready.then(() => true)")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for colours in (256, 128, 64, 32):
        data = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(data, "PNG", optimize=True)
        if data.tell() <= LARGEST:
            break
    (PICTURES / f"{name}.png").write_bytes(data.getvalue())
    print(f"{name}.png: {data.tell() // 1000} kB")


if __name__ == "__main__":
    main()
