#!/usr/bin/env python3
"""SimpleITK, which rescales by itself."""

import numpy as np
import SimpleITK

from peer_loop import serve

SimpleITK.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
KEYS = ("0008|0008", "0008|0016", "0008|0018", "0020|000d", "0020|000e", "0020|0032", "0020|0037", "0028|0010",
        "0028|0011", "0028|0030", "0028|1052", "0028|1053")


def header(file):
    reader = SimpleITK.ImageFileReader()
    reader.SetImageIO("GDCMImageIO")
    reader.SetFileName(file)
    reader.ReadImageInformation()
    return [reader.GetMetaData(key) for key in KEYS]


def hounsfield(file):
    image = SimpleITK.ReadImage(file, imageIO="GDCMImageIO")
    return SimpleITK.GetArrayViewFromImage(image)[0].astype(np.int16)


serve(f"SimpleITK {SimpleITK.Version_VersionString()}", header, hounsfield)
