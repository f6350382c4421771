"""Pictures that people bring: looked at by content, stripped of what they say about people, in several sizes."""

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, JpegImagePlugin, UnidentifiedImageError

WIDTHS = (480, 800, 1200, 1600)
WIDEST_ANIMATION = 800

_FORMATS = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp", "AVIF": "avif"}
_FROM_CAMERAS = b"\xff\xd8"  # how a JPEG begins
# A kilobyte of AVIF can hold sixty million pixels, which take 1.6 GB to write anew.
_MOST_PIXELS_OF_OTHERS = 24_000_000
_MOST_FRAMES = 1_000
_MOST_PIXELS_OF_FRAMES = 30_000_000
_WEBP_LONGEST_SIDE = 16_383
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class NotAPicture(ValueError):
    """The text is a sentence for the person who brought the file; `message % values` says the same in any language."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values)
        self.message = message
        self.values = values


class NoPicture(NotAPicture):
    """It is something else than a picture."""


def _(message: str) -> str:
    """Marks a sentence for the catalogues; whoever shows it translates `message`."""
    return message


@dataclass(frozen=True)
class Picture:
    """What a file of bytes shows; width and height in pixels, seen upright."""

    width: int
    height: int
    format: str
    animated: bool
    sha256: str


def inspect(data: bytes, *, max_bytes: int = 25 * 2**20, max_pixels: int = 60_000_000) -> Picture:
    """Look at a file by its content; NotAPicture when it is none, is damaged, or is too large to show."""
    if len(data) > max_bytes:
        raise NotAPicture(
            _("This picture is too heavy: %(mebibytes)s MB is the most. A smaller export of it will do."),
            mebibytes=max_bytes // 2**20,
        )
    with _opened(data, max_pixels) as image:
        orientation = _orientation(image)
        width, height = image.size
        animated = _is_animated(image)
        kind = "JPEG" if image.format == "MPO" else str(image.format)
        _decode(image)
    if orientation >= 5:
        width, height = height, width
    return Picture(width, height, kind, animated, hashlib.sha256(data).hexdigest())


def clean_original(data: bytes) -> tuple[bytes, str]:
    """The same picture upright, in sRGB, written anew without anything but its pixels; and its file extension.

    Place, camera, names, comments, thumbnails and whatever hid behind the picture's end are gone.
    """
    with _opened(data) as image:
        kind = "JPEG" if image.format == "MPO" else str(image.format)
        out = BytesIO()
        if _is_animated(image):
            frames, durations = _frames(image)
            first, *rest = frames
            moving: dict[str, Any] = {"save_all": True, "append_images": rest, "duration": durations}
            if kind == "GIF":
                moving["disposal"] = 2
            if "loop" in image.info:  # a GIF that does not say plays once
                moving["loop"] = image.info["loop"]
            first.save(out, kind, **moving)
        else:
            options = _like(image, data)
            _bare(image).save(out, kind, **options)
    return out.getvalue(), _FORMATS[kind]


def renditions(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(width, WebP) for each of WIDTHS that is not wider than the picture, at least one; smallest first.

    Upright, in sRGB, nothing but pixels. An animation stays one, and is at most 800 wide.
    """
    with _opened(data) as image:
        upright_width, upright_height = image.size if _orientation(image) < 5 else image.size[::-1]
        animated = _is_animated(image)
        sizes = _sizes(upright_width, upright_height, WIDEST_ANIMATION if animated else WIDTHS[-1])
        if animated:
            frames, durations = _frames(image)
            loop = image.info.get("loop", 1 if image.format == "GIF" else 0)
        else:
            # A JPEG can be read at half or a quarter of its size, which is most of the work saved.
            longest = max(sizes[-1])
            image.draft(None, (longest, longest))
            frames, durations, loop = [_bare(image)], [], 0
    for size in sizes:
        first, *rest = (_resized(frame, size) for frame in frames)
        out = BytesIO()
        moving: dict[str, Any] = {
            "save_all": True,
            "append_images": rest,
            "duration": durations,
            "loop": loop,
        }
        first.save(out, "WEBP", quality=80, method=4, **(moving if animated else {}))
        yield size[0], out.getvalue()


