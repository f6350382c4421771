"""Portraits of the people of the square: flat shapes on six paving stones, no faces, a likeness all the same."""

from dataclasses import dataclass

from parvis.rooms.journal.demo.canvas import (
    BRICK,
    BROWN,
    DEEP,
    FAIR,
    GOOD,
    HONEY,
    INK,
    LAKE,
    MIST,
    MOSS,
    PAPER,
    ROSE,
    SAND,
    TAN,
    UNITS,
    WARN,
    WATER,
    Canvas,
    Colour,
    Point,
    box,
    mix,
    points,
    smooth,
)

GREY = mix(PAPER, INK, 0.42)


@dataclass(frozen=True)
class Likeness:
    """What one recognises somebody by across a square."""

    ground: Colour
    coat: Colour
    skin: Colour
    hair: Colour
    cut: str
    keepsake: str


PEOPLE = {
    "alix": Likeness(mix(WATER, LAKE, 0.2), BRICK, FAIR, mix(WARN, INK, 0.45), "bob", "scarf"),
    "josephine": Likeness(mix(ROSE, BRICK, 0.25), mix(INK, LAKE, 0.45), DEEP, INK, "bun", "glasses"),
    "theo": Likeness(MOSS, mix(LAKE, INK, 0.1), TAN, mix(BRICK, WARN, 0.45), "short", "beard"),
    "samir": Likeness(mix(HONEY, WARN, 0.1), mix(GOOD, INK, 0.2), BROWN, INK, "curls", "glasses"),
    "lina": Likeness(
        mix(MIST, WATER, 0.35), mix(HONEY, PAPER, 0.2), BROWN, mix(INK, WARN, 0.2), "long", "apron"
    ),
    "marc": Likeness(mix(MIST, INK, 0.2), mix(INK, LAKE, 0.25), FAIR, GREY, "bald", "tie"),
    "ruth": Likeness(mix(GOOD, PAPER, 0.3), mix(ROSE, BRICK, 0.5), FAIR, PAPER, "cap", "scarf"),
    "jules": Likeness(mix(SAND, WARN, 0.3), LAKE, TAN, PAPER, "sailor", "beard"),
}


def paint(key: str, size: int) -> bytes:
    """Paint someone's portrait as a square JPEG of this many pixels a side."""
    likeness = PEOPLE[key]
    sheet = Canvas(size, mix(likeness.ground, INK, 0.16), height=UNITS)
    stones(sheet, likeness.ground)
    back_of_hair(sheet, likeness)
    bust(sheet, likeness)
    hair(sheet, likeness)
    keepsake(sheet, likeness)
    return sheet.finished(f"portrait {key}", 4)


def stones(sheet: Canvas, ground: Colour) -> None:
    """The six stones of the square, one of them lighter."""
    courses = (((0, 700), (740, 1500)), ((0, 380), (420, 1500)), ((0, 930), (970, 1500)))
    for row, course in enumerate(courses):
        for number, (left, right) in enumerate(course):
            tint = (
                mix(ground, PAPER, 0.42)
                if (row, number) == (0, 1)
                else mix(ground, PAPER, 0.07 * ((row + number) % 2))
            )
            sheet.block(
                left - 20, row * 510 - 24, right + (20 if right == 1500 else 0), row * 510 + 470, tint, 18
            )


def bust(sheet: Canvas, likeness: Likeness) -> None:
    """Shoulders, neck, head; light from the left."""
    skin, coat = likeness.skin, likeness.coat
    sheet.shape(
        smooth(points("190,1520 220,1270 380,1130 620,1060 750,1050 880,1060 1120,1130 1280,1270 1310,1520")),
        coat,
    )
    sheet.veil(
        smooth(points("750,1052 880,1060 1120,1130 1280,1270 1310,1520 900,1520 840,1240 750,1052")),
        INK,
        0.16,
    )
    sheet.shape(points("636,860 864,860 880,1066 750,1150 620,1066"), mix(skin, INK, 0.14))
    for x in (488, 1012):
        sheet.oval((x, 700), 42, 64, mix(skin, INK, 0.08))
    sheet.shape(head(), skin)
    sheet.veil(
        smooth(points("800,380 900,400 1000,560 996,720 940,880 750,985 880,850 905,640 800,380")),
        INK,
        0.07,
    )


def head() -> list[Point]:
    """The outline of a head, a little longer than wide."""
    return smooth(
        points(
            "750,360 620,384 516,500 496,660 530,820 620,936 750,985 880,936 970,820 1004,660 984,500 880,384 750,360"
        )
    )


def back_of_hair(sheet: Canvas, likeness: Likeness) -> None:
    """What of the hair is seen behind the head."""
    dark = mix(likeness.hair, INK, 0.2)
    if likeness.cut == "bob":
        sheet.shape(
            smooth(
                points(
                    "750,270 520,310 400,520 388,760 420,1010 560,1030 750,960 940,1030 1080,1010 1112,760 1100,520 980,310 750,270"
                )
            ),
            dark,
        )
    elif likeness.cut == "long":
        sheet.shape(
            smooth(
                points(
                    "750,280 540,310 420,480 400,800 350,1180 430,1330 620,1300 880,1300 1070,1330 1150,1180 1100,800 1080,480 960,310 750,280"
                )
            ),
            dark,
        )
    elif likeness.cut == "bun":
        sheet.disc((750, 250), 150, dark)
    elif likeness.cut == "curls":
        for x, y, radius in (
            (520, 450, 120),
            (600, 340, 125),
            (750, 290, 135),
            (900, 340, 125),
            (980, 450, 120),
            (480, 570, 84),
            (1020, 570, 84),
        ):
            sheet.disc((x, y), radius, dark)


