"""What the peers of reader-benchmark have in common: they take commands from stdin and answer each with one line.

    scan FOLDER FILES       that many headers of the folder, up to the pixel data  -> "FILES SECONDS"
    decode FOLDER READERS   every file to Hounsfield units, READERS times at once  -> "SLICES SECONDS"
    sum FOLDER              the sum of all Hounsfield units of the folder          -> "SUM 0"

Only the work is timed, not the start of Python or its imports.
"""

import multiprocessing
import os
import sys
import time

import numpy as np


def files(folder):
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder))]


def decode_all(arguments):
    hounsfield, folder = arguments
    count = 0
    for file in files(folder):
        pixels = hounsfield(file)
        if pixels.dtype != np.int16 or pixels.shape != (512, 512):
            raise ValueError(f"{file}: {pixels.dtype} {pixels.shape}")
        count += 1
    return count


def answer(command, folder, number, header, hounsfield, pool):
    start = time.perf_counter()
    if command == "scan":
        names = files(folder)[:number]
        for file in names:
            header(file)
        return len(names), time.perf_counter() - start
    if command == "decode" and number == 1:
        return decode_all((hounsfield, folder)), time.perf_counter() - start
    if command == "decode":
        count = sum(pool.imap_unordered(decode_all, [(hounsfield, folder)] * number))
        return count, time.perf_counter() - start
    if command == "sum":
        return sum(int(hounsfield(file).sum(dtype=np.int64)) for file in files(folder)), 0
    raise ValueError(command)


def serve(name, header, hounsfield):
    """Answers until stdin ends. `header(file)` reads attributes, `hounsfield(file)` gives an int16 array."""
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(name, flush=True)
        for line in sys.stdin:
            command, folder, *rest = line.rstrip("\n").split("\t")
            try:
                count, seconds = answer(command, folder, int(rest[0]) if rest else 1, header, hounsfield, pool)
                print(count, seconds, flush=True)
            except Exception as error:
                print("failed", type(error).__name__, str(error).replace("\n", " ")[:200], flush=True)
