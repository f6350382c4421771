"""What is hung on a publication: a picture that cannot be kept is refused for what it is."""

import struct
import zlib

import pytest

from parvis.core.audiences.actions import Expression, audience_for
from parvis.core.audiences.models import PUBLIC
from parvis.core.stream.actions import Said, attach, begin, publish, say, source_of
from parvis.core.stream.actions.attachments import NotAPicture, NotTaken, Unshowable
from parvis.core.stream.models import Attachment


def png(width: int, height: int, pixels: bytes = b"") -> bytes:
    """A PNG that says it is of this size, with these pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(pixels))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def hang(alice, at):
    publication = begin(kind="stream.status", author=alice, language="en", at=at)
    return lambda data, **more: attach(
        publication=publication, owner=alice, name="wall.png", data=data, at=at, **more
    )


class TestAPicture:
    def test_of_too_many_pixels_is_called_too_large(self, hang):
        with pytest.raises(Unshowable, match=r"“wall.png”: .*too large: 24 million pixels"):
            hang(png(60_000, 60_000))
        assert not Attachment.objects.unguarded("a test counts").exists()

    def test_that_is_damaged_is_called_damaged(self, hang):
        with pytest.raises(Unshowable, match="damaged"):
            hang(png(40, 40, b"x"))

    def test_that_is_none_is_called_none(self, hang):
        with pytest.raises(NotAPicture, match="is not a picture"):
            hang(b"words")
        with pytest.raises(NotTaken):
            hang(b"words", other_files=True)

    def test_that_was_fine_leaves_nothing_behind_when_another_is_refused(self, alice, at, settings, tmp_path):
        settings.STORAGES = settings.STORAGES | {
            "default": {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": tmp_path / "media"},
            }
        }
        fine = ("fine.png", png(8, 8, (b"\0" + b"\x80" * 24) * 8))
        audience = audience_for(expression=Expression(frozenset({PUBLIC})), owner=alice)

        def saying(*pictures):
            return say(
                author=alice, source="Look.", language="en", audience=audience, at=at, pictures=pictures
            )

        with pytest.raises(NotAPicture):
            saying(fine, ("bad.png", b"words"))
        assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []
        saying(fine)
        assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] != []


class TestAFile:
    @pytest.mark.parametrize(
        ("start", "mime"),
        [
            (b"%PDF-1.7", "application/pdf"),
            (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/epub+zip", "application/epub+zip"),
            (b"PK\x03\x04" + b"\0" * 26 + b"read me", "application/zip"),
            (b"fLaC", "audio/flac"),
        ],
    )
    def test_is_what_its_first_bytes_say(self, hang, start, mime):
        assert hang(start, other_files=True).mime == mime

    def test_is_hung_only_where_files_are_taken(self, hang):
        with pytest.raises(NotAPicture):
            hang(b"%PDF-1.7")

    def test_goes_to_its_reader_under_its_name_and_never_into_a_page(self, alice, at, as_visitor):
        public = audience_for(expression=Expression(frozenset({PUBLIC})), owner=alice)
        draft = begin(kind="stream.status", author=alice, language="fr", at=at)
        said = publish(
            publication=draft, said=Said(language="fr"), audience=public, sources=[source_of(alice)], at=at
        )
        made = attach(
            publication=said,
            owner=alice,
            name='été "1".pdf',
            data=b"%PDF-1.7",
            at=at,
            other_files=True,
        )
        answer = as_visitor.get(f"/media/{made.public_id}/")
        assert (
            answer.headers["Content-Disposition"]
            == "attachment; filename*=utf-8''%C3%A9t%C3%A9%20%221%22.pdf"
        )
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
