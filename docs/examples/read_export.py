"""Reads the tables of `gantry export` (CSV) with pandas, each column by its type: docs/export.md.

    python3 read_export.py DIR      prints how many rows each table has, and a line for each verdict
"""

import json
import re
import sys
from pathlib import Path

import pandas as pd

INTEGERS = """revision attempts longest_run_slices aggregated_slices scored_slices slices files_seen files_scored
    files_skipped files_rejected series_index rank series_number instances images positions gaps missing_slices
    frame_number slice_index instance_number clamped_pixels""".split()
NUMBERS = """probability interval_lower interval_upper negative_below positive_from fraction_positive tube_voltage_kv
    slice_thickness_mm slice_spacing_mm smallest_spacing_mm largest_spacing_mm tilt_degrees enclosed_air_ml position_mm
    lung_fraction lung_area_mm2 training_distance""".split()
BOOLEANS = "is_standing scores_from_store is_chosen is_regular".split()
MOMENTS = "queued_at updated_at retry_at failed_since_at judged_at started_at finished_at".split()
LISTS = "failed_quality noted_quality classes failed_rules transfer_syntaxes class_probabilities remarks".split()


def text(cell):
    """The text that a cell holds: without the apostrophes before what a spreadsheet might take for a formula."""
    return re.sub(r"(^|[;\t\r\n])([ \"]*)'", r"\1\2", cell)


def table(path):
    """The table in a file."""
    # Nothing is guessed: "NA" may be a name, and a key may look like a number.
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    for name in frame:
        cells = frame[name]
        if name in INTEGERS:
            frame[name] = cells.map(lambda cell: int(cell) if cell else pd.NA).astype("Int64")
        elif name in NUMBERS:
            frame[name] = cells.map(lambda cell: float(cell) if cell else float("nan")).astype(float)
        elif name in BOOLEANS:
            frame[name] = cells.map({"true": True, "false": False}).astype("boolean")
        elif name in MOMENTS:
            frame[name] = pd.to_datetime(cells.where(cells != ""), utc=True)
        elif name in LISTS:
            frame[name] = cells.map(lambda cell: json.loads(text(cell)) if cell else None)
        else:
            frame[name] = cells.map(lambda cell: text(cell) if cell else None)
    return frame


def main(folder):
    tables = {name: table(Path(folder) / f"{name}.csv") for name in ("studies", "series", "slices", "files")}
    for name, frame in tables.items():
        print(name, len(frame))
    keys = ["study_key", "revision"]
    highest = tables["slices"].groupby(keys)["probability"].max().rename("highest").reset_index()
    studies = tables["studies"].merge(highest, on=keys, how="left")
    # A study that failed since its last verdict has none that counts.
    judged = studies[studies["finding"].notna() & studies["failed_since_at"].isna()]
    for row in judged.itertuples():
        print(row.study_key, row.revision, row.finding, f"{row.probability:.4f}", f"{row.highest:.4f}")


if __name__ == "__main__":
    main(sys.argv[1])
