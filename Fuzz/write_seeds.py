#!/usr/bin/env python3
"""Writes a seed corpus for each fuzz target: small valid inputs that a fuzzer would take long to find.

    write_seeds.py FOLDER

Each target reads its numbers from the front of the input; see Fuzz/Targets/FuzzInput.hpp.
"""

import json
import pathlib
import struct
import sys

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


def message(value):
    text = json.dumps(value).encode()
    return struct.pack("<I", len(text)) + text


def answer(value):
    return message({"answer": {"number": 0, "_1": value}})


def seeds():
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