def _sizes(width: int, height: int, widest: int) -> list[tuple[int, int]]:
    """The sizes to make of a picture, as far as WebP can hold them."""
    widths = [one for one in WIDTHS if one <= min(width, widest)] or [min(width, widest)]
    most = max(1, _WEBP_LONGEST_SIDE * width // height)
    widths = [one for one in widths if one <= most] or [most]
    return [(one, max(1, min(_WEBP_LONGEST_SIDE, round(height * one / width)))) for one in widths]


@contextlib.contextmanager
def _opened(data: bytes, max_pixels: int = 60_000_000) -> Iterator[Image.Image]:
    """The picture in `data`; whatever goes wrong with it, here or while it is read, is NotAPicture."""
    if not data.startswith(_FROM_CAMERAS):
        max_pixels = min(max_pixels, _MOST_PIXELS_OF_OTHERS)
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG", "GIF", "WEBP", "AVIF")) as image:
            pixels = image.width * image.height
            frames = getattr(image, "n_frames", 1) if _is_animated(image) else 1
            if not pixels:
                raise ValueError("no pixels")
            if pixels > max_pixels:
                raise _too_large(max_pixels)
            if frames > _MOST_FRAMES or (frames > 1 and frames * pixels > _MOST_PIXELS_OF_FRAMES):
                raise NotAPicture(_("This animation is too long to be shown. A shorter one will do."))
            yield image
    except NotAPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(max_pixels) from error
    except UnidentifiedImageError as error:
        raise NoPicture(
            _("This file is not a picture we can show. JPEG, PNG, GIF, WebP and AVIF pictures are.")
        ) from error
    except Exception as error:
        # The decoders raise nearly everything on damaged files.
        raise NotAPicture(
            _("This picture is damaged and cannot be read to its end. Please try the file it was made from.")
        ) from error


def _too_large(max_pixels: int) -> NotAPicture:
    return NotAPicture(
        _(
            "This picture is too large: %(megapixels)s million pixels is the most. A smaller export of it will do."
        ),
        megapixels=max_pixels // 1_000_000,
    )


def _is_animated(image: Image.Image) -> bool:
    return image.format != "MPO" and bool(getattr(image, "is_animated", False))


def _decode(image: Image.Image) -> None:
    """Read the picture to its end, cheaply where its format allows."""
    image.draft(None, (image.width // 8 or 1, image.height // 8 or 1))
    image.load()


def _orientation(image: Image.Image) -> int:
    """How the camera was held: 1 to 8 (Exif 2.3, 4.6.4); 1 when the file does not say, or says nonsense."""
    try:
        orientation = image.getexif().get(_ORIENTATION, 1)
    except Exception:
        return 1
    return orientation if orientation in _UPRIGHT else 1


def _bare(image: Image.Image) -> Image.Image:
    """The pixels of the current frame: upright, in sRGB, with no word about them but what is transparent."""
    orientation, profile = _orientation(image), image.info.get("icc_profile")
    image.load()
    bare = _in_srgb(image, profile)
    bare = bare.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else bare.copy()
    transparency = bare.info.get("transparency")
    bare.info = {} if transparency is None else {"transparency": transparency}
    return bare


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture with the colours that its profile meant, as every screen expects them."""
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            meant = ImageCms.ImageCmsProfile(BytesIO(profile))
            if image.mode in {"P", "PA", "LA", "La", "RGBa"}:
                image = image.convert("RGBA" if image.has_transparency_data else "RGB")
            target = "RGBA" if image.mode == "RGBA" else "RGB"
            seen = ImageCms.profileToProfile(image, meant, ImageCms.createProfile("sRGB"), outputMode=target)
            if seen is not None:
                return seen
    return image.convert("RGB") if image.mode in {"CMYK", "YCCK", "LAB", "HSV", "YCbCr"} else image


def _frames(image: Image.Image) -> tuple[list[Image.Image], list[int]]:
    """The frames of an animation and how long each stays, in milliseconds."""
    frames, durations = [], []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        bare = _bare(image)
        frames.append(bare.convert("RGBA" if bare.has_transparency_data else "RGB"))
        durations.append(max(0, round(image.info.get("duration", 0))))
    return frames, durations


def _like(image: Image.Image, data: bytes) -> dict[str, Any]:
    """The options that write a still picture as finely as it was written before."""
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        if image.mode not in {"RGB", "L"} or not image.quantization:
            return {"quality": 92, "optimize": True}
        sampling = JpegImagePlugin.get_sampling(image)
        options = {"qtables": image.quantization, "optimize": True, "progressive": True}
        return options if sampling < 0 else {**options, "subsampling": sampling}
    if image.format == "WEBP":
        return {"lossless": True} if b"VP8L" in data[:64] else {"quality": 92, "method": 4}
    if image.format == "AVIF":
        return {"quality": 85, "speed": 8}
    return {"optimize": True} if image.format == "PNG" and image.width * image.height < 4_000_000 else {}


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    elif image.mode in {"I", "F"}:
        image = image.convert("L")
    if image.mode not in {"RGB", "RGBA", "L"} or "transparency" in image.info:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
