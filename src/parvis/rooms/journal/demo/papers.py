"""Scenes of paper: the letter boxes of the house, a shelf in the library, Ruth's map of the fountains."""

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


def lettres(sheet: Canvas) -> None:
    """Twelve letter boxes in an entrance hall; one of them is loved."""
    sheet.rect(0, 0, 1500, 1000, mix(STONE, SAND, 0.35))
    sheet.rect(0, 700, 1500, 1000, mix(LAKE, PAPER, 0.5))
    sheet.rect(0, 692, 1500, 708, mix(LAKE, INK, 0.2))
    sheet.veil(points("0,0 420,0 1140,1000 200,1000 0,720"), HONEY, 0.18)
    sheet.veil(box(232, 146, 1302, 876), INK, 0.22)
    sheet.block(210, 120, 1280, 850, mix(INK, LAKE, 0.35), 14)
    metal = mix(PAPER, INK, 0.14)
    for row in range(3):
        for column in range(4):
            left, top = 232 + column * 260, 142 + row * 234
            if (row, column) != (1, 2):
                closed_box(sheet, left, top, mix(metal, SAND, 0.12 * ((row * 3 + column) % 3)))
    open_box(sheet)
    envelope(sheet, (390, 930), -9, PAPER, BRICK)
    envelope(sheet, (1190, 940), 12, mix(HONEY, PAPER, 0.5), LAKE)


def closed_box(sheet: Canvas, left: float, top: float, tint: Colour) -> None:
    """A shut box with its slot, its name and its lock."""
    sheet.block(left, top, left + 246, top + 220, tint, 6)
    sheet.block(left + 28, top + 34, left + 218, top + 62, mix(INK, LAKE, 0.35), 5)
    sheet.rect(left + 28, top + 28, left + 218, top + 36, mix(tint, PAPER, 0.5))
    sheet.rect(left + 28, top + 96, left + 150, top + 132, PAPER)
    sheet.line([(left + 42, top + 114), (left + 118 + (left % 23), top + 114)], mix(INK, PAPER, 0.4), 5)
    sheet.disc((left + 204, top + 168), 14, mix(tint, INK, 0.28))
    sheet.line([(left + 204, top + 162), (left + 204, top + 174)], INK, 4)


def open_box(sheet: Canvas) -> None:
    """The box whose door no longer shuts."""
    left, top = 752.0, 376.0
    sheet.rect(left, top, left + 246, top + 220, mix(INK, LAKE, 0.1))
    letters = (
        (40, -16, PAPER),
        (78, -7, ROSE),
        (112, 4, STONE),
        (146, 9, mix(MIST, WATER, 0.3)),
        (184, 17, HONEY),
    )
    for x, slope, tint in letters:
        sheet.shape(
            turned(box(left + x - 22, top - 34, left + x + 26, top + 204), (left + x, top + 204), slope), tint
        )
        sheet.line(
            turned([(left + x + 2, top + 10), (left + x + 2, top + 90)], (left + x, top + 204), slope),
            mix(tint, INK, 0.28),
            4,
        )
    sheet.rect(left, top + 176, left + 246, top + 220, mix(PAPER, INK, 0.2))
    door = [(left + 246, top), (left + 350, top + 44), (left + 350, top + 268), (left + 246, top + 220)]
    sheet.shape(door, BRICK)
    sheet.shape(
        [(left + 262, top + 42), (left + 334, top + 72), (left + 334, top + 98), (left + 262, top + 66)],
        mix(BRICK, INK, 0.55),
    )
    sheet.shape(
        [(left + 266, top + 110), (left + 312, top + 129), (left + 312, top + 162), (left + 266, top + 142)],
        PAPER,
    )


