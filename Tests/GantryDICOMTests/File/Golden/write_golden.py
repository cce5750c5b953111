"""Writes what the tests of the DICOM file reader compare with, from the shared test data.

    python write_golden.py SHARED_DATA_FOLDER

Needs pydicom 3.0.2, numpy, pylibjpeg with its libjpeg, openjpeg and rle plug-ins, pyjpegls, and DCMTK's `dcmdjpeg` for
the two retired JPEG processes that pydicom does not decode. Writes beside itself:

- hounsfield.csv: for each image that decodes exactly, SHA-256 of its Hounsfield units (Int16, little endian, row by
  row), smallest, largest and mean. HU = slope x stored + intercept in double, rounded to the nearest (ties to even).
- lossy_samples.csv: for lossy JPEG, which decoders may round differently, stored values on a grid.
- outcomes.csv is not written here: it says, file by file, what the reader shall make of files that are no plain CT.
"""

import csv
import hashlib
import io
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

import numpy
import pydicom

HERE = pathlib.Path(__file__).parent
LOSSY_JPEG = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"}
RETIRED_JPEG = {"1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55"}


def files(root):
    """(name, bytes) of every file but the malformed ones; members of archives are ARCHIVE/MEMBER."""
    for path in sorted(root.rglob("*")):
        if not path.is_file() or path.parent.name == "malformed" or path.parent == root:
            continue
        name = str(path.relative_to(root))
        if name.endswith(".tar.xz"):
            with tarfile.open(path) as archive:
                for member in sorted(archive.getmembers(), key=lambda member: member.name):
                    if member.isfile():
                        yield name + "/" + pathlib.Path(member.name).name, archive.extractfile(member).read()
        else:
            yield name, path.read_bytes()


def with_known_codec(data):
    """The data set, decompressed by DCMTK where pydicom has no decoder."""
    dataset = pydicom.dcmread(io.BytesIO(data))
    if dataset.file_meta.get("TransferSyntaxUID") not in RETIRED_JPEG:
        return dataset
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder, "source"), pathlib.Path(folder, "target")
        source.write_bytes(data)
        subprocess.run(["dcmdjpeg", source, target], check=True)
        return pydicom.dcmread(target)


def is_plain_ct(dataset):
    needed = ("RescaleSlope", "RescaleIntercept", "Rows", "SOPInstanceUID", "SeriesInstanceUID")
    return (
        all(keyword in dataset for keyword in needed)
        # One anonymised file has a hash in its place, which is no identifier.
        and re.fullmatch("[0-9.]+", dataset.SOPInstanceUID)
        and dataset.get("SamplesPerPixel") == 1
        and int(dataset.get("NumberOfFrames", 1)) == 1
    )


def main(root):
    exact, lossy = [], []
    for name, data in files(root):
        try:
            dataset = pydicom.dcmread(io.BytesIO(data))
        except pydicom.errors.InvalidDicomError:
            continue
        syntax = getattr(dataset, "file_meta", {}).get("TransferSyntaxUID")
        if not is_plain_ct(dataset):
            continue
        stored = with_known_codec(data).pixel_array
        if syntax in LOSSY_JPEG:
            grid = range(7, 512, 32)
            lossy += [(name, row, column, stored[row, column]) for row in grid for column in grid]
            continue
        hounsfield = numpy.rint(stored * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept))
        hounsfield = hounsfield.clip(-32768, 32767).astype("<i2")
        digest = hashlib.sha256(hounsfield.tobytes()).hexdigest()
        exact.append((name, digest, hounsfield.min(), hounsfield.max(), f"{hounsfield.mean():.6f}"))
    write("hounsfield.csv", ("file", "sha256", "smallest", "largest", "mean"), exact)
    write("lossy_samples.csv", ("file", "row", "column", "stored"), lossy)


def write(name, header, rows):
    with open(HERE / name, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
