#!/usr/bin/env python3
"""Asks dcentvfy (dicom3tools) whether the objects of each study below an outbox fit each other and the study's images.

Usage: check-study.py REPORTS STUDIES
"""

import subprocess
import sys
from pathlib import Path

import pydicom

reports, studies = Path(sys.argv[1]), Path(sys.argv[2])
images = {}
for path in sorted(studies.rglob("*")):
    if path.is_file() and path.read_bytes()[128:132] == b"DICM":
        header = pydicom.dcmread(path, stop_before_pixels=True)
        images.setdefault(header.StudyInstanceUID, {}).setdefault(header.SOPInstanceUID, path)


def errors(files):
    end = subprocess.run(["dcentvfy", *map(str, files)], capture_output=True, text=True)
    return {line for line in (end.stdout + end.stderr).splitlines() if line.startswith("Error")}


count = 0
for outbox in sorted(reports.glob("outbox/*")):
    objects = sorted(outbox.glob("*.dcm"))
    of_study = list(images[pydicom.dcmread(objects[0]).StudyInstanceUID].values())
    # What the images say of each other is not ours.
    found = errors(of_study + objects) - errors(of_study)
    assert not found, "\n".join(sorted(found))
    count += len(objects)
assert count > 0, "no object"
print(f"  no error in {count} objects beside the images of their studies")