def hair(sheet: Canvas, likeness: Likeness) -> None:
    """What of the hair falls over the forehead, or the cap that hides it."""
    tint = likeness.hair
    if likeness.cut in {"bob", "long"}:
        sheet.shape(
            smooth(
                points(
                    "476,720 460,520 540,370 750,300 960,370 1040,520 1024,720 990,560 900,470 680,440 570,540 520,620 476,720"
                )
            ),
            tint,
        )
    elif likeness.cut in {"bun", "short"}:
        sheet.shape(
            smooth(
                points(
                    "486,640 480,480 580,350 750,310 920,350 1020,480 1014,640 970,520 860,455 750,445 620,460 530,520 486,640"
                )
            ),
            tint,
        )
    elif likeness.cut == "curls":
        for x, y, radius in ((560, 450, 74), (650, 400, 84), (760, 380, 86), (870, 405, 82), (950, 460, 70)):
            sheet.disc((x, y), radius, tint)
    elif likeness.cut == "bald":
        for side in (-1, 1):
            sheet.shape(
                smooth(
                    [
                        (750 + 262 * side, 720),
                        (750 + 276 * side, 600),
                        (750 + 236 * side, 500),
                        (750 + 214 * side, 600),
                        (750 + 238 * side, 690),
                        (750 + 262 * side, 720),
                    ]
                ),
                tint,
            )
    elif likeness.cut == "cap":
        for side in (-1, 1):
            sheet.shape(
                smooth(
                    [
                        (750 + 230 * side, 560),
                        (750 + 292 * side, 640),
                        (750 + 286 * side, 800),
                        (750 + 226 * side, 740),
                        (750 + 230 * side, 560),
                    ]
                ),
                tint,
            )
        knitted_cap(sheet)
    elif likeness.cut == "sailor":
        for side in (-1, 1):
            sheet.shape(
                smooth(
                    [
                        (750 + 240 * side, 560),
                        (750 + 278 * side, 640),
                        (750 + 262 * side, 740),
                        (750 + 234 * side, 660),
                        (750 + 240 * side, 560),
                    ]
                ),
                tint,
            )
        sheet.shape(
            smooth(points("450,480 440,380 560,270 750,246 940,270 1060,380 1050,480 750,450 450,480")),
            mix(INK, LAKE, 0.4),
        )
        sheet.shape(
            smooth(points("486,540 750,500 1014,540 900,616 750,632 600,616 486,540")),
            mix(INK, PAPER, 0.12),
        )
        sheet.shape(
            smooth(points("476,572 470,480 750,446 1030,480 1024,572 750,532 476,572")),
            INK,
        )
        sheet.disc((750, 492), 26, HONEY)


def knitted_cap(sheet: Canvas) -> None:
    """A woollen cap with a turned-up edge."""
    sheet.shape(smooth(points("470,540 490,380 610,270 750,244 890,270 1010,380 1030,540")), LAKE)
    sheet.disc((750, 226), 62, PAPER)
    sheet.shape(
        smooth(points("452,590 456,500 750,440 1044,500 1048,590 750,530 452,590")),
        mix(LAKE, PAPER, 0.3),
    )


def keepsake(sheet: Canvas, likeness: Likeness) -> None:
    """The thing each of them is never seen without."""
    coat = likeness.coat
    if likeness.keepsake == "scarf":
        wool = mix(HONEY, PAPER, 0.25) if coat == BRICK else mix(LAKE, PAPER, 0.2)
        sheet.shape(
            smooth(
                points(
                    "540,1030 620,985 750,1040 880,985 960,1030 970,1130 860,1190 750,1200 640,1190 530,1130 540,1030"
                )
            ),
            wool,
        )
        sheet.shape(points("800,1160 920,1130 1010,1420 846,1446"), mix(wool, INK, 0.12))
    elif likeness.keepsake == "glasses":
        rim = INK if likeness.skin != DEEP else HONEY
        for x in (630, 870):
            sheet.disc((x, 680), 92, rim)
            sheet.disc((x, 680), 76, mix(likeness.skin, PAPER, 0.3))
        sheet.line([(716, 668), (784, 668)], rim, 16)
    elif likeness.keepsake == "beard":
        sheet.shape(
            smooth(
                points(
                    "500,690 530,800 600,800 680,790 750,806 820,790 900,800 970,800 1000,690 990,880 900,1010 750,1060 600,1010 510,880 500,690"
                )
            ),
            likeness.hair,
        )
    elif likeness.keepsake == "apron":
        sheet.shape(box(560, 1230, 940, 1520), LAKE)
        for side in (-1, 1):
            sheet.line([(750 + 180 * side, 1240), (750 + 130 * side, 1060)], LAKE, 40)
    elif likeness.keepsake == "tie":
        sheet.shape(points("620,1056 750,1190 880,1056 930,1130 750,1330 570,1130"), PAPER)
        sheet.shape(points("712,1180 788,1180 776,1240 830,1520 670,1520 724,1240"), BRICK)


PORTRAITS = tuple(PEOPLE)
