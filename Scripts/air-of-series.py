#!/usr/bin/env python3
"""Prints how much air the body encloses over each series that was tried: the table of docs/series-selection.md.

Usage: Scripts/air-of-series.py REPORTS

REPORTS is an output folder of `gantry ingest`. For series that the bundle refuses (a head of 7 mm) ingest with a copy
of it whose `largest-slice-thickness-mm` is higher.
"""
import json
import pathlib
import sys


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 64
    print("| series | slices | air, ml | most on a slice, of the body |\n|---|---|---|---|")
    for path in sorted(pathlib.Path(sys.argv[1]).rglob("report.json")):
        report = json.loads(path.read_text(encoding="utf-8"))
        for series in report["series"]:
            air = series.get("trial", {}).get("enclosedAirMillilitres")
            if air is None:
                continue
            fractions = [s.get("lungFraction", 0) for s in report["slices"]] if series["isChosen"] else []
            most = f"{max(fractions, default=0):.2f}" if fractions else ""
            name = series.get("seriesDescription") or series["seriesInstanceUID"]
            slices = series.get("geometry", {}).get("positions", "")
            print(f"| {name} | {slices} | {air:.0f} | {most} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
