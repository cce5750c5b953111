#!/usr/bin/env python3
"""Writes lidc0001_chest_133.json: what pydicom makes of a real chest CT, for `gantry extract` to be compared with.

Usage: make_extract_golden.py FOLDER OUTPUT.json
FOLDER holds the unpacked members of ../shared/data/series/lidc0001_chest_133.tar.xz. Needs pydicom and numpy.

Hounsfield units are stored value * Rescale Slope + Rescale Intercept, also where the pixel is padding. Slices stand in
the order of Image Position (Patient) projected on the normal of Image Orientation (Patient). The digest is that of the
whole array [slices, rows, columns] as little-endian Int16 in C order.
"""

import hashlib
import json
import pathlib
import sys

import numpy
import pydicom


def position(dataset):
    """Image Position (Patient) along the plane's normal, mm."""
    orientation = [float(value) for value in dataset.ImageOrientationPatient]
    normal = numpy.cross(orientation[:3], orientation[3:])
    return float(numpy.dot(normal, [float(value) for value in dataset.ImagePositionPatient]))


def hounsfield(dataset):
    """The slice [rows, columns] in HU; every value of this series is a whole number that fits Int16."""
    values = dataset.pixel_array.astype(numpy.float64) * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
    assert numpy.array_equal(values, numpy.rint(values)) and values.min() >= -32768 and values.max() <= 32767
    return values.astype("<i2")


def main(folder, output):
    datasets = sorted((pydicom.dcmread(path) for path in pathlib.Path(folder).rglob("*.dcm")), key=position)
    volume = numpy.stack([hounsfield(dataset) for dataset in datasets])
    golden = {
        "madeWith": f"pydicom {pydicom.__version__}, numpy {numpy.__version__}",
        "seriesInstanceUID": str(datasets[0].SeriesInstanceUID),
        "shape": list(volume.shape),
        "sha256": hashlib.sha256(volume.tobytes()).hexdigest(),
        "smallestHU": int(volume.min()),
        "largestHU": int(volume.max()),
        "sopInstanceUIDs": [str(dataset.SOPInstanceUID) for dataset in datasets],
        "positionsMillimetres": [position(dataset) for dataset in datasets],
    }
    pathlib.Path(output).write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
