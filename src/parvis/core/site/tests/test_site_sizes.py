"""What is too large is refused before it is read, by who really sends it and by what its address takes."""

import os
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, RequestFactory

from parvis.core.people.sizes import most_of, takes_files
from parvis.core.site.uploads import Nameless, scratch

MB = 2**20
MULTIPART = "multipart/form-data; boundary=parvis"


def announce(client: Client, path: str, size: int, **over: Any) -> Any:
    """A post that announces so many bytes, and sends none: whoever reads them fails."""
    return client.generic("POST", path, b"", CONTENT_TYPE=MULTIPART, CONTENT_LENGTH=str(size), **over)


def status(client: Client, path: str, size: int) -> int:
    """What a post of this size answers; 0 when it was read."""
    try:
        return int(announce(client, path, size).status_code)
    except AssertionError:
        return 0


@pytest.fixture
def strict():
    """A browser whose forms are read by their guard first, as everywhere but in tests."""

    def make(client: Client | None = None) -> Client:
        made = Client(enforce_csrf_checks=True)
        if client is not None:
            made.cookies.update(client.cookies)
        return made

    return make


@pytest.mark.django_db
class TestABody:
    @pytest.mark.parametrize(
        "path", ["/account/login/", "/journal/import/", "/statuses/", "/journal/write/x/"]
    )
    def test_of_a_visitor_is_refused_above_one_megabyte_unread(self, square, strict, path):
        assert status(strict(), path, MB + 1) == 413

    def test_of_a_visitor_is_read_below(self, as_visitor):
        assert as_visitor.post("/account/login/", {"login": "a" * (MB - 5000)}).status_code == 200

    def test_of_someone_with_a_made_up_cookie_is_a_visitors(self, square, strict):
        client = strict()
        client.cookies["parvis"] = "m4de" * 8

        assert status(client, "/statuses/", MB + 1) == 413

    def test_of_a_member_may_hold_as_many_files_as_the_form_takes(self, as_charlie, strict, settings):
        client = strict(as_charlie)

        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 10 * settings.PARVIS_UPLOAD_LIMIT

        assert status(client, "/statuses/", most) != 413
        assert status(client, "/statuses/", most + 1) == 413

    def test_of_a_member_holds_no_file_where_none_is_taken(self, as_charlie, strict, settings):
        size = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
        assert status(strict(as_charlie), "/circles/", size) == 413

    def test_of_an_owner_alone_may_hold_an_export_and_its_pictures(
        self, as_owner, as_alice, strict, settings
    ):
        two = 2 * settings.PARVIS_IMPORT_LIMIT

        assert status(strict(as_owner), "/journal/import/", two) != 413
        assert status(strict(as_owner), "/journal/import/", two + 20 * MB) == 413
        assert status(strict(as_alice), "/journal/import/", two) == 413

    def test_that_announces_nonsense_is_refused_or_read_as_nothing(self, as_visitor):
        assert announce(as_visitor, "/account/login/", 10**30).status_code == 413

    def test_is_refused_in_the_language_of_the_visitor(self, square, settings):
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

        answer = announce(client, "/account/login/", 2 * MB)

        assert "That was too much at once" in answer.text
        assert 'lang="fr"' in announce(Client(), "/account/login/", 2 * MB).text


class TestAView:
    def test_says_itself_that_it_takes_files(self, settings):
        @takes_files(3)
        def view(request: Any) -> HttpResponse:
            return HttpResponse()

        assert most_of(view, None) == MB
        assert most_of(view, object()) == most_of(None, object()) + 3 * settings.PARVIS_UPLOAD_LIMIT


def multipart(*sizes: int) -> bytes:
    """A body of files of these sizes."""
    parts = [
        b'--parvis\r\nContent-Disposition: form-data; name="f"; filename="f%d"\r\n\r\n%s\r\n'
        % (n, b"x" * size)
        for n, size in enumerate(sizes)
    ]
    return b"".join(parts) + b"--parvis--\r\n"


def request_of(body: bytes, takes: int) -> Any:
    request: Any = RequestFactory().generic("POST", "/", body, MULTIPART)
    request.takes = takes
    return request


def left() -> list[str]:
    return sorted(os.listdir(scratch()))


class TestAFileOnItsWayIn:
    def test_lies_in_the_data_folder_without_a_name(self, settings):
        settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
        request = request_of(multipart(5000), 10_000)

        [file] = request.FILES.getlist("f")

        where = os.readlink(f"/proc/self/fd/{file.file.fileno()}")
        assert where.startswith(str(scratch()))
        assert (file.size, b"".join(file.chunks()), left()) == (5000, b"x" * 5000, [])

    def test_stops_at_the_sum_whatever_length_was_announced(self):
        request = request_of(multipart(600, 600), 1000)
        with pytest.raises(RequestDataTooBig):
            request.FILES  # noqa: B018

    def test_leaves_nothing_behind_when_it_is_cut_off(self, settings):
        settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000

        class Cut(BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                if self.tell() > 2 * 65536:
                    raise OSError("the line was cut")
                return super().read(size)

        request = request_of(b"-", 10**6)
        request.META["CONTENT_LENGTH"] = "900000"
        request._stream = Cut(multipart(900_000))

        with pytest.raises(OSError, match="cut"):
            request.FILES  # noqa: B018

        assert left() == []

    def test_counts_all_files_of_a_request_from_the_first_byte(self):
        handler = Nameless(request_of(b"", 5))
        handler.new_file("f", "f", "text/plain", None)
        handler.receive_data_chunk(b"12345", 0)
        with pytest.raises(RequestDataTooBig):
            handler.receive_data_chunk(b"6", 5)

    def test_is_taken_as_a_picture(self, as_owner):
        answer = as_owner.post("/me/portrait/", {"picture": SimpleUploadedFile("a.png", b"no picture")})
        assert answer.status_code == 200
