"""Makes src/parvis/lib/geo/data/categories.json from the npm package @openstreetmap/id-tagging-schema 6.19.2.

Run it in a folder where `npm pack @openstreetmap/id-tagging-schema@6.19.2` was unpacked:
`uv run scripts/geo/categories.py package/dist`. Which presets, in which groups, is in categories.txt; better names in
category_names.txt.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "src/parvis/lib/geo/data/categories.json"
ITEM = re.compile(r"(?P<key>[^~!+]+)(?P<extent>~?)(?P<private>!?)(?P<tags>(\+.*)?)")


def lines(name: str) -> list[str]:
    return [
        line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]


def typeset(name: str) -> str:
    return name.replace("'", "’").replace(" / ", ", ")


def main() -> None:
    dist = Path(sys.argv[1])
    presets = json.loads((dist / "presets.json").read_text(encoding="utf-8"))
    words: dict[str, dict[str, Any]] = {}
    for language in ("en", "en-GB", "fr"):
        text = (dist / f"translations/{language}.json").read_text(encoding="utf-8")
        words[language] = json.loads(text)[language]["presets"]["presets"]
    better = {key: others for key, *others in (line.split("|") for line in lines("category_names.txt"))}
    found = []
    for group, items in (line.split(":", 1) for line in lines("categories.txt")):
        for item in items.split():
            parts = ITEM.fullmatch(item)
            assert parts, item
            key = parts["key"]
            english, british, french = (words[language].get(key, {}) for language in words)
            en, fr, *also_called = better.pop(key, ("", ""))
            tags = [presets[key]["tags"]]
            if parts["tags"]:
                tags.append(dict(tag.split("=") for tag in parts["tags"].removeprefix("+").split(",")))
            if group == "education" and "addTags" in presets[key]:
                tags.append(
                    {name: value for name, value in presets[key]["addTags"].items() if name not in tags[0]}
                )
            found.append(
                {
                    "key": key,
                    "group": group,
                    "en": en or sentence(typeset(british.get("name") or english["name"])),
                    "fr": fr or sentence(typeset(french["name"])),
                    "terms_en": terms(also_called, english, british),
                    "terms_fr": terms(also_called, french),
                    "icon": presets[key]["icon"],
                    "tags": tags,
                    "extent": bool(parts["extent"]),
                    "private": bool(parts["private"]),
                }
            )
    assert not better, f"no such categories: {', '.join(better)}"
    rows = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in found)
    DATA.write_text(f"[\n{rows}\n]\n", encoding="utf-8")
    print(len(found), "categories,", DATA.stat().st_size, "bytes")


def sentence(name: str) -> str:
    """Chinese Restaurant → Chinese restaurant: a name in a list, not a title; names of peoples keep their capital."""
    first, *others = name.split(" ")
    return " ".join(
        [
            first[:1].upper() + first[1:],
            *(one if one.isupper() else one[:1].lower() + one[1:] for one in others),
        ]
    )


def terms(also: list[str], *translations: dict[str, Any]) -> str:
    """Words to find it by, once each; what stands in its name is found anyway."""
    found = also + [term.strip() for one in translations for term in one.get("terms", "").split(",")]
    names = [
        name for one in translations for name in (one.get("name", ""), *one.get("aliases", "").split("\n"))
    ]
    return ",".join(dict.fromkeys(typeset(term).replace(",", " ") for term in (*names, *found) if term))


if __name__ == "__main__":
    main()
