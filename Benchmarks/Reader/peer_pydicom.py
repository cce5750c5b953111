#!/usr/bin/env python3
"""pydicom with the fastest plug-in for each encoding: pylibjpeg (libjpeg, openjpeg, rle) and pyjpegls (CharLS 2)."""

import numpy as np
import pydicom
from pydicom.pixels import pixel_array

from peer_loop import serve

PLUGINS = {
    "1.2.840.10008.1.2.5": "pylibjpeg",
    "1.2.840.10008.1.2.4.70": "pylibjpeg",
    "1.2.840.10008.1.2.4.80": "pyjpegls",
    "1.2.840.10008.1.2.4.90": "pylibjpeg",
}


def header(file):
    data = pydicom.dcmread(file, stop_before_pixels=True)
    # Values are parsed where they are asked for: ask for what a scan needs.
    return (
        data.SOPInstanceUID, data.SOPClassUID, data.StudyInstanceUID, data.SeriesInstanceUID, data.Rows, data.Columns,
        data.ImagePositionPatient, data.ImageOrientationPatient, data.PixelSpacing, data.RescaleSlope,
        data.RescaleIntercept, data.ImageType)


def hounsfield(file):
    data = pydicom.dcmread(file)
    pixels = pixel_array(data, decoding_plugin=PLUGINS.get(data.file_meta.TransferSyntaxUID, ""))
    slope, intercept = float(data.RescaleSlope), float(data.RescaleIntercept)
    if slope == 1 and intercept.is_integer():
        return pixels.astype(np.int16) + np.int16(intercept)
    return np.rint(pixels * slope + intercept).astype(np.int16)


serve(f"pydicom {pydicom.__version__}", header, hounsfield)
