"""Error pages: one page for absent and forbidden, help for everything else, no database when the house breaks."""

import logging
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory

from parvis.core.site import rooms
from parvis.core.site.rooms import Room
from parvis.core.site.views import errors


@pytest.fixture
def ask(square, at):
    """A visitor's request as the middleware hands it on."""
    from parvis.core.audiences.rule import Viewer

    def make(path="/nowhere/", method="get"):
        request = getattr(RequestFactory(), method)(path)
        request.square, request.at, request.person = square, at, None
        request.viewer = Viewer.of(None, at)
        return request

    return make


class TestNotFound:
    def test_says_what_to_do_and_tells_nothing(self, as_visitor):
        answer = as_visitor.get("/nowhere/at-all/")
        assert answer.status_code == 404
        assert "/unlock/?at=%2Fnowhere%2Fat-all%2F" in answer.content.decode()
        assert not answer.cookies

    def test_forbidden_is_the_same_page_to_the_byte(self, ask):
        absent = errors.not_found(ask(), Http404("here is why"))
        forbidden = errors.forbidden(ask(), PermissionDenied("another reason"))
        assert (forbidden.status_code, forbidden.content) == (absent.status_code, absent.content)

    def test_the_address_is_escaped(self, as_visitor):
        answer = as_visitor.get("/<script>alert(1)</script>/")
        assert b"<script>alert" not in answer.content

    def test_an_open_room_may_know_an_address_of_another_time(self, ask, monkeypatch):
        old = Room(slug="attic", title="Attic", urls="", old_urls=lambda request: HttpResponse("found"))
        monkeypatch.setitem(rooms.ROOMS, "attic", old)
        assert errors.not_found(ask("/?p=12")).content == b"found"

    def test_a_closed_room_knows_nothing(self, ask, square, monkeypatch):
        old = Room(slug="attic", title="Attic", urls="", old_urls=lambda request: HttpResponse("found"))
        monkeypatch.setitem(rooms.ROOMS, "attic", old)
        square.closed_rooms = ["attic"]
        assert errors.not_found(ask()).status_code == 404

    def test_a_room_is_not_asked_about_what_was_sent(self, ask, monkeypatch):
        old = Room(slug="attic", title="Attic", urls="", old_urls=lambda request: HttpResponse("found"))
        monkeypatch.setitem(rooms.ROOMS, "attic", old)
        assert errors.not_found(ask(method="post")).status_code == 404


class TestOtherPages:
    def test_what_was_public_and_is_gone_says_so(self, ask):
        assert errors.gone(ask()).status_code == 410

    def test_too_much_is_413_also_when_django_calls_it_a_bad_request(self, ask):
        assert errors.too_large(ask()).status_code == 413
        assert errors.bad_request(ask(), RequestDataTooBig()).status_code == 413
        assert errors.bad_request(ask(), SuspiciousOperation()).status_code == 400

    def test_a_form_without_its_mark_is_refused_with_help(self, square):
        answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "a@parvis.example"})
        assert answer.status_code == 403
        assert "parvis.css" in answer.content.decode()

    @pytest.mark.parametrize("path", ["/desk/rooms/", "/people/nobody/follow/"])
    def test_an_address_for_buttons_says_that_it_is_no_page(self, path, as_visitor, as_alice):
        answer = as_visitor.get(path)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        assert "<h1>" in answer.text
        assert not answer.cookies
        assert "This is no page" in as_alice.get(path).text

    def test_the_page_of_a_breakdown_needs_no_database(self):
        answer = errors.failed(RequestFactory().get("/"))
        assert answer.status_code == 500
        assert b"</html>" in answer.content


class TestTheLog:
    @pytest.fixture
    def lines(self, monkeypatch):
        """What the server writes of refused requests."""
        handlers = logging.getLogger("django.security").handlers
        [handler] = [each for each in handlers if each.get_name() == "refused"]
        stream = StringIO()
        monkeypatch.setattr(handler, "stream", stream)
        return lambda: stream.getvalue().splitlines()

    def test_has_one_line_for_a_foreign_host(self, as_visitor, lines):
        assert as_visitor.get("/secret-path/", headers={"host": "foreign.example"}).status_code == 400
        [line] = lines()
        assert line.endswith("A request was refused (DisallowedHost).")

    def test_has_one_line_for_a_form_that_is_too_large(self, as_visitor, lines, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
        assert as_visitor.post("/account/login/", {"login": "a" * 100}).status_code == 413
        [line] = lines()
        assert line.endswith("A request was refused (RequestDataTooBig).")

    def test_has_one_line_for_a_form_without_its_mark(self, square, lines):
        Client(enforce_csrf_checks=True).post("/account/login/", {"login": "a@parvis.example"})
        [line] = lines()
        assert line.endswith("A request was refused (csrf).")
