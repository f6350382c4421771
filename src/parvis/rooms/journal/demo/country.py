"""Scenes from around the town: the lake and its vines, the railway platform, the path above the woods."""

from parvis.rooms.journal.demo.canvas import (
    BRICK,
    GOOD,
    HONEY,
    INK,
    LAKE,
    MIST,
    MOSS,
    PAPER,
    ROSE,
    SAND,
    STONE,
    WARN,
    WATER,
    Canvas,
    Chance,
    Colour,
    Point,
    box,
    mix,
    points,
    smooth,
    turned,
)

SKY = mix(PAPER, HONEY, 0.16)


def ridge(sheet: Canvas, crest: list[Point], tint: Colour, foot: float = 1000) -> None:
    """A hill, from its soft crest down to its foot."""
    sheet.shape([*smooth(crest), (crest[-1][0], foot), (crest[0][0], foot)], tint)


def lac(sheet: Canvas) -> None:
    """The lake from the terraces, in the evening, with one sail that is late."""
    sheet.rect(0, 0, 1500, 1000, SKY)
    sheet.disc((1080, 210), 74, mix(HONEY, BRICK, 0.22))
    ridge(
        sheet,
        points("-20,350 180,250 330,300 520,170 640,260 800,200 960,320 1520,360"),
        mix(MIST, LAKE, 0.14),
    )
    peaks = points(
        "500,400 640,318 760,344 905,150 990,250 1060,205 1190,330 1330,270 1520,360 1520,430 500,430"
    )
    sheet.shape(peaks, mix(MIST, LAKE, 0.34))
    sheet.shape(points("905,150 990,250 950,244 926,276 896,230 858,222"), PAPER)
    sheet.shape(points("1060,205 1112,257 1076,250 1040,262 1025,226"), PAPER)
    ridge(sheet, points("-20,340 160,330 360,380 620,412 820,430"), mix(WATER, LAKE, 0.35))
    sheet.rect(0, 418, 1500, 1000, mix(WATER, LAKE, 0.12))
    chance = Chance("waves")
    for number in range(46):
        y = 428 + number * 6.4
        x, wide = chance.between(-60, 1400), chance.between(60, 340)
        sheet.oval((x + wide / 2, y), wide / 2, 2.4, mix(WATER, PAPER, chance.between(0.1, 0.5)))
    for number in range(13):
        sheet.oval(
            (1080 + chance.between(-26, 26), 432 + number * 17), 74 - number * 3, 3.2, mix(HONEY, PAPER, 0.4)
        )
    sheet.shape([(420, 540), (420, 408), (486, 530)], PAPER)
    sheet.shape([(412, 534), (412, 430), (370, 530)], mix(PAPER, BRICK, 0.16))
    sheet.shape(points("362,540 490,540 470,558 384,558"), mix(INK, BRICK, 0.3))
    terraces(sheet)


def terraces(sheet: Canvas) -> None:
    """Four steps of vines, each on its dry wall, and the hut where one leaves the tools."""
    crests = (
        points("-20,760 300,736 620,690 960,604 1300,520 1520,486"),
        points("-20,846 320,820 680,770 1040,690 1520,590"),
        points("-20,922 360,900 760,856 1140,786 1520,706"),
        points("-20,990 420,974 840,940 1200,886 1520,830"),
    )
    leaves = (mix(MOSS, HONEY, 0.5), mix(MOSS, HONEY, 0.25), mix(GOOD, HONEY, 0.35), mix(GOOD, INK, 0.05))
    for number, (crest, leaf) in enumerate(zip(crests, leaves, strict=True)):
        if number == 1:
            sheet.rect(1130, 544, 1234, 640, mix(STONE, SAND, 0.4))
            sheet.rect(1190, 544, 1234, 640, mix(STONE, INK, 0.16))
            sheet.shape([(1116, 548), (1182, 496), (1248, 548)], BRICK)
            sheet.rect(1148, 578, 1172, 640, mix(BRICK, INK, 0.5))
        ridge(sheet, crest, leaf)
        vines(sheet, crest, leaf, 26 + number * 5)
        wall = [(x, y + 62 + number * 6) for x, y in crest]
        ridge(sheet, wall, mix(STONE, WARN, 0.18))
        for x, y in smooth(wall, 7):
            sheet.block(x + 3, y + 5, x + 38, y + 20, mix(STONE, WARN, 0.32), 4)


def vines(sheet: Canvas, crest: list[Point], leaf: Colour, tall: float) -> None:
    """Stakes and their leaves along one terrace."""
    for x, y in smooth(crest, 9)[1:]:
        for down in (tall * 0.3, tall * 1.35):
            foot = y + down + 8
            sheet.line([(x, foot), (x, foot - tall)], mix(WARN, INK, 0.3), 3)
            sheet.oval((x, foot - tall * 0.72), tall * 0.36, tall * 0.3, mix(leaf, GOOD, 0.55))
            sheet.oval((x + tall * 0.14, foot - tall * 0.42), tall * 0.34, tall * 0.24, mix(leaf, GOOD, 0.8))


