"""A sheet of warm paper to draw on: flat shapes, smooth edges, a little grain, the same every time."""

import hashlib
import io
import math
from collections.abc import Iterable, Sequence

from PIL import Image, ImageChops, ImageDraw

type Point = tuple[float, float]
type Colour = tuple[int, int, int]

UNITS = 1500
"""Every drawing is made on a sheet 1500 units wide, whatever its width in pixels."""
SUPERSAMPLING = 2


def colour(code: str) -> Colour:
    """The colour written `#rrggbb`."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


PAPER = colour("#fbf9f4")
STONE = colour("#f1ece2")
INK = colour("#221f1a")
BRICK = colour("#a2401f")
LAKE = colour("#1d5c68")
GOOD = colour("#3a6a2c")
WARN = colour("#8a5a00")


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Go from the first colour (share 0) to the second (share 1)."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


SAND = mix(STONE, WARN, 0.22)
HONEY = mix(PAPER, colour("#c98a1b"), 0.62)
ROSE = mix(PAPER, BRICK, 0.45)
MIST = mix(PAPER, LAKE, 0.18)
WATER = mix(PAPER, LAKE, 0.55)
NIGHT = mix(LAKE, INK, 0.62)
MOSS = mix(PAPER, GOOD, 0.6)
FAIR, TAN, BROWN, DEEP = colour("#ecccb9"), colour("#dcb394"), colour("#b58260"), colour("#6d4733")


class Chance:
    """Numbers that look thrown and are always the same for the same word."""

    def __init__(self, word: str) -> None:
        self._bytes = iter(hashlib.shake_256(word.encode()).digest(65_536))

    def between(self, low: float, high: float) -> float:
        """A number from low to high."""
        share = (next(self._bytes) * 256 + next(self._bytes)) / 65_535
        return low + (high - low) * share

    def one_of[T](self, things: Sequence[T]) -> T:
        """One of these things."""
        return things[min(int(self.between(0, len(things))), len(things) - 1)]


def points(text: str) -> list[Point]:
    """The points written `x,y x,y …`, which keeps a long outline on one line."""
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in text.split())]


def smooth(through: Sequence[Point], steps: int = 16) -> list[Point]:
    """A soft curve through all these points (Catmull and Rom, 1974)."""
    ends = [through[0], *through, through[-1]]
    curve: list[Point] = []
    for before, start, end, after in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for step in range(steps):
            t = step / steps
            x, y = (
                0.5
                * (
                    2 * start[axis]
                    + (end[axis] - before[axis]) * t
                    + (2 * before[axis] - 5 * start[axis] + 4 * end[axis] - after[axis]) * t**2
                    + (3 * start[axis] - before[axis] - 3 * end[axis] + after[axis]) * t**3
                )
                for axis in (0, 1)
            )
            curve.append((x, y))
    return [*curve, through[-1]]


def turned(shape: Iterable[Point], centre: Point, degrees: float) -> list[Point]:
    """These points, turned clockwise round a centre."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [
        (
            centre[0] + (x - centre[0]) * cos - (y - centre[1]) * sin,
            centre[1] + (x - centre[0]) * sin + (y - centre[1]) * cos,
        )
        for x, y in shape
    ]


def box(left: float, top: float, right: float, bottom: float) -> list[Point]:
    """The four corners of an upright rectangle."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def circle(centre: Point, across: float, down: float) -> list[Point]:
    """The points of an ellipse of these two radii."""
    turns = [math.radians(degrees) for degrees in range(0, 360, 3)]
    return [(centre[0] + across * math.cos(turn), centre[1] + down * math.sin(turn)) for turn in turns]


class Canvas:
    """A sheet 1500 units wide, drawn twice as large as asked and brought down at the end."""

    def __init__(self, width: int, ground: Colour, height: int = 1000) -> None:
        self.width, self.height = width, round(width * height / UNITS)
        self.scale = width * SUPERSAMPLING / UNITS
        size = (self.width * SUPERSAMPLING, self.height * SUPERSAMPLING)
        self.image = Image.new("RGB", size, ground)
        self.pen = ImageDraw.Draw(self.image)

    def _at(self, outline: Iterable[Point]) -> list[Point]:
        return [(x * self.scale, y * self.scale) for x, y in outline]

    def shape(self, outline: Iterable[Point], fill: Colour) -> None:
        """Fill the shape these points go round."""
        self.pen.polygon(self._at(outline), fill=fill)

    def rect(self, left: float, top: float, right: float, bottom: float, fill: Colour) -> None:
        """Fill an upright rectangle."""
        self.shape(box(left, top, right, bottom), fill)

    def block(
        self, left: float, top: float, right: float, bottom: float, fill: Colour, soft: float = 8
    ) -> None:
        """Fill an upright rectangle with soft corners."""
        (a, b), (c, d) = self._at([(left, top), (right, bottom)])
        self.pen.rounded_rectangle((a, b, c, d), radius=soft * self.scale, fill=fill)

    def oval(self, centre: Point, across: float, down: float, fill: Colour) -> None:
        """Fill an ellipse of these two radii."""
        (a, b), (c, d) = self._at(
            [(centre[0] - across, centre[1] - down), (centre[0] + across, centre[1] + down)]
        )
        self.pen.ellipse((a, b, c, d), fill=fill)

    def disc(self, centre: Point, radius: float, fill: Colour) -> None:
        """Fill a circle."""
        self.oval(centre, radius, radius, fill)

    def line(self, stroke: Sequence[Point], fill: Colour, thickness: float = 4) -> None:
        """Draw a line with round ends and joints."""
        placed = self._at(stroke)
        self.pen.line(placed, fill=fill, width=max(1, round(thickness * self.scale)), joint="curve")
        radius = thickness * self.scale / 2
        for x, y in (placed[0], placed[-1]):
            self.pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)

    def veil(self, outline: Iterable[Point], tint: Colour, strength: float) -> None:
        """Lay a thin transparent colour over a shape: a shadow, or a ray of light."""
        mask = Image.new("L", self.image.size, 0)
        ImageDraw.Draw(mask).polygon(self._at(outline), fill=round(255 * strength))
        self.image.paste(tint, mask=mask)

    def finished(self, grain: str, strength: int = 5) -> bytes:
        """Bring the sheet down to its size, give it the grain of paper, and return it as JPEG."""
        sheet = self.image.resize((self.width, self.height), Image.Resampling.LANCZOS)
        count = self.width * self.height
        noise = Image.frombytes("L", sheet.size, hashlib.shake_256(grain.encode()).digest(count))
        noise = noise.point([round(level * 2 * strength / 255) for level in range(256)])
        fibres = Image.merge("RGB", (noise, noise, noise))
        sheet = ImageChops.subtract(
            ImageChops.add(sheet, fibres), Image.new("RGB", sheet.size, (strength,) * 3)
        )
        output = io.BytesIO()
        sheet.save(output, "JPEG", quality=88, optimize=True, subsampling=0)
        return output.getvalue()
