"""A browser of somebody's own in a house: what it is told to expect, what went wrong in it, what axe finds."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, ViewportSize

from journeys.houses import House

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = """(rules) => axe.run({runOnly: rules, resultTypes: ['violations']}).then((found) => found.violations.flatMap(
(rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')} — ${node.failureSummary.replaceAll('\\n', ' ')}`)))"""
WIDER = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth
? [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
.slice(0, 3).map((one) => `${one.tagName}.${one.className}`).concat(`${document.documentElement.scrollWidth} px`) : []"""


class Visit:
    """One browser context with one page open; every complaint of every page in it is kept."""

    def __init__(self, browser: Browser, house: House, name: str = "", **options: Any) -> None:
        self.house, self.name = house, name
        self.complaints: list[str] = []
        self.expected: set[int] = set()
        settings: dict[str, Any] = {
            "viewport": DESK,
            "locale": "en-GB",
            "reduced_motion": "reduce",
            "base_url": house.address,
        }
        settings |= options
        self.size: ViewportSize = settings["viewport"]
        self.context = browser.new_context(**settings)
        self.context.set_default_timeout(15_000)
        if name:
            self.context.add_cookies(
                [{"name": "parvis", "value": house.people[name]["session"], "url": house.address}]
            )
        self.context.on("page", self.watch)
        self.page: Page = self.context.new_page()

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda problem: self.complaints.append(f"{page.url}: {problem}"))
        page.on("console", self.heard)
        page.on("response", self.answered)

    def heard(self, line: ConsoleMessage) -> None:
        if line.type in {"error", "warning"} and "Failed to load resource" not in line.text:
            self.complaints.append(f"{line.page.url if line.page else ''}: {line.text}")

    def answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.status} {response.request.method} {response.url}")

    def go(self, path: str, *, expect: int = 200) -> Page:
        """Open a path, which answers with this status."""
        self.expected.add(expect)
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == expect, f"{answer.status} {path}"
        return self.page

    def faults(self) -> list[str]:
        """What axe finds in the page that is open, and what makes it wider than a phone."""
        self.page.evaluate(f"() => {{ {AXE_SCRIPT} }}")
        found = self.page.evaluate(AXE, RULES)
        self.page.set_viewport_size(PHONE)
        found += [f"wider than the screen: {line}" for line in self.page.evaluate(WIDER)]
        self.page.set_viewport_size(self.size)
        return [f"{self.page.url} {line}" for line in found]
