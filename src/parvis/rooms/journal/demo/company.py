"""Scenes with people in them, or just out of sight: the market, the choir, a café table."""

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
    STONE,
    TAN,
    WARN,
    WATER,
    Canvas,
    Chance,
    Colour,
    Point,
    box,
    circle,
    mix,
    points,
    smooth,
    turned,
)


def marche(sheet: Canvas) -> None:
    """A market stall on Saturday morning, seen from the customer's side."""
    sheet.rect(0, 0, 1500, 1000, mix(PAPER, MIST, 0.6))
    sheet.rect(0, 330, 1500, 640, mix(STONE, SAND, 0.35))
    for number in range(10):
        left, tint = number * 150, (BRICK if number % 2 == 0 else PAPER)
        sheet.shape([(left, 0), (left + 150, 0), (left + 150, 190), (left, 190)], tint)
        sheet.oval((left + 75, 190), 75, 44, tint)
    sheet.veil(box(0, 0, 1500, 60), INK, 0.1)
    for left in (90, 1380):
        sheet.rect(left, 200, left + 26, 1000, mix(WARN, INK, 0.35))
    hanging_scale(sheet)
    sheet.rect(0, 640, 1500, 1000, LAKE)
    for x in range(0, 1500, 125):
        sheet.veil([(x, 650), (x + 46, 650), (x + 30, 1000), (x + 8, 1000)], INK, 0.14)
    sheet.rect(0, 628, 1500, 662, mix(SAND, WARN, 0.35))
    crates = ((40, BRICK), (400, MOSS), (1110, mix(HONEY, BRICK, 0.28)))
    for left, fruit in crates:
        heap(sheet, left, fruit)
    leeks(sheet)
    loaves(sheet)


def heap(sheet: Canvas, left: float, fruit: Colour) -> None:
    """A crate with a heap of round fruit."""
    chance = Chance(f"crate {left}")
    for row, (count, inset) in enumerate(((7, 20), (6, 41), (4, 83))):
        for number in range(count):
            x = left + inset + 22 + number * 42 + chance.between(-4, 4)
            y = 536 - row * 36 + chance.between(-4, 4)
            sheet.disc((x, y), 27, mix(fruit, INK, chance.between(0, 0.22)))
            sheet.disc((x - 8, y - 9), 6, mix(fruit, PAPER, 0.45))
    wood = mix(SAND, WARN, 0.2)
    for top in (540, 588):
        sheet.rect(left, top, left + 340, top + 40, mix(wood, PAPER, 0.1 if top == 540 else 0))
    for x in (left, left + 316):
        sheet.rect(x, 534, x + 24, 630, mix(wood, INK, 0.22))


def leeks(sheet: Canvas) -> None:
    """A bundle of leeks leaning beyond the crate's edge."""
    for number, slope in enumerate((-70, -38, -8, 24, 58)):
        x = 800 + number * 30
        sheet.shape(
            [(x, 628), (x + slope, 470), (x + slope + 26, 470), (x + 26, 628)],
            PAPER if number % 2 else mix(PAPER, MOSS, 0.2),
        )
        for fan in (-34, 0, 34):
            tip = (x + slope * 1.7 + fan + 13, 330 + abs(fan) * 0.7)
            sheet.shape([(x + slope, 474), tip, (x + slope + 26, 474)], mix(GOOD, INK, 0.1 if fan else 0.28))
    sheet.block(786, 560, 962, 584, BRICK, 4)


def loaves(sheet: Canvas) -> None:
    """Two round loaves on a board."""
    for x, y in ((1062, 566), (1010, 590)):
        sheet.oval((x, y), 56, 40, mix(WARN, BRICK, 0.3))
        for cut in (-22, 0, 22):
            sheet.line([(x + cut - 9, y - 14), (x + cut + 9, y + 6)], SAND, 6)


