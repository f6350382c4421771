"""Turns the lines of results on stdin into the table of docs/dev/benchmarks.md."""

import json
import sys


def cell(value: object) -> str:
    """A figure, a name, or nothing."""
    return (
        ""
        if value is None
        else "–"
        if value == ""
        else f"{value:g}"
        if isinstance(value, int | float)
        else str(value)
    )


def row(line: str) -> str:
    """One result as a row."""
    said = json.loads(line)
    kept = "" if said["target"] is None else "yes" if said["holds"] else "**no**"
    cells = [
        said["bench"].split("/", 1)[1],
        said["unit"],
        *(cell(said[key]) for key in ("ours", "peer", "ratio", "target")),
        kept,
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print("| bench | unit | ours | peer | ratio | target | holds |")
    print("|---|---|---|---|---|---|---|")
    print("\n".join(row(line) for line in sys.stdin if line.strip()))
