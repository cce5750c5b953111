#!/usr/bin/env python3
"""Writes a seed corpus for each fuzz target: small valid inputs that a fuzzer would take long to find.

    write_seeds.py FOLDER

Each target reads its numbers from the front of the input; see Fuzz/Targets/FuzzInput.hpp.
"""

import json
import pathlib
import struct
import sys
import zlib

ROWS, COLUMNS = 8, 6


def request(bits_allocated=16, fragments=1):
    """Rows, columns, flags, bits stored, high bit, fragments, as FuzzInput.hpp takes them."""
    flags = 1 if bits_allocated == 16 else 0
    return bytes([ROWS - 1, COLUMNS - 1, flags, bits_allocated - 1, 0, fragments - 1])


def run_length_frame(segments):
    """PS3.5 annex G: one literal or replicate run after the other in each segment."""
    bodies = []
    for segment in range(segments):
        body = b""
        for row in range(ROWS):
            if row % 2:
                body += bytes([257 - COLUMNS, row + segment])
            else:
                body += bytes([COLUMNS - 1]) + bytes((row * 7 + column) % 256 for column in range(COLUMNS))
        bodies.append(body + b"\0" * (len(body) % 2))
    offsets, at = [], 64
    for body in bodies:
        offsets.append(at)
        at += len(body)
    header = struct.pack("<16I", segments, *offsets, *[0] * (15 - segments))
    return header + b"".join(bodies)


def jpeg_frame(frame_marker, precision):
    """Start of image, a comment, a frame header, a scan header and one byte."""
    comment = b"\xff\xfe\x00\x06seed"
    frame = struct.pack(">BBHBHHBBBB", 0xFF, frame_marker, 11, precision, ROWS, COLUMNS, 1, 1, 0x11, 0)
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x01\x00\x00"
    return b"\xff\xd8" + comment + frame + scan + b"\x00\xff\xd9"


def safetensors(tensors, metadata=None):
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, kind, shape, values in tensors:
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def element(group, number, vr, value):
    """Explicit little endian. A list of values makes a sequence: of undefined length where it ends with None."""
    if isinstance(value, list):
        undefined = value[-1] is None
        body = b"".join(
            struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF if undefined else len(item)) + item
            + (struct.pack("<HHI", 0xFFFE, 0xE00D, 0) if undefined else b"") for item in value if item is not None)
        end = struct.pack("<HHI", 0xFFFE, 0xE0DD, 0) if undefined else b""
        return struct.pack("<HH2sHI", group, number, b"SQ", 0, 0xFFFFFFFF if undefined else len(body)) + body + end
    value += b" " * (len(value) % 2)
    if vr in (b"OB", b"OW", b"UN"):
        return struct.pack("<HH2sHI", group, number, vr, 0, len(value)) + value
    return struct.pack("<HH2sH", group, number, vr, len(value)) + value


def implicit(group, number, value):
    return struct.pack("<HHI", group, number, len(value)) + value


def dicom(syntax, data_set):
    uid = syntax.encode() + b"\0" * (len(syntax) % 2)
    meta = element(2, 0x10, b"UI", uid)
    return bytes(128) + b"DICM" + element(2, 0, b"UL", struct.pack("<I", len(meta))) + meta + data_set


def fragments(*parts):
    body = b"".join(struct.pack("<HHI", 0xFFFE, 0xE000, len(part)) + part for part in (b"",) + parts)
    head = struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OB", 0, 0xFFFFFFFF)
    return head + body + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)


def dicom_files():
    header = element(8, 0x16, b"UI", b"1.2.840.10008.5.1.4.1.1.2") + element(8, 0x18, b"UI", b"1.2.3.4")
    inner = element(0x20, 0x32, b"DS", b"0\\0\\1")
    groups = element(0x5200, 0x9230, b"SQ", [element(0x20, 0x9113, b"SQ", [inner]), element(0x20, 0x9113, b"SQ", [inner, None])])
    image = element(0x28, 0x10, b"US", b"\2\0") + element(0x28, 0x11, b"US", b"\2\0")
    native = element(0x7FE0, 0x10, b"OW", bytes(8))
    whole = header + image + groups + native
    deflater = zlib.compressobj(wbits=-15)
    plain = implicit(8, 0x18, b"1.2.3.4\0") + implicit(0x28, 0x10, b"\2\0") + implicit(0x7FE0, 0x10, bytes(8))
    return [
        dicom("1.2.840.10008.1.2.1", whole), dicom("1.2.840.10008.1.2", plain), plain, whole,
        dicom("1.2.840.10008.1.2.1.99", deflater.compress(whole) + deflater.flush()),
        dicom("1.2.840.10008.1.2.5", header + image + fragments(b"ab", b"cdef")),
        dicom("1.2.840.10008.1.2.1", header + element(0x9, 0x1001, b"UN", b"xy") + native + element(0xFFFC, 0xFFFC, b"OB", bytes(4)))]


def message(value):
    text = json.dumps(value).encode()
    return struct.pack("<I", len(text)) + text


def answer(value):
    return message({"answer": {"number": 0, "_1": value}})


def seeds():
    yield "element_index", dicom_files()
    yield "run_length", [request() + run_length_frame(2), request(8) + run_length_frame(1),
                         request(fragments=3) + run_length_frame(2)]
    yield "jpeg_header", [request() + jpeg_frame(0xC3, 16), request() + jpeg_frame(0xF7, 12),
                          request(8) + jpeg_frame(0xC0, 8), request(fragments=2) + jpeg_frame(0xC1, 12)]
    stored = struct.pack("<48h", *range(-1024, 3776, 100))
    no_numbers = bytes(2) + struct.pack("<h", -1024) + bytes(8)
    yield "hounsfield", [request() + no_numbers + stored, request(8) + no_numbers + stored]
    yield "japanese_text", [b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
                            b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J", b"\x1b$(D0!\x1b(B"]
    yield "safetensors_header", [
        safetensors([("a", "F32", [2, 2], bytes(16)), ("b", "BF16", [3], bytes(6))], {"format": "pt"}),
        safetensors([("half", "F16", [1], b"\x00\x3c"), ("none", "F32", [0], b"")])]
    yield "reader_messages", [
        message({"ready": {"protocolVersion": 1}}) + message({"opening": {"number": 0}}),
        message({"unavailable": {"_0": "no dictionary"}}),
        answer({"pixelDigest": {"_0": "0" * 64}}),
        answer({"slice": {"_0": {"clampedPixels": 0, "paddingPixels": 3, "smallestHU": -1024, "largestHU": 3071}}}),
        answer({"failed": {"_0": "damaged", "detail": "it ends early"}}),
        answer({"instance": {"_0": {
            "file": "0.dcm", "sopInstanceUID": "1.2.3", "sopClassUID": "1.2.4", "studyInstanceUID": "1.2.5",
            "seriesInstanceUID": "1.2.6", "transferSyntax": "1.2.840.10008.1.2.1", "patient": {}, "study": {},
            "series": {"modality": "CT", "seriesNumber": 3}, "imageType": ["ORIGINAL", "PRIMARY"],
            "hasBurnedInAnnotation": False, "wasLossyCompressed": False}}})]


def main():
    folder = pathlib.Path(sys.argv[1])
    for target, inputs in seeds():
        (folder / target).mkdir(parents=True, exist_ok=True)
        for number, content in enumerate(inputs):
            (folder / target / f"seed-{number}").write_bytes(content)


if __name__ == "__main__":
    main()