def hanging_scale(sheet: Canvas) -> None:
    """The old spring scale that everyone trusts."""
    sheet.line([(390, 190), (390, 262)], INK, 5)
    sheet.disc((390, 300), 52, mix(INK, LAKE, 0.5))
    sheet.disc((390, 300), 42, PAPER)
    sheet.line([(390, 300), (412, 272)], BRICK, 5)
    for x in (318, 462):
        sheet.line([(390, 352), (x, 428)], INK, 3)
    sheet.shape(smooth(points("306,426 340,460 390,470 440,460 474,426 306,426")), mix(INK, LAKE, 0.5))


def chorale(sheet: Canvas) -> None:
    """The choir on the steps, waiting for the note."""
    sheet.rect(0, 0, 1500, 1000, mix(STONE, SAND, 0.5))
    sheet.rect(470, 250, 1030, 640, mix(INK, BRICK, 0.18))
    sheet.oval((750, 250), 280, 200, mix(INK, BRICK, 0.18))
    sheet.line(
        smooth(points("470,640 470,250 552,108 750,50 948,108 1030,250 1030,640")),
        STONE,
        34,
    )
    for number in range(5):
        top, inset = 520 + number * 96, 210 - number * 70
        sheet.rect(inset, top, 1500 - inset, 1000, mix(STONE, INK, 0.05 + 0.02 * (number % 2)))
        sheet.rect(inset, top + 74, 1500 - inset, top + 96, mix(STONE, INK, 0.2))
    skins = (TAN, BROWN, FAIR, DEEP)
    coats = (LAKE, BRICK, MOSS, mix(INK, LAKE, 0.3), HONEY, mix(BRICK, INK, 0.5), WATER, GOOD, ROSE)
    hairs = (INK, mix(WARN, INK, 0.4), STONE, mix(BRICK, WARN, 0.4), mix(INK, PAPER, 0.55))
    chance, singer = Chance("chorale 3"), 0
    for row, (count, first, step, foot) in enumerate(
        ((5, 482, 134, 640), (6, 400, 140, 760), (5, 430, 160, 880))
    ):
        for number in range(count):
            x = first + number * step + chance.between(-9, 9)
            tall = 268 + chance.between(-26, 20)
            person(
                sheet,
                (x, foot),
                tall,
                coats[(singer * 4) % 9],
                (skins[(singer * 3 + row) % 4], hairs[(singer * 2) % 5]),
            )
            singer += 1


def person(sheet: Canvas, foot: Point, tall: float, coat: Colour, looks: tuple[Colour, Colour]) -> None:
    """Someone standing with an open book of songs."""
    x, y = foot
    skin, hair = looks
    shoulder = y - tall * 0.74
    sheet.rect(x - 26, y - 60, x - 5, y, mix(INK, coat, 0.15))
    sheet.rect(x + 5, y - 60, x + 26, y, mix(INK, coat, 0.15))
    sheet.shape(
        smooth(
            [
                (x - 52, y - 44),
                (x - 56, shoulder + 40),
                (x - 30, shoulder + 4),
                (x, shoulder),
                (x + 30, shoulder + 4),
                (x + 56, shoulder + 40),
                (x + 52, y - 44),
            ]
        ),
        coat,
    )
    sheet.rect(x - 11, shoulder - 16, x + 11, shoulder + 8, mix(skin, INK, 0.12))
    sheet.oval((x, shoulder - 38), 31, 35, skin)
    sheet.shape(
        smooth(
            [
                (x - 34, shoulder - 34),
                (x - 30, shoulder - 66),
                (x, shoulder - 80),
                (x + 30, shoulder - 66),
                (x + 34, shoulder - 34),
                (x + 20, shoulder - 54),
                (x - 18, shoulder - 56),
                (x - 34, shoulder - 34),
            ]
        ),
        hair,
    )
    sheet.oval((x, shoulder - 22), 6, 8, mix(skin, INK, 0.7))
    book = y - tall * 0.5
    sheet.shape([(x, book + 8), (x - 44, book - 8), (x - 44, book + 44), (x, book + 60)], PAPER)
    sheet.shape(
        [(x, book + 8), (x + 44, book - 8), (x + 44, book + 44), (x, book + 60)], mix(PAPER, INK, 0.1)
    )


