#!/usr/bin/env python3
"""Writes texture.json: the texture of inputs, as InputTexture.swift defines it, by NumPy in Float64.

    make_texture_golden.py > texture.json        (needs numpy)

Inputs are SplitMix64's numbers, so that the other side makes the same ones.
"""

import json

import numpy as np

MASK = (1 << 64) - 1


def uniform(seed, counter):
    mixed = (seed + (counter + 1) * 0x9E3779B97F4A7C15) & MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
    return ((mixed ^ (mixed >> 31)) >> 11) * 2.0**-53


def mean(values):
    return np.abs(values).mean() if values.size else 0.0


def texture(plane):
    inner = plane[1:-1, 1:-1]
    laplacian = 4 * inner - plane[:-2, 1:-1] - plane[2:, 1:-1] - plane[1:-1, :-2] - plane[1:-1, 2:] if inner.size else inner
    means = [
        mean(np.diff(plane, axis=1)) + mean(np.diff(plane, axis=0)),
        mean(plane[:, 2:] - plane[:, :-2]) + mean(plane[2:] - plane[:-2]),
        mean(laplacian),
    ]
    return [float(np.log(value + 1e-6)) for value in means]


cases = []
for seed, channels, height, width, scale in [
    (1, 3, 9, 7, 4.0), (2, 1, 64, 48, 0.01), (3, 2, 2, 5, 1.0), (4, 1, 1, 1, 1.0), (5, 1, 6, 6, 0.0), (6, 1, 3, 3, 1.0),
]:
    count = channels * height * width
    values = np.array([np.float32(scale * uniform(seed, index)) for index in range(count)], dtype=np.float64)
    planes = values.reshape(channels, height, width)
    cases.append(
        {
            "seed": seed, "channels": channels, "height": height, "width": width, "scale": scale,
            "texture": [number for plane in planes for number in texture(plane)],
        }
    )
print(json.dumps(cases))
