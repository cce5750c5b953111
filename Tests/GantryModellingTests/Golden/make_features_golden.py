#!/usr/bin/env python3
"""Writes features.json: distributions of features, distances and quantiles by NumPy (eigh of numpy.cov).

    make_features_golden.py > features.json        (needs numpy)

Features are a fixed formula of SplitMix64's numbers, so that the other side makes the same ones. Directions and
variances are rounded to Float32, as the file of a bundle has them.
"""

import json

import numpy as np

MASK = (1 << 64) - 1


def split_mix(seed, counter):
    mixed = (seed + (counter + 1) * 0x9E3779B97F4A7C15) & MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
    return mixed ^ (mixed >> 31)


def uniform(seed, counter):
    return (split_mix(seed, counter) >> 11) * 2.0**-53


def samples(seed, rows, columns, dead):
    values = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            own = uniform(seed, row * (columns + 8) + column) / (1 + 0.125 * column)
            shared = uniform(seed, row * (columns + 8) + columns + column % 8)
            values[row, column] = 0 if column >= columns - dead else own + 0.5 * shared
    return values.astype(np.float32)


def distribution(values):
    rows, columns = values.shape
    values = values.astype(np.float64)
    mean = values.mean(axis=0)
    variances, vectors = np.linalg.eigh(np.atleast_2d(np.cov(values, rowvar=False)))
    order = np.argsort(variances)[::-1][: min(64, (rows - 1) // 2, columns // 2)]
    total = values.var(axis=0, ddof=1).sum()
    residual = max((total - variances[order].sum()) / (columns - len(order)), 1e-6 * total / columns)
    return mean, vectors[:, order].T, np.maximum(variances[order], residual), residual


def distances(fitted, values):
    mean, directions, variances, residual = (np.float32(part).astype(np.float64) for part in fitted)
    centred = values.astype(np.float64) - mean
    parts = centred @ directions.T
    rest = np.maximum((centred**2).sum(axis=1) - (parts**2).sum(axis=1), 0)
    return np.sqrt(((parts**2 / variances).sum(axis=1) + rest / residual) / values.shape[1])


cases = []
# More samples than features, fewer, features that never vary, and more than 64 directions' worth of either.
for seed, rows, columns, dead in [(1, 60, 24, 0), (2, 30, 40, 0), (3, 80, 32, 5), (4, 260, 200, 20), (5, 3, 2, 0)]:
    fitted = distribution(samples(seed, rows, columns, dead))
    # What is like them, and what is not: twice as large, and shifted where training data never varied.
    probes = samples(seed + 100, 12, columns, dead)
    probes[8:10] *= 2
    probes[10:, -1] += np.float32(0.25)
    found = distances(fitted, probes)
    shares = [0.5, 0.9, 0.95, 0.99, 0.995, 0.999]
    cases.append(
        {
            "seed": seed, "rows": rows, "columns": columns, "dead": dead, "mean": fitted[0].tolist(),
            "variances": fitted[2].tolist(), "residualVariance": float(fitted[3]), "distances": found.tolist(),
            "quantiles": np.quantile(found, shares).tolist(),
        }
    )
print(json.dumps(cases))
