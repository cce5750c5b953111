"""Writes codestreams.base64.csv, small images encoded by programs other than the ones Gantry decodes with, and
big-endian-words.dcm.base64.

    python write_codestreams.py

Needs numpy, imagecodecs 2026.3.6 (JPEG-LS by CharLS, JPEG 2000 by OpenJPEG, high-throughput JPEG 2000 by OpenJPH),
pylibjpeg with its libjpeg plug-in, pydicom 3.0.2, and DCMTK's `dcmcjpeg` and `dcmconv`. Restart intervals of lossless
JPEG, and of JPEG-LS, and its preset parameters, which none of them writes, are encoded here and decoded by libjpeg (and
CharLS) before they are believed.

Each row: a name, the transfer syntax, bits stored, whether values are signed, the frame, how far decoded values may lie
from `stored`, and the encoded frame. The tests compute `stored` themselves.
"""

import base64
import csv
import pathlib
import struct
import subprocess
import tempfile

import imagecodecs
import libjpeg
import numpy
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import generate_frames

import jpeg_ls

HERE = pathlib.Path(__file__).parent
ROWS, COLUMNS = 23, 29
UID = "1.2.840.10008.1.2."


def stored(bits, is_signed, frame=0):
    """Smooth with jumps, over the whole range of `bits`; the tests have the same formula."""
    row, column = numpy.mgrid[:ROWS, :COLUMNS]
    value = row * 37 + column * 11 + frame * 101 + row * column % 23 * 17
    jump = (row * 7 + column * 13 + frame) % 41 == 0
    value = numpy.where(jump, value * 8191, value) % (1 << bits)
    return value - (1 << bits - 1) if is_signed else value


def bits_of(values):
    return (values & 0xFFFF).astype(numpy.uint16)


