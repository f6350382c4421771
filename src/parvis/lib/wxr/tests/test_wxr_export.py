"""An export is read whatever its packing, encoding and damage, and what is no export is told."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from parvis.lib.wxr import Export, NotWordPressExport, Problem
from parvis.lib.wxr.dates import Clocks, parse_feed_date, parse_written
from parvis.lib.wxr.scan import Cutter


def reasons(export: Export) -> set[str]:
    return {problem.reason for problem in export.problems}


class TestPacking:
    def test_may_be_gzip(self, wxr_file, wxr_item):
        path = wxr_file(wxr_item(1), wxr_item(2))
        packed = path.with_suffix(".gz")
        packed.write_bytes(gzip.compress(path.read_bytes()))
        assert [item.id for item in Export(packed).items()] == [1, 2]

    def test_that_is_damaged_gives_what_stands_before(self, wxr_file, wxr_item):
        noise = "".join(chr(33 + number * number * 7919 % 90) for number in range(60_000)).replace("<", "")
        path = wxr_file(*(wxr_item(number, content=noise.replace("]]>", "")) for number in range(1, 30)))
        packed = path.with_suffix(".gz")
        whole = gzip.compress(path.read_bytes())
        packed.write_bytes(whole[: len(whole) // 2])
        export = Export(packed)
        items = list(export.items())
        assert 0 < len(items) < 29
        assert "The compressed file is damaged or ends early; what stands before was read." in reasons(export)

    def test_in_several_files_is_one_export(self, wxr_file, wxr_item):
        first, second = wxr_file(wxr_item(1)), wxr_file(wxr_item(2), wxr_item(1), name="b.xml")
        export = Export(first, second)
        assert [item.id for item in export.items()] == [1, 2, 1]
        assert reasons(export) == {"An item with this number was read before."}
        assert export.analyse().items == 3

    def test_of_two_sites_is_told(self, wxr_file, wxr_item):
        first = wxr_file(wxr_item(1))
        other = first.with_name("other.xml")
        other.write_text(first.read_text().replace("blog.example", "other.example").replace(">1<", ">2<"))
        assert (
            Problem(item="file", reason="The files come from different sites.")
            in Export(first, other).analyse().problems
        )

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "is empty"),
            (b"\x00\x01binary", "is not an export"),
            (b"<rss><channel><item><title>x</title></item></channel></rss>", "is a feed"),
            (b"<!DOCTYPE html><html><body>", "is a web page"),
            (b"PK\x03\x04broken", "is a ZIP archive"),
        ],
    )
    def test_of_something_else_is_refused(self, tmp_path, data, words):
        path = tmp_path / "a.xml"
        path.write_bytes(data)
        with pytest.raises(NotWordPressExport, match=words):
            Export(path).analyse()
        with pytest.raises(NotWordPressExport, match=words):
            list(Export(path).items())


class TestEncoding:
    def test_may_be_utf_16_or_start_with_a_mark(self, wxr_file, wxr_item):
        path = wxr_file(wxr_item(content="Été — 🦊"))
        text = path.read_text()
        for encoding in ("utf-16", "utf-8-sig"):
            path.write_text(text, encoding=encoding)
            (item,) = Export(path).items()
            assert item.content == "Été — 🦊"

    def test_is_the_one_the_file_declares(self, wxr_file, wxr_item):
        path = wxr_file(wxr_item(content="Été"))
        path.write_text(path.read_text().replace("UTF-8", "ISO-8859-1", 1), encoding="iso-8859-1")
        (item,) = Export(path).items()
        assert item.content == "Été"

    def test_that_is_mixed_is_read_and_told(self, wxr_file, wxr_item):
        path = wxr_file(wxr_item(content="Été OLD"))
        path.write_bytes(path.read_bytes().replace(b"OLD", "œuf".encode("cp1252")))
        export = Export(path)
        (item,) = export.items()
        assert item.content == "Été œuf"
        assert len(export.problems) == 1

    def test_keeps_returns_inside_texts(self, wxr_file, wxr_item):
        (item,) = Export(wxr_file(wxr_item(content="a\r\nb"))).items()
        assert item.content == "a\r\nb"

    def test_takes_no_return_from_a_file_that_was_converted_whole(self, wxr_file, wxr_item):
        path = wxr_file(wxr_item(content="a\nb"))
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        (item,) = Export(path).items()
        assert item.content == "a\nb"


class TestRepair:
    def test_of_a_raw_address_in_a_comment(self, wxr_file, wxr_item):
        comment = (
            "<wp:comment><wp:comment_id>5</wp:comment_id><wp:comment_author_url>http://x.example/?a=1&b=2&eacute;"
            "</wp:comment_author_url><wp:comment_content><![CDATA[a & b]]></wp:comment_content>"
            "<wp:comment_date_gmt>2012-03-04 05:06:07</wp:comment_date_gmt></wp:comment>"
        )
        export = Export(wxr_file(wxr_item(1, more=comment), wxr_item(2)))
        first, second = export.items()
        assert first.comments[0].author_url == "http://x.example/?a=1&b=2é"
        assert first.comments[0].content == "a & b"
        assert first.comments[0].at == datetime(2012, 3, 4, 5, 6, 7, tzinfo=UTC)
        assert second.id == 2
        assert [problem.item for problem in export.problems] == ["post 1 “Billet 1”"]

    def test_of_prefixes_that_are_not_declared(self, wxr_file, wxr_item):
        head = '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><wp:wxr_version>1.1</wp:wxr_version>'
        export = Export(wxr_file(wxr_item(7, more="<itunes:x>y</itunes:x>"), head=head))
        (item,) = export.items()
        assert (item.id, item.type) == (7, "post")
        assert export.analyse().channel.version == "1.1"

    @pytest.mark.parametrize(
        ("lost", "put"),
        [
            ("</item>\n<item>", "\n<item>"),
            ("</item>\n<item>", "</item>\n<itm>"),
            ("<![CDATA[post]]></wp:post_type>\n</item>", "<![CDATA[post</wp:post_type>\n</item>"),
            ("</item>\n<item>", "</it\x01em>\n<item>"),
        ],
    )
    def test_of_a_seam_between_two_items(self, wxr_file, wxr_item, lost, put):
        path = wxr_file(*(wxr_item(number) for number in (1, 2, 3)))
        text = path.read_text()
        assert lost in text
        path.write_text(text.replace(lost, put, 1))
        export = Export(path)
        assert [item.id for item in export.items()] == [1, 2, 3]
        assert export.problems

    def test_of_a_text_without_cdata_keeps_its_markup(self, wxr_file, wxr_item):
        text = wxr_item(1).replace("<![CDATA[Texte]]>", "Un <b>deux</b> &amp; trois")
        export = Export(wxr_file(text))
        (item,) = export.items()
        assert item.content == "Un <b>deux</b> & trois".replace("&", "&amp;")
        assert len(export.problems) == 1

    def test_is_not_needed_for_item_tags_inside_a_text(self, wxr_file, wxr_item):
        content = "<item>\n<title>x</title></item>\n<item>\n<title>y</title></item>"
        export = Export(wxr_file(wxr_item(1, content=content), wxr_item(2)))
        assert [item.content for item in export.items()] == [content, "Texte"]
        assert export.problems == []

    def test_of_outer_entities_fetches_nothing(self, wxr_file, wxr_item, tmp_path):
        secret = tmp_path / "secret.txt"
        secret.write_text("secret")
        path = wxr_file(wxr_item(1, more="<link>&x;</link>"))
        path.write_text(
            path.read_text().replace(
                "<rss", f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]><rss', 1
            )
        )
        (item,) = Export(path).items()
        assert "secret" not in item.link


class TestItems:
    def test_without_number_or_type_are_given_and_named(self, wxr_file, wxr_item):
        export = Export(wxr_file(wxr_item(1, **{"wp:post_id": "", "wp:post_type": ""})))
        (item,) = export.items()
        assert (item.id, item.type) == (None, "")
        assert {problem.item for problem in export.problems} == {"item 1 of the file “Billet 1”"}
        assert reasons(export) == {"This item has no WordPress number.", "This item has no type."}

    def test_have_readable_slugs(self, wxr_file, wxr_item):
        (item,) = Export(wxr_file(wxr_item(1, **{"wp:post_name": "%d7%a9%d7%9c%d7%95%d7%9d"}))).items()
        assert item.slug == "שלום"

    def test_have_a_title_as_text(self, item_with):
        assert item_with(title="Tom &amp; <em>Jerry</em> a < b").title_text == "Tom & Jerry a < b"

    @pytest.mark.parametrize(
        ("title", "text"),
        [
            ("Au SNC\u00a0: comment", "Au SNC\u00a0: comment"),
            ("Quoi&nbsp;?", "Quoi\u00a0?"),
            ("Déjà\u202f! 1\u2009000\u3000m", "Déjà\u202f! 1\u2009000\u3000m"),
            ("Un  deux", "Un  deux"),
            (" Un \r\n\t deux\u2028trois ", "Un deux trois"),
            ("U\x7fn\x9d deux&#7;", "Un deux"),
        ],
    )
    def test_keep_every_space_of_a_title_but_those_that_break_its_line(self, item_with, title, text):
        assert item_with(title=title).title_text == text

    @pytest.mark.parametrize(
        "date", ["0000-00-00 00:00:00", "-0001-11-30 00:00:00", "2012-02-31 10:00:00", "20081-06-16 10:00:00"]
    )
    def test_with_dates_that_cannot_be_are_told(self, wxr_file, wxr_item, date):
        export = Export(wxr_file(wxr_item(1, **{"wp:post_date": date, "wp:post_date_gmt": date})))
        (item,) = export.items()
        assert (item.local_at, item.at) == (None, None)
        assert "This item has no date." in reasons(export)

    def test_find_their_moment_through_the_zone_of_the_others(self, wxr_file, wxr_item):
        items = [wxr_item(number) for number in range(1, 4)]
        winter = {"wp:post_date": "2012-01-01 10:00:00", "wp:post_date_gmt": "2012-01-01 09:00:00"}
        items += [
            wxr_item(9, **winter),
            wxr_item(10, **{"wp:post_date": "2012-01-05 10:00:00", "wp:post_date_gmt": ""}),
        ]
        export = Export(wxr_file(*reversed(items)))
        first = next(export.items())
        assert (first.id, first.at) == (10, datetime(2012, 1, 5, 9, tzinfo=UTC))
        assert export.zone() == "Europe/Zurich"


class TestDates:
    def test_of_feeds_are_read_or_left(self):
        assert parse_feed_date("Tue, 09 Feb 2010 08:15:00 +0000") == datetime(2010, 2, 9, 8, 15, tzinfo=UTC)
        assert parse_feed_date("Tue, 09 Feb 2010 08:15:00 -0500") == datetime(2010, 2, 9, 13, 15, tzinfo=UTC)
        for text in (
            "",
            "Wed, 30 Nov -0001 00:00:00 +0000",
            "Mon, 16 Jun 20081 10:00:00 +0000",
            "hier",
            "32 Feb 2010 1",
        ):
            assert parse_feed_date(text) is None
        assert parse_written("yesterday") is None

    @pytest.mark.parametrize(
        ("winter", "summer", "zone"),
        [
            (60, 120, "Europe/Zurich"),
            (0, 60, "Europe/London"),
            (0, 0, "UTC"),
            (-300, -240, "America/New_York"),
            (330, 330, "Asia/Kolkata"),
            (345, 345, "Asia/Kathmandu"),
            (120, 120, "Africa/Johannesburg"),
            (-720, -720, "Etc/GMT+12"),
        ],
    )
    def test_of_both_seasons_propose_a_zone(self, winter, summer, zone):
        clocks = Clocks()
        for month, minutes in ((1, winter), (2, winter), (7, summer), (8, summer)):
            at = datetime(2012, month, 15, 12, tzinfo=UTC)
            clocks.add((at + timedelta(minutes=minutes)).replace(tzinfo=None), at)
        assert clocks.zone() == zone

    def test_that_are_missing_propose_none(self):
        assert Clocks().zone() is None


class TestCutter:
    def test_cuts_alike_whatever_the_chunks(self, wxr_file, wxr_item):
        data = wxr_file(wxr_item(1, content="<item>a]]]]><![CDATA[>"), wxr_item(2), wxr_item(3)).read_bytes()
        for size in (1, 7, 100, 5000):
            position = 0

            def read(_: int, size: int = size) -> bytes:
                nonlocal position
                position += size
                return data[position - size : position]

            pieces = list(Cutter(read).pieces())
            assert b"".join(piece.data for piece in pieces) == data
            assert [piece.is_item for piece in pieces].count(True) == 3
            assert not any(piece.flaw for piece in pieces)

    def test_gives_up_an_item_too_long_to_hold_and_goes_on(self, wxr_item):
        long, short = wxr_item(1, content="x" * 3_000_000), wxr_item(2)
        data = (long + short).encode()
        position = 0

        def read(size: int) -> bytes:
            nonlocal position
            position += size
            return data[position - size : position]

        pieces = [piece for piece in Cutter(read, longest_item=1_000_000).pieces() if piece.is_item]
        assert [piece.is_lost for piece in pieces] == [True, False]
        assert b"billet-2" in pieces[1].data