def envelope(sheet: Canvas, centre: Point, slope: float, tint: Colour, stamp: Colour) -> None:
    """An envelope that slid to the floor."""
    x, y = centre
    corners = turned(box(x - 130, y - 78, x + 130, y + 78), centre, slope)
    sheet.veil([(a + 8, b + 12) for a, b in corners], INK, 0.22)
    sheet.shape(corners, tint)
    sheet.line(
        turned([(x - 128, y - 76), (x, y + 12), (x + 128, y - 76)], centre, slope), mix(tint, INK, 0.25), 5
    )
    sheet.shape(turned(box(x + 78, y + 18, x + 116, y + 62), centre, slope), stamp)


def bibliotheque(sheet: Canvas) -> None:
    """A shelf in the library, with the gap a borrowed book leaves."""
    sheet.rect(0, 0, 1500, 1000, mix(LAKE, INK, 0.35))
    wood = mix(SAND, WARN, 0.38)
    chance = Chance("bibliotheque 2")
    for top, foot in ((-60, 282), (316, 640), (674, 1010)):
        sheet.rect(0, top, 1500, foot, mix(mix(LAKE, INK, 0.5), WARN, 0.14))
        books(sheet, foot, chance, (1010, 1130) if top == 316 else (1600, 1600))
        sheet.rect(0, foot, 1500, foot + 34, wood)
        sheet.rect(0, foot + 24, 1500, foot + 34, mix(wood, INK, 0.3))
        sheet.veil(box(0, top, 1500, top + 26), INK, 0.3)
    leaning = turned(box(1066, 386, 1112, 640), (1112, 640), -13)
    sheet.shape(leaning, BRICK)
    sheet.shape(turned(box(1066, 420, 1112, 440), (1112, 640), -13), HONEY)
    sheet.shape(turned(box(1066, 590, 1112, 598), (1112, 640), -13), HONEY)
    for x in (52, 1420):
        sheet.rect(x, 0, x + 30, 1000, wood)
        sheet.rect(x + 22, 0, x + 30, 1000, mix(wood, INK, 0.25))


def books(sheet: Canvas, foot: float, chance: Chance, gap: tuple[float, float]) -> None:
    """Fill one shelf with spines, leaving the gap free."""
    tints = (
        BRICK,
        LAKE,
        STONE,
        GOOD,
        mix(BRICK, INK, 0.45),
        WATER,
        SAND,
        HONEY,
        ROSE,
        mix(INK, PAPER, 0.25),
        MOSS,
        PAPER,
    )
    left, last = 0.0, -1
    while left < 1500:
        wide, tall = chance.between(26, 62), chance.between(196, 272)
        if left + wide > gap[0] and left < gap[1]:
            left = gap[1]
            continue
        pick = int(chance.between(0, len(tints) - 0.01))
        pick = (pick + 1) % len(tints) if pick == last else pick
        last, tint = pick, tints[pick]
        sheet.rect(left, foot - tall, left + wide - 3, foot, tint)
        band = mix(tint, INK, 0.4) if sum(tint) > 380 else mix(tint, PAPER, 0.6)
        style = int(chance.between(0, 4))
        if style == 0:
            sheet.rect(left, foot - tall + 26, left + wide - 3, foot - tall + 34, band)
            sheet.rect(left, foot - 44, left + wide - 3, foot - 36, band)
        elif style == 1:
            sheet.rect(left + wide * 0.22, foot - tall + 40, left + wide * 0.7, foot - tall + 108, band)
        elif style == 2:
            sheet.line([(left + wide / 2 - 2, foot - tall + 40), (left + wide / 2 - 2, foot - 76)], band, 5)
        sheet.rect(left + wide * 0.3, foot - 26, left + wide * 0.66, foot - 10, PAPER)
        left += wide


