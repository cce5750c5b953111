#!/usr/bin/env python3
"""From Hounsfield units to a network's input, as Gantry makes it: window, area-averaging resize, normalisation.

    python3 preprocess.py hu.npy x.npy --window=-600,1500 --input-size 224 --input-convention torch

hu.npy is an array of int16 [slices, rows, columns], as `gantry extract` writes it; x.npy becomes float32
[slices, channels, side, side], as `gantry model run` and `--golden` take it. Or import it and call `prepare`.

Needs NumPy alone. A test of Gantry's compares it with the executable; docs/bundle.md says what for.
"""

import argparse

import numpy as np

# Mean and standard deviation of each channel, for windowed values of 0 to 1, and whether the first channel is blue.
CONVENTIONS = {
    "torch": ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225], False),
    "caffe": ([103.939 / 255, 116.779 / 255, 123.68 / 255], [1 / 255, 1 / 255, 1 / 255], True),
    "tf": ([0.5, 0.5, 0.5], [0.5, 0.5, 0.5], False),
}


def windowed(hu, centre, width, function="LINEAR"):
    """Values of 0 to 1, by DICOM's VOI LUT function (PS3.3 C.11.2.1.2 and C.11.2.1.3)."""
    x = np.asarray(hu, np.float64)
    if function == "LINEAR":
        if width == 1:
            return (x > centre - 0.5).astype(np.float64)
        return np.clip((x - (centre - 0.5)) / (width - 1) + 0.5, 0, 1)
    if function == "LINEAR_EXACT":
        return np.clip((x - centre) / width + 0.5, 0, 1)
    if function == "SIGMOID":
        # Beyond 100 nothing of the smaller term is left.
        return 1 / (1 + np.exp(np.clip(-4 * (x - centre) / width, -100, 100)))
    raise ValueError(f"{function} is none of LINEAR, LINEAR_EXACT and SIGMOID")


def shares(pixels, cells):
    """Which share of each cell each pixel has, [cells, pixels], where `cells` of the same size lie over `pixels`."""
    edges = np.arange(cells + 1) * (pixels / cells)
    begin, end = edges[:-1, None], edges[1:, None]
    pixel = np.arange(pixels)[None]
    overlap = np.minimum(end, pixel + 1) - np.maximum(begin, pixel)
    return np.clip(overlap, 0, None) * (cells / pixels)


def resized(image, side):
    """[..., rows, columns] as [..., side, side]: each new pixel is the mean of the area that it covers."""
    rows, columns = image.shape[-2:]
    return shares(rows, side) @ image @ shares(columns, side).T


def prepare(hu, windows=((-600, 1500),), side=224, mean=CONVENTIONS["torch"][0], deviation=CONVENTIONS["torch"][1],
            blue_first=False):
    """float32 [slices, channels, side, side] of Hounsfield units [slices, rows, columns].

    A window is (centre, width) or (centre, width, function). One window fills every channel; of three the first is
    red's, whatever the order of the channels. There are as many channels as means.

    Windows come before the resize: a voxel outside a window counts as the window's border.
    """
    planes = [resized(windowed(hu, *window), side) for window in windows]
    if blue_first:
        planes.reverse()
    if len(planes) == 1:
        planes = planes * len(mean)
    channels = [(plane - m) / d for plane, m, d in zip(planes, mean, deviation, strict=True)]
    return np.stack(channels, axis=1).astype("<f4")


def window(text):
    centre, width, *function = text.split(",")
    return (float(centre), float(width), *function)


def numbers(text):
    return [float(part) for part in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("hu")
    parser.add_argument("x")
    parser.add_argument("--window", action="append", type=window, metavar="c,w[,function]",
                        help="centre and width, HU; once, or three times, red first")
    parser.add_argument("--padding-mask", metavar="mask.npy",
                        help="where padding is, as gantry extract writes it: air to the network")
    parser.add_argument("--input-size", type=int, default=224)
    parser.add_argument("--input-convention", choices=CONVENTIONS)
    parser.add_argument("--mean", type=numbers, metavar="m[,m,m]", help="instead of a convention")
    parser.add_argument("--standard-deviation", type=numbers, metavar="s[,s,s]")
    options = parser.parse_args()
    if options.mean is None:
        mean, deviation, blue_first = CONVENTIONS[options.input_convention or "torch"]
    else:
        mean, deviation, blue_first = options.mean, options.standard_deviation, False
    hu = np.load(options.hu)
    if options.padding_mask:
        hu[np.load(options.padding_mask)] = -1024
    np.save(options.x, prepare(hu, options.window or ((-600, 1500),), options.input_size, mean, deviation, blue_first))


if __name__ == "__main__":
    main()
