"""What the contestants of engine-benchmark have in common: they are asked on stdin and answer each line with one line.

    first BATCH THREADS             loads what is not loaded yet and scores once  -> the way it is done
    prepare BATCH THREADS           the same, and chooses the fastest of several ways for `measure` -> that way
    measure BATCH THREADS SECONDS   scores again and again                        -> "IMAGES SECONDS"
    logits BATCH THREADS            scores once                                   -> the logits

A contestant says its name first, before it has loaded a network, or "absent: " and why it does not take part.
"""

import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from safetensors.numpy import load_file


class Server:
    """`ways(batch, threads)` gives, by a name, functions that make a function from images to logits; the default
    first."""

    def __init__(self, folder, ways):
        self.folder = folder
        self.ways = ways
        self.chosen = {}
        self.images = {}

    def batch(self, count):
        if count not in self.images:
            self.images[count] = np.ascontiguousarray(load_file(f"{self.folder}/images.safetensors")["images"][:count])
        return self.images[count]

    def first(self, batch, threads):
        if (batch, threads) not in self.chosen:
            name, make = next(iter(self.ways(batch, threads).items()))
            self.chosen[batch, threads] = name, make()
        name, score = self.chosen[batch, threads]
        score(self.batch(batch))
        return name

    def prepare(self, batch, threads):
        candidates = {name: make() for name, make in self.ways(batch, threads).items()}
        times = {name: [] for name in candidates}
        for _ in range(4):
            for name, score in candidates.items():
                start = time.perf_counter()
                score(self.batch(batch))
                times[name].append(time.perf_counter() - start)
        best = min(times, key=lambda name: statistics.median(times[name][1:]))
        self.chosen[batch, threads] = best, candidates[best]
        return best

    def measure(self, batch, threads, seconds):
        images, score = self.batch(batch), self.chosen[batch, threads][1]
        count, start, elapsed = 0, time.perf_counter(), 0
        while elapsed < seconds:
            score(images)
            count += batch
            elapsed = time.perf_counter() - start
        return f"{count} {elapsed}"

    def logits(self, batch, threads):
        self.first(batch, threads)
        return " ".join(str(value) for value in self.chosen[batch, threads][1](self.batch(batch)).ravel())


def halves(score):
    """Scores the two halves of a batch at once, each on a thread of its own."""
    pool = ThreadPoolExecutor(2)
    return lambda images: np.concatenate(list(pool.map(score, np.split(images, 2))))


def serve(name, folder, ways):
    """Answers until stdin ends."""
    server = Server(folder, ways)
    print(name, flush=True)
    for line in sys.stdin:
        command, batch, threads, *rest = line.rstrip("\n").split("\t")
        try:
            print(getattr(server, command)(int(batch), int(threads), *map(float, rest)), flush=True)
        except Exception as error:
            print("failed:", type(error).__name__, str(error).replace("\n", " ")[:200], flush=True)