def quai(sheet: Canvas) -> None:
    """The platform at ten past ten: nobody, and the hands of the clock."""
    sheet.rect(0, 0, 1500, 1000, mix(PAPER, MIST, 0.75))
    ridge(
        sheet,
        points("-20,420 240,330 520,400 800,300 1120,380 1520,290"),
        mix(MIST, LAKE, 0.2),
    )
    ridge(sheet, points("-20,520 300,470 700,510 1100,450 1520,500"), mix(MOSS, MIST, 0.35))
    ridge(sheet, points("-20,560 500,548 1000,552 1520,540"), mix(MOSS, GOOD, 0.25))
    sheet.shape(points("0,700 760,556 800,556 1500,640 1500,1000 0,1000"), mix(STONE, INK, 0.28))
    point = (772.0, 552.0)
    for y in range(9):
        depth = 0.12 + y * y * 0.0135
        left, right, row = 772 - 940 * depth, 772 - 60 * depth, 552 + 450 * depth
        sheet.shape(
            [(left, row), (right, row), (right + 6, row + 24 * depth), (left - 12, row + 24 * depth)],
            mix(WARN, INK, 0.45),
        )
    for foot in (-20, 560):
        sheet.shape([point, (foot - 15, 1000), (foot + 15, 1000)], mix(PAPER, LAKE, 0.35))
    sheet.shape(points("780,550 1500,600 1500,1000 700,1000"), STONE)
    sheet.shape(points("780,550 790,551 820,1000 690,1000"), PAPER)
    sheet.shape(points("776,550 780,550 700,1000 640,1000"), mix(STONE, INK, 0.4))
    sheet.shape(points("800,551 804,551 900,1000 868,1000"), HONEY)
    for number in range(1, 7):
        seam = 556 + 440 * (number / 6.5) ** 2
        sheet.line([(790 + (seam - 551) * 0.1, seam), (1500, seam + 5.7 * number)], mix(STONE, INK, 0.1), 3)
    shelter(sheet)
    station_clock(sheet)


def shelter(sheet: Canvas) -> None:
    """The wooden canopy, its posts and the bench."""
    iron = mix(LAKE, INK, 0.5)
    sheet.veil(points("960,640 1500,690 1500,860 930,740"), INK, 0.13)
    sheet.rect(1290, 300, 1500, 640, mix(STONE, SAND, 0.55))
    sheet.rect(1350, 420, 1440, 560, mix(LAKE, PAPER, 0.25))
    sheet.rect(1392, 420, 1398, 560, STONE)
    for x, foot in ((960, 636), (1090, 664), (1270, 706)):
        sheet.rect(x, 250, x + 16, foot, iron)
        sheet.line(smooth([(x + 8, 330), (x - 16, 280), (x - 74, 252)]), iron, 9)
        sheet.line(smooth([(x + 8, 330), (x + 32, 280), (x + 90, 252)]), iron, 9)
    sheet.shape(points("850,244 1500,150 1500,250 850,262"), BRICK)
    sheet.shape(points("850,262 1500,250 1500,276 850,272"), mix(BRICK, INK, 0.45))
    for x in range(862, 1500, 26):
        sheet.shape([(x, 268), (x + 20, 268), (x + 10, 290)], mix(BRICK, INK, 0.45))
    for y in (590, 616):
        sheet.shape([(1106, y), (1264, y + 14), (1264, y + 30), (1106, y + 14)], mix(WARN, INK, 0.2))
    for x in (1120, 1246):
        sheet.line([(x, 628), (x, 690)], iron, 8)


def station_clock(sheet: Canvas) -> None:
    """The clock that hangs under the canopy."""
    iron = mix(LAKE, INK, 0.5)
    hub = (904.0, 396.0)
    sheet.rect(900, 266, 908, 330, iron)
    sheet.disc((904, 396), 74, iron)
    sheet.disc((904, 396), 64, PAPER)
    for hour in range(12):
        sheet.shape(turned(box(901, 338, 907, 352), hub, hour * 30), INK)
    sheet.shape(turned(box(898, 358, 910, 410), hub, 305), INK)
    sheet.shape(turned(box(900, 342, 908, 412), hub, 60), INK)
    sheet.line([turned([(904, 410)], hub, 200)[0], turned([(904, 350)], hub, 200)[0]], BRICK, 4)
    sheet.disc((904, 396), 7, BRICK)