def cafe(sheet: Canvas) -> None:
    """A café table seen from above, with a notebook and the sun coming in."""
    for row in range(9):
        for column in range(13):
            tint = mix(STONE, SAND, 0.7) if (row + column) % 2 else mix(STONE, LAKE, 0.16)
            sheet.rect(column * 125 - 40, row * 125 - 40, column * 125 + 85, row * 125 + 85, tint)
    sheet.veil(circle((810, 620), 440, 440), INK, 0.28)
    sheet.disc((760, 520), 440, mix(BRICK, INK, 0.4))
    sheet.disc((760, 520), 424, PAPER)
    sheet.disc((760, 520), 408, mix(PAPER, STONE, 0.6))
    chance = Chance("marble")
    for _ in range(7):
        x, y = chance.between(500, 960), chance.between(260, 760)
        sheet.line(
            smooth([(x, y), (x + 46, y + chance.between(-30, 40)), (x + 110, y + chance.between(-20, 50))]),
            mix(STONE, INK, 0.09),
            3,
        )
    cup(sheet, (900, 400))
    notebook = turned(box(470, 400, 730, 740), (600, 570), -14)
    sheet.veil([(x + 16, y + 20) for x, y in notebook], INK, 0.2)
    sheet.shape(notebook, LAKE)
    page = turned(box(484, 408, 722, 732), (600, 570), -14)
    sheet.shape(page, PAPER)
    for number in range(9):
        end = 690 if number not in {3, 8} else 610
        sheet.line(
            turned([(512, 450 + number * 29), (end, 450 + number * 29)], (600, 570), -14),
            mix(INK, PAPER, 0.45),
            4,
        )
    pencil = turned(box(740, 560, 756, 790), (748, 675), 24)
    sheet.veil([(x + 10, y + 12) for x, y in pencil], INK, 0.2)
    sheet.shape(pencil, BRICK)
    sheet.shape(turned([(740, 560), (748, 526), (756, 560)], (748, 675), 24), SAND)
    glass_and_key(sheet)
    sheet.veil(points("1500,0 1500,260 300,1000 40,1000 1120,0"), HONEY, 0.16)


def cup(sheet: Canvas, centre: Point) -> None:
    """A coffee on its saucer, with a spoon."""
    x, y = centre
    sheet.veil(circle((x + 14, y + 18), 124, 124), INK, 0.2)
    sheet.disc(centre, 124, PAPER)
    sheet.disc(centre, 96, mix(PAPER, INK, 0.06))
    sheet.line([(x + 60, y - 36), (x + 118, y - 70)], PAPER, 26)
    sheet.disc(centre, 78, PAPER)
    sheet.disc(centre, 64, mix(WARN, INK, 0.62))
    sheet.line(smooth([(x - 30, y + 14), (x - 6, y - 18), (x + 26, y - 24)]), mix(WARN, SAND, 0.5), 9)
    sheet.line([(x - 84, y + 96), (x + 34, y + 112)], mix(INK, PAPER, 0.45), 9)
    sheet.oval((x - 92, y + 94), 20, 13, mix(INK, PAPER, 0.45))


def glass_and_key(sheet: Canvas) -> None:
    """A glass of water and a saucer with two coins."""
    sheet.disc((880, 690), 64, mix(MIST, PAPER, 0.3))
    sheet.disc((880, 690), 50, mix(WATER, PAPER, 0.35))
    sheet.oval((864, 674), 16, 10, PAPER)
    sheet.disc((700, 250), 62, mix(BRICK, INK, 0.1))
    sheet.disc((700, 250), 48, mix(BRICK, PAPER, 0.12))
    for x, y, size in ((686, 244, 19), (716, 262, 14)):
        sheet.disc((x, y), size, HONEY)
        sheet.disc((x, y), size - 5, mix(HONEY, WARN, 0.25))


SCENES = {"marche": marche, "chorale": chorale, "cafe": cafe}
