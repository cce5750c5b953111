#!/usr/bin/env python3
"""Encodes a folder of uncompressed slices in JPEG 2000 lossless with OpenJPEG: what Gantry itself does not write.

    encode_jpeg2000.py FROM TO
"""

import os
import sys

import pydicom
from pydicom.uid import JPEG2000Lossless

source, target = sys.argv[1:]
os.makedirs(target, exist_ok=True)
for name in sorted(os.listdir(source)):
    data = pydicom.dcmread(os.path.join(source, name))
    data.compress(JPEG2000Lossless, encoding_plugin="pylibjpeg", generate_instance_uid=False)
    data.save_as(os.path.join(target, name))