def sentier(sheet: Canvas) -> None:
    """The path that goes up above the woods, and two walkers who are not talking."""
    sheet.rect(0, 0, 1500, 1000, SKY)
    sheet.disc((330, 190), 60, mix(HONEY, PAPER, 0.35))
    sheet.shape(
        points(
            "-20,470 170,300 300,380 520,140 640,270 720,215 900,400 1080,250 1240,360 1520,200 1520,640 -20,640"
        ),
        mix(MIST, LAKE, 0.16),
    )
    sheet.shape(points("520,140 590,216 556,206 532,240 498,200 468,200"), PAPER)
    ridge(
        sheet,
        points("-20,560 220,460 460,520 760,420 1080,500 1520,400"),
        mix(WATER, GOOD, 0.2),
    )
    woods(
        sheet,
        points("40,590 120,566 190,560 268,570 1040,560 1120,548 1206,540 1300,520 1390,510 1470,498"),
        118,
        mix(LAKE, GOOD, 0.5),
    )
    ridge(
        sheet,
        points("-20,700 260,600 620,590 980,540 1240,560 1520,610"),
        mix(MOSS, HONEY, 0.3),
    )
    ridge(sheet, points("-20,800 300,760 700,690 1080,700 1520,760"), mix(MOSS, GOOD, 0.12))
    ridge(sheet, points("-20,900 420,880 860,850 1520,900"), mix(GOOD, HONEY, 0.16))
    path(sheet)
    woods(sheet, [(1330, 800), (1410, 830), (1480, 812)], 230, mix(GOOD, INK, 0.35))
    woods(sheet, [(60, 860), (150, 838)], 250, mix(GOOD, INK, 0.3))
    signpost(sheet)
    for x, y, coat, size in ((906, 640, BRICK, 1.0), (950, 630, LAKE, 0.94)):
        walker(sheet, (x, y), coat, size)


def path(sheet: Canvas) -> None:
    """The path itself, wide at our feet and a thread at the pass."""
    left = smooth(points("520,1010 640,920 880,860 840,800 640,752 690,706 880,660 960,610 930,566 976,542"))
    right = smooth(
        points("800,1010 820,940 1000,866 930,788 730,744 760,708 930,668 990,612 944,568 980,542")
    )
    sheet.shape([*left, *reversed(right)], mix(STONE, SAND, 0.45))


def woods(sheet: Canvas, feet: list[Point], tall: float, tint: Colour) -> None:
    """Fir trees standing on these feet."""
    for number, (x, y) in enumerate(feet):
        high = tall * (1 - 0.14 * (number % 3))
        sheet.rect(x - high * 0.03, y - high * 0.1, x + high * 0.03, y + high * 0.08, mix(WARN, INK, 0.5))
        for share, wide in ((1.0, 0.14), (0.76, 0.2), (0.5, 0.26)):
            sheet.shape(
                [
                    (x, y - high * share),
                    (x + high * wide, y - high * (share - 0.46)),
                    (x - high * wide, y - high * (share - 0.46)),
                ],
                mix(tint, INK, 0.1 * (number % 2)),
            )


def signpost(sheet: Canvas) -> None:
    """The yellow sign with the times nobody keeps."""
    sheet.rect(448, 560, 462, 860, mix(INK, LAKE, 0.3))
    for top, long, tint in ((580, 150, HONEY), (628, 116, mix(HONEY, WARN, 0.15))):
        sheet.shape(
            [
                (436, top),
                (436 + long, top),
                (436 + long + 24, top + 19),
                (436 + long, top + 38),
                (436, top + 38),
            ],
            tint,
        )
        sheet.line([(456, top + 14), (436 + long - 20, top + 14)], INK, 4)
        sheet.line([(456, top + 26), (436 + long - 54, top + 26)], INK, 4)
    sheet.rect(448, 700, 462, 716, ROSE)
    sheet.rect(448, 716, 462, 732, BRICK)


def walker(sheet: Canvas, foot: Point, coat: Colour, size: float) -> None:
    """A walker seen from behind, with a bag and a stick."""
    x, y = foot
    sheet.line([(x - 4 * size, y - 34 * size), (x - 9 * size, y)], INK, 8 * size)
    sheet.line([(x + 4 * size, y - 34 * size), (x + 9 * size, y - 3)], INK, 8 * size)
    sheet.oval((x, y - 54 * size), 16 * size, 25 * size, coat)
    sheet.block(x - 11 * size, y - 72 * size, x + 11 * size, y - 42 * size, mix(coat, INK, 0.45), 5)
    sheet.disc((x, y - 88 * size), 10 * size, mix(WARN, INK, 0.3))
    sheet.line([(x + 16 * size, y - 58 * size), (x + 25 * size, y)], mix(WARN, INK, 0.4), 3)


SCENES = {"lac": lac, "quai": quai, "sentier": sentier}
