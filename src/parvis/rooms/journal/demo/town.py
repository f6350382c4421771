"""Scenes of the little town: its square in two seasons, and a window at night."""

from parvis.rooms.journal.demo.canvas import (
    BRICK,
    GOOD,
    HONEY,
    INK,
    LAKE,
    MIST,
    NIGHT,
    PAPER,
    ROSE,
    SAND,
    STONE,
    WARN,
    WATER,
    Canvas,
    Chance,
    Colour,
    box,
    circle,
    mix,
    points,
    smooth,
    turned,
)


def paving(sheet: Canvas, horizon: float, tints: tuple[Colour, ...], word: str) -> None:
    """Lay a square with stones that grow towards the reader."""
    chance, top, row = Chance(word), horizon, 16.0
    while top < 1000:
        bottom = top + row
        wide = row * 2.7
        left = -chance.between(0, wide)
        while left < 1500:
            right = left + wide * chance.between(0.8, 1.25)
            gap = row * 0.06
            sheet.block(left, top + gap, right - gap, bottom - gap, chance.one_of(tints), row * 0.12)
            left = right
        top, row = bottom, row * 1.22


def house(
    sheet: Canvas, left: float, right: float, eaves: float, foot: float, wall: Colour, roof: Colour
) -> None:
    """Put up a house front with its roof and two or three rows of shuttered windows."""
    peak = eaves - (right - left) * 0.34
    middle = (left + right) / 2
    sheet.rect(left, eaves, right, foot, wall)
    sheet.shape([(left - 16, eaves + 6), (middle, peak), (right + 16, eaves + 6)], roof)
    count = max(2, round((right - left) / 95))
    step = (right - left) / count
    for storey in range(int((foot - eaves - 110) // 105)):
        for column in range(count):
            x, y = left + step * (column + 0.5), eaves + 34 + storey * 105
            sheet.rect(x - 15, y, x + 15, y + 58, mix(wall, INK, 0.62))
            sheet.rect(x - 31, y, x - 17, y + 58, mix(wall, roof, 0.75))
            sheet.rect(x + 17, y, x + 31, y + 58, mix(wall, roof, 0.75))
    sheet.rect(middle - 26, foot - 92, middle + 26, foot, mix(wall, INK, 0.55))


def row_of_houses(sheet: Canvas, foot: float, dusk: float) -> None:
    """The five fronts that close the square, lit by day (dusk 0) or blue with evening (dusk 1)."""
    fronts = (
        (-30, 262, 250, mix(STONE, SAND, 0.6), BRICK),
        (262, 520, 330, ROSE, mix(BRICK, INK, 0.35)),
        (520, 860, 215, STONE, mix(BRICK, SAND, 0.3)),
        (860, 1130, 300, mix(PAPER, GOOD, 0.28), mix(BRICK, INK, 0.2)),
        (1130, 1530, 232, mix(STONE, HONEY, 0.45), BRICK),
    )
    for left, right, eaves, wall, roof in fronts:
        house(sheet, left, right, eaves, foot, mix(wall, NIGHT, dusk), mix(roof, NIGHT, dusk))


def basin(sheet: Canvas, dusk: float, water: Colour) -> None:
    """The round fountain, its column and its ball."""
    light, side, dark = (mix(c, NIGHT, dusk) for c in (PAPER, SAND, mix(SAND, INK, 0.3)))
    sheet.rect(470, 690, 1030, 800, side)
    sheet.oval((750, 800), 280, 62, side)
    sheet.veil(points("750,690 1030,690 1030,810 960,846 750,862"), INK, 0.14)
    sheet.oval((750, 690), 280, 64, light)
    sheet.oval((750, 692), 246, 50, water)
    sheet.oval((750, 700), 220, 38, mix(water, PAPER, 0.12))
    sheet.shape(points("716,700 728,470 772,470 784,700"), side)
    sheet.shape(points("750,470 772,470 784,700 750,702"), dark)
    sheet.block(706, 440, 794, 474, light, 6)
    sheet.disc((750, 408), 38, side)
    sheet.block(700, 560, 800, 580, dark, 8)


def fontaine(sheet: Canvas) -> None:
    """The fountain of the square on a dry autumn day."""
    sheet.rect(0, 0, 1500, 600, mix(PAPER, HONEY, 0.22))
    row_of_houses(sheet, 610, 0)
    tints = (STONE, mix(STONE, INK, 0.07), mix(STONE, SAND, 0.55), mix(STONE, WARN, 0.12))
    sheet.rect(0, 600, 1500, 1000, mix(STONE, INK, 0.18))
    paving(sheet, 604, tints, "fontaine")
    sheet.veil(
        smooth(points("480,815 750,862 1020,815 1420,905 1250,960 760,900 480,815")),
        INK,
        0.2,
    )
    basin(sheet, 0, mix(WATER, LAKE, 0.35))
    for side in (-1, 1):
        jet = smooth([(750 + 48 * side, 569), (750 + 108 * side, 580), (750 + 146 * side, 694)])
        sheet.line(jet, PAPER, 9)
        sheet.oval((750 + 146 * side, 697), 34, 8, MIST)
    for x, y, away in ((1166, 748, 1), (1262, 722, -1), (1340, 772, 1)):
        grey = mix(INK, WATER, 0.45)
        sheet.oval((x + 4, y + 20), 26, 5, mix(STONE, INK, 0.3))
        sheet.oval((x, y), 24, 14, grey)
        sheet.shape([(x - 16 * away, y - 4), (x - 44 * away, y + 10), (x - 14 * away, y + 10)], grey)
        sheet.disc((x + 20 * away, y - 17), 10, mix(grey, LAKE, 0.5))
        sheet.shape([(x + 28 * away, y - 20), (x + 39 * away, y - 15), (x + 28 * away, y - 12)], HONEY)
        for leg in (-4, 6):
            sheet.line([(x + leg, y + 10), (x + leg, y + 20)], BRICK, 3)


def neige(sheet: Canvas) -> None:
    """The same square under snow, at the hour when the lamp comes on."""
    sheet.rect(0, 0, 1500, 620, mix(NIGHT, WATER, 0.42))
    row_of_houses(sheet, 610, 0.58)
    for left, right, eaves in (
        (-30, 262, 250),
        (262, 520, 330),
        (520, 860, 215),
        (860, 1130, 300),
        (1130, 1530, 232),
    ):
        peak, middle = eaves - (right - left) * 0.34, (left + right) / 2
        rim = [(left - 16, eaves + 6), (middle, peak - 14), (right + 16, eaves + 6)]
        lower = smooth(
            [
                (right - 8, eaves - 8),
                (middle + 26, peak + 44),
                (middle, peak + 30),
                (middle - 30, peak + 48),
                (left + 8, eaves - 8),
            ]
        )
        sheet.shape([*rim, *lower], mix(PAPER, LAKE, 0.1))
    for x, y in ((391, 364), (647.5, 354), (1180, 266), (1085, 334)):
        sheet.rect(x - 15, y, x + 15, y + 58, HONEY)
    snow = mix(PAPER, LAKE, 0.13)
    sheet.shape([*smooth(points("0,606 300,596 700,612 1100,598 1500,608")), (1500, 1000), (0, 1000)], snow)
    sheet.veil(smooth(points("0,800 420,770 900,880 1500,820 1500,1000 0,1000 0,800")), LAKE, 0.1)
    basin(sheet, 0.32, mix(WATER, NIGHT, 0.3))
    sheet.shape(
        smooth(
            points(
                "466,694 470,664 600,634 750,622 900,634 1030,664 1034,694 900,668 750,660 600,668 466,694"
            )
        ),
        PAPER,
    )
    sheet.shape(
        smooth(points("706,414 716,374 750,358 784,374 794,414 772,402 750,410 728,402 706,414")),
        PAPER,
    )
    lamp(sheet)
    tree(sheet)
    for step in range(13):
        size = 1 - step * 0.035
        beside = (9 if step % 2 else -9) * size
        foot = (70 + step * 29 + step**2 * 0.4, 985 - step * 13 + beside)
        sheet.oval(foot, 13 * size, 7 * size, mix(snow, LAKE, 0.34))
    chance = Chance("neige")
    for _ in range(190):
        sheet.disc((chance.between(0, 1500), chance.between(0, 960)), chance.between(2, 5.5), PAPER)


def lamp(sheet: Canvas) -> None:
    """A street lamp with its ring of light on the snow."""
    for across, strength in ((250, 0.2), (170, 0.3)):
        ring = circle((1250, 832), across, across * 0.2)
        sheet.veil(ring, HONEY, strength)
    sheet.shape(points("1214,330 1286,330 1272,408 1228,408"), HONEY)
    sheet.shape([(1200, 334), (1250, 292), (1300, 334)], NIGHT)
    sheet.block(1222, 404, 1278, 416, NIGHT, 3)
    sheet.line([(1250, 826), (1250, 410)], NIGHT, 13)
    sheet.block(1226, 812, 1274, 836, NIGHT, 5)


def tree(sheet: Canvas) -> None:
    """The plane tree, pollarded, with snow on its fists."""
    bark = mix(NIGHT, INK, 0.3)
    sheet.shape(smooth(points("222,842 244,700 238,560 262,560 272,700 296,842")), bark)
    for tip in ((120, 440), (190, 380), (262, 350), (330, 392), (392, 452)):
        middle = ((250 + tip[0]) / 2 + (tip[0] - 250) * 0.2, (570 + tip[1]) / 2 + 24)
        sheet.line(smooth([(250, 590), middle, tip]), bark, 19)
        sheet.disc(tip, 21, bark)
        sheet.oval((tip[0], tip[1] - 13), 21, 11, PAPER)


def fenetre(sheet: Canvas) -> None:
    """One window still lit, late, and someone reading behind it."""
    wall = mix(NIGHT, LAKE, 0.22)
    sheet.rect(0, 0, 1500, 1000, wall)
    chance = Chance("fenetre")
    for row in range(17):
        left = -chance.between(0, 120)
        while left < 1500:
            wide = chance.between(110, 210)
            sheet.rect(
                left, row * 60, left + wide - 5, row * 60 + 55, mix(wall, INK, chance.between(0, 0.16))
            )
            left += wide
    sheet.veil(points("470,820 1030,820 1290,1000 210,1000"), HONEY, 0.16)
    sheet.rect(448, 128, 1052, 824, mix(STONE, NIGHT, 0.55))
    sheet.rect(480, 160, 1020, 800, mix(HONEY, PAPER, 0.15))
    sheet.rect(480, 160, 1020, 480, mix(HONEY, PAPER, 0.3))
    shelf = mix(WARN, INK, 0.3)
    for number in range(11):
        x, tall = 500 + number * 24, chance.between(70, 112)
        sheet.rect(
            x, 330 - tall, x + 19, 330, chance.one_of((BRICK, LAKE, shelf, GOOD, mix(BRICK, INK, 0.5)))
        )
    sheet.rect(490, 330, 772, 344, shelf)
    sheet.shape(points("850,300 930,300 962,392 818,392"), PAPER)
    sheet.line([(890, 392), (890, 800)], shelf, 8)
    reader = mix(INK, BRICK, 0.25)
    sheet.shape(smooth(points("560,800 570,660 620,596 690,580 760,610 800,690 812,800")), reader)
    sheet.oval((706, 516), 56, 64, reader)
    sheet.disc((664, 476), 30, reader)
    sheet.shape(turned(box(756, 640, 880, 724), (818, 682), -12), PAPER)
    sheet.shape(turned(box(750, 640, 762, 724), (818, 682), -12), BRICK)
    for x in (480, 742, 1004):
        sheet.rect(x, 160, x + 16, 800, mix(STONE, NIGHT, 0.7))
    sheet.rect(480, 472, 1020, 488, mix(STONE, NIGHT, 0.7))
    sheet.rect(420, 800, 1080, 836, mix(STONE, NIGHT, 0.4))
    for left in (176, 1064):
        shutter(sheet, left)
    for x, tip in ((520, -22), (560, 8), (596, 26)):
        sheet.line(smooth([(x + 8, 800), (x, 770), (x + tip, 736)]), GOOD, 9)
        sheet.oval((x + tip, 732), 18, 12, mix(GOOD, INK, 0.2))
    sheet.shape(points("500,776 620,776 606,826 514,826"), BRICK)


def shutter(sheet: Canvas, left: float) -> None:
    """A slatted shutter, folded back."""
    sheet.rect(left, 140, left + 260, 812, mix(BRICK, NIGHT, 0.5))
    for number in range(24):
        top = 168 + number * 26
        sheet.rect(left + 26, top, left + 234, top + 15, mix(BRICK, NIGHT, 0.72))


SCENES = {"fontaine": fontaine, "neige": neige, "fenetre": fenetre}
