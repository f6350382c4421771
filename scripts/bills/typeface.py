"""Makes the typeface of bills from Liberation Sans: Latin, Greek and Cyrillic, without hints, under a name of its own.

Run it with `uv run --with fonttools==4.68.0 scripts/bills/typeface.py FOLDER`, where FOLDER holds LiberationSans-Regular.ttf
and LiberationSans-Bold.ttf, version 2 (Debian: fonts-liberation2; version 1 has another licence). The SIL Open Font License
keeps the name Liberation for unchanged fonts, hence the new one; the widths are those of Arial and Helvetica.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

DATA = Path(__file__).resolve().parents[2] / "src/parvis/lib/bills/data"
NAME = "Parvis Bill"
COPYRIGHT, FAMILY, STYLE, UNIQUE, FULL, VERSION, POSTSCRIPT = range(7)
KEPT = {COPYRIGHT, FAMILY, STYLE, UNIQUE, FULL, VERSION, POSTSCRIPT, 13, 14}  # 13 and 14: the licence
SCRIPTS = (
    range(0x20, 0x7F),
    range(0xA0, 0x250),
    range(0x370, 0x530),  # Greek, Cyrillic
    range(0x1E00, 0x1F00),
    range(0x2000, 0x2070),  # dashes, quotation marks, bullets
    (0x20AC, 0x2116, 0x2122, 0x2190, 0x2192, 0x2212, 0x00D7, 0x2260, 0x2264, 0x2265),
)


def main(folder: Path) -> None:
    for style in ("Regular", "Bold"):
        font = TTFont(folder / f"LiberationSans-{style}.ttf")
        font["name"].names = [one for one in font["name"].names if one.nameID in KEPT]
        for place, name in ((FAMILY, NAME), (FULL, f"{NAME} {style}"), (UNIQUE, f"{NAME} {style}")):
            font["name"].setName(name, place, 3, 1, 0x409)
        font["name"].setName(f"ParvisBill-{style}", POSTSCRIPT, 3, 1, 0x409)
        font["name"].names = [one for one in font["name"].names if one.platformID == 3]
        options = subset.Options(
            hinting=False, layout_features=[], name_IDs=["*"], notdef_outline=True, glyph_names=False
        )
        options.drop_tables += ["FFTM", "GPOS", "GSUB", "GDEF", "kern"]
        cut = subset.Subsetter(options)
        cut.populate(unicodes=[point for script in SCRIPTS for point in script])
        cut.subset(font)
        font.save(DATA / f"{style.lower()}.ttf")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
