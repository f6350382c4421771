"""Pictures are known by their content, lose what they say about people, and come in several sizes."""

import hashlib
import random
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from parvis.lib.pictures import WIDTHS, NotAPicture, clean_original, inspect, renditions

SECRETS = (
    b"Exif",
    b"SECRETCAMERA",
    b"http://ns.adobe.com/xap",
    b"SECRETPLACE",
    b"SECRETCOMMENT",
    b"ICC_PROFILE",
    b"Photoshop",
)
RED, BLUE = (220, 20, 20), (20, 20, 220)
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" xmlns:exif="http://ns.adobe.com/xap/1.0/">SECRETPLACE 48,51N</x:xmpmeta>'


def written(image, kind, **options):
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(data):
    image = Image.open(BytesIO(data))
    image.load()
    return image


def half_red(width=900, height=600):
    """Red above, blue below: one sees which way is up."""
    image = Image.new("RGB", (width, height), BLUE)
    image.paste(RED, (0, 0, width, height // 2))
    return image


def near(colour, other):
    return all(abs(one - two) < 40 for one, two in zip(colour, other, strict=True))


def stands_upright(image):
    image = image.convert("RGB")
    middle = image.width // 2
    return near(image.getpixel((middle, 5)), RED) and near(image.getpixel((middle, image.height - 6)), BLUE)


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = "SECRETCAMERA"
    tags[0x9286] = "SECRETCOMMENT"
    place = tags.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (48.0, 51.0, 29.6), "E", (2.0, 17.0, 40.2)
    place[29] = "SECRETPLACE"
    return tags.tobytes()


AS_HELD = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def photograph(orientation=1, kind="JPEG"):
    """An upright picture as a camera held some way writes it, with all that it has to tell."""
    image = half_red()
    if AS_HELD[orientation] is not None:
        image = image.transpose(AS_HELD[orientation])
    told = {
        "exif": exif(orientation),
        "xmp": XMP,
        "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    }
    if kind == "JPEG":
        told["comment"] = b"SECRETCOMMENT"
    if kind == "PNG":
        told.pop("xmp")
        told["pnginfo"] = PngImagePlugin.PngInfo()
        told["pnginfo"].add_itxt("XML:com.adobe.xmp", XMP.decode())
        told["pnginfo"].add_text("Comment", "SECRETCOMMENT")
    return written(image, kind, **told)


def animation(kind, width=1000, frames=5, **options):
    images = [
        Image.new("RGB", (width, width // 2), (40 * number, 0, 200 - 40 * number)) for number in range(frames)
    ]
    return written(
        images[0],
        kind,
        save_all=True,
        append_images=images[1:],
        duration=[100, 200, 50, 60, 70][:frames],
        **options,
    )


KINDS = ["JPEG", "PNG", "WEBP", "AVIF", "GIF"]
TELLING = ["JPEG", "PNG", "WEBP", "AVIF"]


class TestInspect:
    @pytest.mark.parametrize("kind", KINDS)
    def test_knows_a_picture_by_its_content(self, kind):
        data = written(half_red(), kind)
        seen = inspect(data)
        assert (seen.width, seen.height, seen.format, seen.animated) == (900, 600, kind, False)
        assert seen.sha256 == hashlib.sha256(data).hexdigest()

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_measures_the_picture_upright(self, orientation):
        seen = inspect(photograph(orientation))
        assert (seen.width, seen.height) == (900, 600)

    @pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
    def test_sees_that_it_moves(self, kind):
        assert inspect(animation(kind)).animated

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"x",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"%PDF-1.7",
            b"GIF89a",
            b"\xff\xd8\xff\xe0",
            b"<html>",
        ],
        ids=["nothing", "letter", "svg", "pdf", "gif-head", "jpeg-head", "html"],
    )
    def test_refuses_what_is_no_picture(self, data):
        with pytest.raises(NotAPicture):
            inspect(data)

    @pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM", "TGA"])
    def test_refuses_other_kinds(self, kind):
        data = written(Image.new("RGB", (32, 32)), kind)
        with pytest.raises(NotAPicture, match="JPEG"):
            inspect(data)

    def test_refuses_what_is_too_heavy(self):
        data = photograph()
        assert inspect(data, max_bytes=len(data))
        with pytest.raises(NotAPicture, match="heavy"):
            inspect(data, max_bytes=len(data) - 1)

    def test_refuses_too_many_pixels(self):
        data = photograph()
        assert inspect(data, max_pixels=540_000)
        with pytest.raises(NotAPicture, match="large"):
            inspect(data, max_pixels=539_999)

    @pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "AVIF"])
    def test_refuses_a_wall_of_nothing_in_a_kilobyte(self, kind):
        data = written(Image.new("L", (5_000, 5_000)), kind)
        with pytest.raises(NotAPicture, match="24 million"):
            inspect(data)

    def test_takes_as_many_pixels_as_cameras_make(self):
        assert inspect(written(Image.new("L", (7_000, 7_000)), "JPEG")).width == 7_000

    @pytest.mark.parametrize("side", [8_000, 12_000, 60_000])
    def test_refuses_a_bomb_before_it_goes_off(self, side):
        def chunk(name, content):
            body = name + content
            return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

        head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        bomb = (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(bytes(9_999)))
            + chunk(b"IEND", b"")
        )
        for read in (inspect, clean_original, lambda data: list(renditions(data))):
            with pytest.raises(NotAPicture, match="large"):
                read(bomb)

    def test_refuses_an_animation_without_end(self):
        frames = [Image.new("L", (2_000, 2_000), number * 8) for number in range(31)]
        data = written(frames[0], "GIF", save_all=True, append_images=frames[1:])
        with pytest.raises(NotAPicture, match="long"):
            inspect(data)

    @pytest.mark.parametrize("kind", KINDS)
    def test_refuses_a_file_cut_short(self, kind):
        image = Image.effect_noise((300, 200), 90).convert("RGB")
        data = written(image, kind)
        with pytest.raises(NotAPicture):
            inspect(data[: len(data) // 2])

    def test_says_so_in_a_sentence_that_can_be_translated(self):
        with pytest.raises(NotAPicture) as caught:
            inspect(photograph(), max_pixels=1_000_000 // 2)
        assert str(caught.value) == caught.value.message % caught.value.values
        assert str(caught.value).endswith(".")

    @pytest.mark.parametrize("kind", KINDS)
    def test_says_so_of_every_damaged_file(self, kind):
        chance = random.Random(kind)
        whole = animation("GIF", width=60) if kind == "GIF" else photograph(6, kind)
        for _ in range(60):
            data = bytearray(whole)
            for _ in range(chance.randrange(1, 30)):
                data[chance.randrange(min(len(data), 2_000))] = chance.randrange(256)
            for read in (inspect, clean_original, lambda one: list(renditions(one))):
                try:
                    read(bytes(data))
                except NotAPicture:
                    continue


class TestWhatTheTestsBuild:
    @pytest.mark.parametrize("kind", TELLING)
    def test_does_tell(self, kind):
        data = photograph(6, kind)
        assert b"SECRETCAMERA" in data
        assert b"SECRETPLACE" in data
        assert opened(data).getexif().get_ifd(0x8825)[1] == "N"
        assert not stands_upright(opened(data)) or kind == "AVIF"


class TestCleanOriginal:
    @pytest.mark.parametrize("kind", TELLING)
    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_tells_nothing_and_stands_upright(self, kind, orientation):
        cleaned, extension = clean_original(photograph(orientation, kind))
        assert not [secret for secret in SECRETS if secret in cleaned]
        image = opened(cleaned)
        assert not image.getexif()
        assert not image.info.keys() & {
            "exif",
            "xmp",
            "icc_profile",
            "comment",
            "Comment",
            "XML:com.adobe.xmp",
        }
        assert image.size == (900, 600)
        assert stands_upright(image)
        assert extension == {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}[kind]

    def test_forgets_what_hid_behind_the_end(self):
        cleaned, _ = clean_original(photograph() + b"PK\x03\x04 SECRETCOMMENT <script>")
        assert b"script" not in cleaned

    def test_forgets_the_comments_of_a_gif(self):
        data = animation("GIF", comment=b"SECRETCOMMENT")
        assert b"SECRETCOMMENT" in data
        assert b"SECRETCOMMENT" not in clean_original(data)[0]
        still = written(half_red(), "GIF", comment=b"SECRETCOMMENT")
        assert b"SECRETCOMMENT" in still
        assert b"SECRETCOMMENT" not in clean_original(still)[0]

    def test_brings_colours_to_srgb(self):
        # The same bytes under a profile whose first two channels are swapped mean other colours.
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB", -1)).tobytes()
        swapped = bytearray(lab)
        red, green = swapped.index(b"rXYZ", 128), swapped.index(b"gXYZ", 128)
        swapped[red : red + 4], swapped[green : green + 4] = b"gXYZ", b"rXYZ"
        data = written(Image.new("RGB", (50, 50), (200, 10, 10)), "PNG", icc_profile=bytes(swapped))
        for result in (clean_original(data)[0], next(renditions(data))[1]):
            assert near(opened(result).convert("RGB").getpixel((20, 20)), (10, 200, 10))

    def test_survives_a_profile_that_is_none(self):
        data = written(half_red(), "JPEG", icc_profile=b"no profile at all" * 20)
        assert stands_upright(opened(clean_original(data)[0]))

    @pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
    def test_keeps_an_animation_moving(self, kind):
        image = opened(clean_original(animation(kind, loop=0))[0])
        assert image.n_frames == 5
        assert image.size == (1000, 500)

    @pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
    def test_keeps_the_depth_and_transparency_of_a_png(self, mode):
        source = Image.linear_gradient("L")
        image = Image.fromarray_like(source) if hasattr(Image, "fromarray_like") else source
        image = Image.new("I;16", (64, 64), 40_000) if mode == "I;16" else image.convert(mode)
        cleaned = opened(clean_original(written(image, "PNG"))[0])
        assert cleaned.mode == mode
        assert cleaned.tobytes() == image.tobytes()


class TestRenditions:
    @pytest.mark.parametrize(
        ("width", "expected"),
        [
            (100, [100]),
            (480, [480]),
            (479, [479]),
            (1000, [480, 800]),
            (1600, list(WIDTHS)),
            (3000, list(WIDTHS)),
        ],
    )
    def test_are_made_for_each_width_the_picture_has(self, width, expected):
        made = list(renditions(written(half_red(width, 300), "PNG")))
        assert [one for one, _ in made] == expected
        for wide, data in made:
            image = opened(data)
            assert image.format == "WEBP"
            assert image.size == (wide, round(300 * wide / width))

    @pytest.mark.parametrize("kind", TELLING)
    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_tell_nothing_and_stand_upright(self, kind, orientation):
        made = list(renditions(photograph(orientation, kind)))
        assert [width for width, _ in made] == [480, 800]
        for width, data in made:
            assert not [secret for secret in SECRETS if secret in data]
            image = opened(data)
            assert not image.getexif()
            assert image.size == (width, round(width * 2 / 3))
            assert stands_upright(image)

    @pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
    def test_of_an_animation_move_and_are_not_wide(self, kind):
        made = list(renditions(animation(kind, width=1400)))
        assert [width for width, _ in made] == [480, 800]
        for _, data in made:
            image = opened(data)
            assert image.n_frames == 5
            durations = []
            for number in range(5):
                image.seek(number)
                image.load()
                durations.append(image.info["duration"])
            assert durations == [100, 200, 50, 60, 70]

    def test_keep_what_is_transparent(self):
        image = Image.new("RGBA", (600, 600), (0, 0, 0, 0))
        image.paste((*RED, 255), (0, 0, 600, 300))
        for kind in ("PNG", "WEBP"):
            shown = opened(next(renditions(written(image, kind)))[1])
            assert shown.mode == "RGBA"
            assert shown.getpixel((240, 400))[3] == 0
            assert shown.getpixel((240, 100))[3] == 255
        palette = image.convert("P")
        shown = opened(next(renditions(written(palette, "PNG", transparency=palette.getpixel((0, 599)))))[1])
        assert shown.getpixel((240, 400))[3] == 0

    def test_show_sixteen_bits_as_eight(self):
        shown = opened(next(renditions(written(Image.new("I;16", (50, 50), 128 * 256), "PNG")))[1]).convert(
            "L"
        )
        assert abs(shown.getpixel((25, 25)) - 128) < 4

    def test_show_printers_colours(self):
        data = written(half_red().convert("CMYK"), "JPEG")
        assert stands_upright(opened(next(renditions(data))[1]))

    @pytest.mark.parametrize("size", [(1, 1), (30, 20_000), (3, 60_000), (20_000, 2)])
    def test_are_made_of_strange_shapes(self, size):
        for width, data in renditions(written(Image.new("RGB", size), "PNG")):
            assert opened(data).width == width <= size[0]