def carte(sheet: Canvas) -> None:
    """The map of the fountains, folded in eight and unfolded a hundred times."""
    sheet.rect(0, 0, 1500, 1000, mix(WARN, SAND, 0.45))
    for y in range(0, 1000, 125):
        sheet.rect(0, y, 1500, y + 4, mix(WARN, INK, 0.2))
    sheet.veil(box(112, 84, 1416, 950), INK, 0.25)
    sheet.rect(90, 60, 1410, 930, PAPER)
    land = mix(PAPER, STONE, 0.75)
    sheet.rect(116, 86, 1384, 904, land)
    for number in range(5):
        crest = [
            (116, 210 - number * 20),
            (420, 250 - number * 38),
            (760, 190 - number * 22),
            (1080, 240 - number * 34),
            (1384, 170 - number * 16),
        ]
        sheet.line(smooth(crest), mix(land, WARN, 0.38), 3)
    shore = smooth(points("116,720 330,742 520,694 700,724 820,786 1010,770 1200,700 1384,716"))
    sheet.shape([*shore, (1384, 904), (116, 904)], mix(WATER, PAPER, 0.25))
    for depth in (34, 74):
        sheet.line([(x, y + depth) for x, y in shore if y + depth < 890], mix(WATER, LAKE, 0.15), 3)
    streets(sheet, land)
    compass(sheet)
    for x in (420, 750, 1080):
        sheet.veil([(x - 2, 60), (x + 26, 60), (x + 26, 930), (x - 2, 930)], INK, 0.06)
        sheet.line([(x, 60), (x, 930)], mix(STONE, INK, 0.13), 2)
    sheet.veil(box(90, 494, 1410, 520), INK, 0.05)


def streets(sheet: Canvas, land: Colour) -> None:
    """The streets, the square, the brook, and a dot for each fountain."""
    sheet.line(smooth(points("930,86 900,240 980,400 930,560 960,780")), mix(WATER, PAPER, 0.1), 12)
    lines: tuple[list[Point], ...] = (
        points("116,600 400,610 700,560 1000,610 1384,560"),
        points("116,420 380,460 640,420 900,470 1180,430 1384,452"),
        points("260,300 520,320 800,290 1100,330 1384,280"),
        [(330, 742), (350, 560), (300, 300)],
        points("560,694 600,520 540,320 580,180"),
        points("770,740 740,560 770,420 740,240"),
        points("1130,740 1100,560 1160,420 1100,220"),
        [(1290, 690), (1260, 500), (1300, 300)],
    )
    for thickness, tint in ((22, mix(STONE, INK, 0.2)), (15, PAPER)):
        for street in lines:
            sheet.line(smooth(street), tint, thickness)
    sheet.rect(676, 500, 812, 604, mix(STONE, INK, 0.2))
    sheet.rect(682, 506, 806, 598, mix(ROSE, PAPER, 0.55))
    chance = Chance("blocks 5")
    for _ in range(150):
        x, y = chance.between(140, 1350), chance.between(270, 680)
        wide, high = chance.between(16, 40), chance.between(14, 30)
        around = [
            sheet.image.getpixel((int(a * sheet.scale), int(b * sheet.scale)))
            for a in (x - 8, x + wide / 2, x + wide + 8)
            for b in (y - 8, y + high / 2, y + high + 8)
        ]
        if all(seen == land for seen in around):
            sheet.rect(x, y, x + wide, y + high, mix(STONE, WARN, 0.32))
    sheet.line(smooth(points("116,662 420,676 760,640 1080,672 1384,630")), mix(INK, PAPER, 0.3), 5)
    for street in lines:
        for number, (x, y) in enumerate(smooth(street, 5)):
            if number % 3 == 1:
                sheet.disc((x + chance.between(-16, 16), y - 18), 9, LAKE)
    sheet.disc((744, 552), 34, PAPER)
    sheet.disc((744, 552), 28, BRICK)
    sheet.disc((744, 552), 13, PAPER)


def compass(sheet: Canvas) -> None:
    """North, and how far a hundred steps go."""
    sheet.disc((1290, 826), 46, PAPER)
    sheet.shape(points("1290,770 1304,826 1290,882 1276,826"), mix(INK, PAPER, 0.3))
    sheet.shape([(1290, 770), (1304, 826), (1276, 826)], BRICK)
    for number in range(4):
        sheet.rect(150 + number * 60, 862, 210 + number * 60, 874, INK if number % 2 == 0 else PAPER)


SCENES = {"lettres": lettres, "bibliotheque": bibliotheque, "carte": carte}
