"""Places on the map of a real house: found near, chosen there, added there, and seen again on one's own map."""

import re

from journeys.visits import PHONE

HERE = {"latitude": 46.5199, "longitude": 6.6320}


class TestTheMap:
    def test_checks_in_adds_a_place_and_shows_it(self, visit):
        visitor = visit("dana", viewport=PHONE, has_touch=True, geolocation=HERE, permissions=["geolocation"])
        page = visitor.go("/places/check-in/")
        page.get_by_role("button", name="What is near me").click()
        page.wait_for_selector(".map-many, .map-dot")
        assert visitor.faults() == []

        page.locator(".map-frame").focus()
        while page.locator(".map-many").count():
            page.locator(".leaflet-control-zoom-in").click()
            page.wait_for_function("!document.querySelector('.leaflet-zoom-anim')")
        page.locator(".map-dot[title='Café de la Fontaine']").press("Enter")
        page.locator(".leaflet-popup").get_by_role("button", name="Café de la Fontaine").click()
        page.wait_for_url(re.compile("/places/c/"))

        page = visitor.go("/places/check-in/new/")
        page.fill("#id_name", "Under the plane tree")
        page.wait_for_selector("#map-help", state="visible")
        page.locator(".map-frame").tap(position={"x": 180, "y": 60})
        page.wait_for_selector(".map-pin")
        assert visitor.faults() == []
        page.get_by_role("button", name="Save").click()
        page.wait_for_url(re.compile("/places/check-in/[a-z0-9]{20}/"))

        page = visitor.go("/places/mine/")
        page.locator(".map-dot[title='Café de la Fontaine']").press("Enter")
        page.locator(".leaflet-popup").get_by_role("link", name="Café de la Fontaine").click()
        page.wait_for_url(re.compile("/places/at/"))
        assert "You were here 1 time" in page.locator("main").text_content()


class TestTwoPhonesAtOneBar:
    """Alice and bob agreed to see each other; charlie knows neither."""

    BAR = "La buvette du port"

    def comes(self, visitor):
        """Two taps: the search is one's own history, then the place."""
        page = visitor.go("/places/check-in/?q=buvette")
        page.locator("button[name=venue]", has_text=self.BAR).click()
        page.wait_for_url(re.compile("/places/c/"))
        return page

    def there(self, visitor):
        """What the page of the bar says, once its map has drawn the names of towns."""
        page = visitor.go(visitor.house.paths["bar"])
        page.wait_for_selector(".map-town", state="attached")
        words = page.locator("main").text_content()
        return " ".join((words or "").split())

    def test_the_one_takes_the_title_of_the_other_and_a_third_sees_nothing_of_it(self, visit):
        alice, bob, charlie = (
            visit(name, viewport=PHONE, has_touch=True) for name in ("alice", "bob", "charlie")
        )
        before = self.there(charlie)
        assert "Mayor here among those you see: Alice" in self.there(alice)

        self.comes(bob)
        assert "Mayor here among those you see: Bob, on 3 of the last 60 days" in self.there(alice)
        self.comes(alice)
        assert "Mayor here among those you see: Bob, on 3 of the last 60 days" in self.there(bob)
        assert bob.faults() == []

        page = alice.go("/places/")
        assert page.locator("article.card", has_text=self.BAR).count() >= 2
        assert self.there(charlie) == before
        assert "Mayor" not in before
        assert self.BAR not in (charlie.go("/places/").locator("main").text_content() or "")
        assert charlie.go("/places/week/").locator("ol.list li").count() == 0
