#!/usr/bin/env python3
"""GDCM through its Python bindings."""

import gdcm
import numpy as np

from peer_loop import serve

PIXEL_DATA = gdcm.Tag(0x7FE0, 0x0010)
STORED = {gdcm.PixelFormat.INT16: np.int16, gdcm.PixelFormat.UINT16: np.uint16, gdcm.PixelFormat.UINT12: np.uint16,
          gdcm.PixelFormat.INT12: np.int16}
TAGS = [gdcm.Tag(*tag) for tag in (
    (0x0008, 0x0008), (0x0008, 0x0016), (0x0008, 0x0018), (0x0020, 0x000D), (0x0020, 0x000E), (0x0020, 0x0032),
    (0x0020, 0x0037), (0x0028, 0x0010), (0x0028, 0x0011), (0x0028, 0x0030), (0x0028, 0x1052), (0x0028, 0x1053))]


def header(file):
    reader = gdcm.Reader()
    reader.SetFileName(file)
    if not reader.ReadUpToTag(PIXEL_DATA):
        raise ValueError(file)
    values = gdcm.StringFilter()
    values.SetFile(reader.GetFile())
    return [values.ToString(tag) for tag in TAGS]


def hounsfield(file):
    reader = gdcm.ImageReader()
    reader.SetFileName(file)
    if not reader.Read():
        raise ValueError(file)
    image = reader.GetImage()
    columns, rows = image.GetDimension(0), image.GetDimension(1)
    # The bindings hand bytes over as text.
    stored = np.frombuffer(
        image.GetBuffer().encode("utf-8", errors="surrogateescape"), STORED[image.GetPixelFormat().GetScalarType()])
    slope, intercept = image.GetSlope(), image.GetIntercept()
    if slope == 1 and float(intercept).is_integer():
        pixels = stored.astype(np.int16) + np.int16(intercept)
    else:
        pixels = np.rint(stored * slope + intercept).astype(np.int16)
    return pixels.reshape(rows, columns)


serve(f"GDCM {gdcm.Version.GetVersion()}", header, hounsfield)