def by_dcmcjpeg(values, bits, *options):
    """The frame that DCMTK encodes with these options, and what it decodes of it."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = "1.2.3"
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = ROWS, COLUMNS, 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = (8 if bits <= 8 else 16), bits, bits - 1
    dataset.PixelRepresentation = 0
    data = values.astype("u1" if bits <= 8 else "<u2").tobytes()
    dataset.PixelData = data + b"\0" * (len(data) % 2)
    dataset["PixelData"].VR = "OB" if bits <= 8 else "OW"
    with tempfile.TemporaryDirectory() as folder:
        plain, jpeg = pathlib.Path(folder, "plain"), pathlib.Path(folder, "jpeg")
        dataset.save_as(plain, enforce_file_format=True)
        subprocess.run(["dcmcjpeg", *options, plain, jpeg], check=True)
        subprocess.run(["dcmdjpeg", jpeg, plain], check=True)
        frame = next(generate_frames(pydicom.dcmread(jpeg).PixelData, number_of_frames=1))
        return frame, pydicom.dcmread(plain).pixel_array.astype(int)


def lossless_by_dcmcjpeg(values, bits, predictor, point_transform=0):
    frame, decoded = by_dcmcjpeg(values, bits, "+el", "+sv", str(predictor), "+pt", str(point_transform))
    assert (decoded == values >> point_transform << point_transform).all()
    return frame


def lossless_jpeg(samples, bits, predictor, rows_per_interval):
    """ITU-T T.81 process 14 with a code of 5 bits for each of the 17 categories, plainly."""
    segment = lambda marker, body: struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
    out = b"\xff\xd8" + segment(0xC4, bytes([0]) + bytes([0, 0, 0, 0, 17] + [0] * 11) + bytes(range(17)))
    out += segment(0xC3, struct.pack(">BHHBBBB", bits, *samples.shape, 1, 1, 0x11, 0))
    out += segment(0xDD, struct.pack(">H", rows_per_interval * samples.shape[1]))
    out += segment(0xDA, bytes([1, 1, 0, predictor, 0, 0]))
    for number, first in enumerate(range(0, len(samples), rows_per_interval)):
        if number:
            out += bytes([0xFF, 0xD0 + (number - 1) % 8])
        text = ""
        for row in range(first, min(first + rows_per_interval, len(samples))):
            for column in range(samples.shape[1]):
                a = int(samples[row, column - 1]) if column else 0
                b = int(samples[row - 1, column]) if row > first else 0
                c = int(samples[row - 1, column - 1]) if row > first and column else 0
                if row == first:
                    prediction = a if column else 1 << bits - 1
                elif column == 0:
                    prediction = b
                else:
                    prediction = [a, b, c, a + b - c, a + (b - c >> 1), b + (a - c >> 1), a + b >> 1][predictor - 1]
                difference = (int(samples[row, column]) - prediction + 32767) % 65536 - 32767
                category = abs(difference).bit_length()
                text += f"{category:05b}"
                if 0 < category < 16:
                    extra = difference if difference > 0 else difference + (1 << category) - 1
                    text += f"{extra:0{category}b}"
        text += "1" * (-len(text) % 8)
        data = int(text, 2).to_bytes(len(text) // 8, "big")
        out += data.replace(b"\xff", b"\xff\x00")
    out += b"\xff\xd9"
    assert (libjpeg.decode(out) == samples).all(), (bits, predictor, rows_per_interval)
    return out


def jpeg_ls_stream(samples, bits, thresholds, near=0, **options):
    out = jpeg_ls.encode(samples, bits, thresholds, near, **options)
    # CharLS predicts wrongly where MAXVAL is no power of two less one.
    others = [libjpeg.decode(out)] + ([] if "maxval" in options else [imagecodecs.jpegls_decode(out)])
    for decoded in others:
        assert abs(decoded.astype("i4") - samples).max() <= near and (decoded == others[0]).all(), (bits, options)
    return out


def streams():
    for bits in (8, 12, 16):
        for predictor in range(1, 8):
            values = stored(bits, False)
            name = f"JPEG lossless by DCMTK, {bits} bits, predictor {predictor}"
            yield name, "4.57", bits, False, 0, 0, lossless_by_dcmcjpeg(values, bits, predictor)
    for frame in range(3):
        values = stored(12, False, frame)
        yield "JPEG lossless, restarts", "4.57", 12, False, frame, 0, lossless_jpeg(values, 12, 1 + 2 * frame, 2)
        jls = imagecodecs.jpegls_encode(values.astype("u2"), level=0)
        yield "JPEG-LS", "4.80", 12, False, frame, 0, jls
        values = stored(16, True, frame).astype("i2")
        j2k = imagecodecs.jpeg2k_encode(values, codecformat="j2k", reversible=True, level=0)
        yield "JPEG 2000", "4.90", 16, True, frame, 0, j2k
        ht = imagecodecs.htj2k_encode(values, reversible=True)
        yield "HTJ2K lossless", "4.201", 16, True, frame, 0, ht
    yield "JPEG lossless, point transform", "4.57", 12, False, 0, 7, lossless_by_dcmcjpeg(stored(12, False), 12, 6, 3)
    yield "JPEG lossless, all predictors' extremes", "4.57", 16, False, 0, 0, lossless_jpeg(stored(16, False), 16, 7, 1)
    for option, syntax, bits in (("+eb", "4.50", 8), ("+ee", "4.51", 12), ("+es", "4.53", 12), ("+ep", "4.55", 12)):
        values = stored(bits, False)
        data, decoded = by_dcmcjpeg(values, bits, option, "+q", "100")
        yield f"JPEG lossy by DCMTK, {option}", syntax, bits, False, 0, int(abs(decoded - values).max()) + 1, data
    near = imagecodecs.jpegls_encode(stored(12, False).astype("u2"), level=2)
    yield "JPEG-LS near-lossless", "4.81", 12, False, 0, 2, near
    for bits in (2, 8, 16):
        values = stored(bits, False)
        data = imagecodecs.jpegls_encode(values.astype("u1" if bits <= 8 else "u2"), level=0)
        yield f"JPEG-LS, {bits} bits", "4.80", bits, False, 0, 0, data
    values = stored(12, False)
    data = jpeg_ls_stream(values, 12, (18, 67, 276), rows_per_interval=2)
    yield "JPEG-LS, restarts", "4.80", 12, False, 0, 0, data
    data = jpeg_ls_stream(values, 13, (9, 40, 300), maxval=5000, reset=31)
    yield "JPEG-LS, preset parameters", "4.80", 12, False, 0, 0, data
    data = jpeg_ls_stream(values, 12, (138, 267, 546), near=120, rows_per_interval=8)
    yield "JPEG-LS near-lossless, runs", "4.81", 12, False, 0, 120, data
    rpcl = imagecodecs.htj2k_encode(stored(12, False).astype("u2"), reversible=True)
    yield "HTJ2K lossless, RPCL", "4.202", 12, False, 0, 0, rpcl
    yield "HTJ2K", "4.203", 12, False, 0, 0, imagecodecs.htj2k_encode(stored(12, False).astype("u2"), reversible=True)
    # Two's complement handed to an encoder that takes it for unsigned, as some archives do.
    patterns = (stored(13, True) & 0x1FFF).astype("u2")
    j2k = imagecodecs.jpeg2k_encode(patterns, codecformat="j2k", reversible=True, level=0, bitspersample=13)
    yield "JPEG 2000, other sign", "4.90", 13, True, 0, 0, j2k


def big_endian_words():
    """Two frames of 8 bits in words of big-endian order, of an odd number of pixels each, by DCMTK's `dcmconv`."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = "1.2.3.4"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.Modality = "1.2.3", "1.2.3.1", "CT"
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel, dataset.NumberOfFrames = ROWS, COLUMNS, 1, 2
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 8, 8, 7, 0
    dataset.RescaleIntercept, dataset.RescaleSlope = 0, 1
    frames = numpy.stack([stored(8, False, frame) for frame in (0, 1)])
    dataset.PixelData = frames.astype("u1").tobytes()
    dataset["PixelData"].VR = "OW"
    with tempfile.TemporaryDirectory() as folder:
        little, big = pathlib.Path(folder, "little"), pathlib.Path(folder, "big")
        dataset.save_as(little, enforce_file_format=True)
        subprocess.run(["dcmconv", "+tb", little, big], check=True)
        assert (pydicom.dcmread(big).pixel_array == frames).all()
        return big.read_bytes()


def main():
    (HERE / "big-endian-words.dcm.base64").write_bytes(base64.encodebytes(big_endian_words()))
    with open(HERE / "codestreams.base64.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("name", "transferSyntax", "bitsStored", "isSigned", "frame", "tolerance", "base64"))
        for name, syntax, bits, is_signed, frame, tolerance, data in streams():
            row = (name, UID + syntax, bits, int(is_signed), frame, tolerance, base64.b64encode(data).decode())
            writer.writerow(row)


if __name__ == "__main__":
    main()
