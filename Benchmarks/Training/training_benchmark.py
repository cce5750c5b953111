#!/usr/bin/env python3
"""Measures training: Gantry, and PyTorch beside it in interleaved rounds, two threads each.

    training_benchmark.py --trainer FILE --gantry FILE --folder FOLDER [--python FILE] [--pneumonia FILE] [--rounds 5]
                          [--epochs 2] [--only speed|pneumonia]

Figures are medians of the rounds, a ratio is the median of the rounds' ratios. Memory is the most that a process had
resident (VmHWM), PyTorch's with its libraries. It ends with 1 where what must hold does not: a frozen backbone's later
epochs 20 times as fast as the first, and PneumoniaMNIST's validation AUC of 0.95. Needs nothing but Python's standard
library; the peers run in --python.
"""

import argparse
import csv
import os
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
THREADS = 2
# What it is called, network, side, batch, images of an epoch, what is frozen, precision.
SETTINGS = [
    ("ResNet-50 at 224, batch 16", "resnet50-v1.5", 224, 16, 32, "none", "f32"),
    ("ResNet-18 at 224, batch 16", "resnet18", 224, 16, 64, "none", "f32"),
    ("ResNet-50 at 112, batch 32", "resnet50-v1.5", 112, 32, 64, "none", "f32"),
    ("ResNet-50 at 224, batch 16, bf16", "resnet50-v1.5", 224, 16, 32, "none", "bf16"),
    ("ResNet-18 at 224, batch 16, bf16", "resnet18", 224, 16, 64, "none", "bf16"),
    ("ResNet-50 at 224, batch 16", "resnet50-v1.5", 224, 16, 64, "backbone", "f32"),
]
LATER_AT_LEAST = 20
AREA_AT_LEAST = 0.95
BATCH, LEARNING_RATE = 64, 0.001


class Contestant:
    """A process that trains, and is asked for one epoch at a time."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.name = self.process.stdout.readline().strip()
        if not self.name or self.name.startswith("absent"):
            self.process.stdin.close()
            self.process.wait()
            raise RuntimeError(self.name or "it does not start")

    def rate(self, epoch):
        """Images a second."""
        # Threads of the other's may go on asking for work for a while.
        time.sleep(0.1)
        self.process.stdin.write(epoch + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        try:
            return int(answer[0]) / float(answer[1])
        except (IndexError, ValueError):
            raise RuntimeError(" ".join(answer) or "it has ended") from None

    def end(self):
        """Bytes at the peak."""
        with open(f"/proc/{self.process.pid}/status") as lines:
            peak = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
        self.process.stdin.close()
        self.process.wait()
        return peak


def load():
    with open("/proc/loadavg") as file:
        return "load " + file.read().split()[0]


def line(label, cells):
    print(f"{label:<40}" + "".join(f"{cell:>10}" for cell in cells), flush=True)


def figure(value):
    return "-" if value is None else f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def row(label, own, other, memory):
    """`own` and `other`: images/s of each round; `memory`: bytes of both, nil where they stand in another row."""
    ratio = statistics.median(a / b for a, b in zip(own, other)) if other else None
    cells = [figure(statistics.median(own)), figure(statistics.median(other) if other else None), figure(ratio)]
    if memory:
        cells += [f"{peak / 1e6:.0f}" if peak else "-" for peak in memory]
        cells.append(figure(memory[0] / memory[1]) if memory[1] else "-")
    line(label, cells)


def speed(arguments):
    """Whether what must hold does."""
    print(f"Training, {THREADS} threads, SGD, medians of {arguments.rounds} interleaved rounds; {load()}")
    line("", ["images/s", "", "", "peak, MB"])
    line("", ["Gantry", "PyTorch", "ratio", "Gantry", "PyTorch", "ratio"])
    holds, names = True, []
    for label, *words, freeze, precision in SETTINGS:
        words = [str(word) for word in words] + [freeze, precision, str(THREADS)]
        own, other = Contestant([arguments.trainer] + words), None
        if arguments.python:
            try:
                other = Contestant([arguments.python, f"{HERE}/peer_pytorch.py"] + words)
            except RuntimeError as error:
                print(f"PyTorch takes no part: {error}")
        names = [contestant.name for contestant in (own, other) if contestant]
        for contestant in (own, other):
            if contestant:
                contestant.rate("first")
        first, later, peer = [], [], []
        for _ in range(arguments.rounds):
            if freeze != "none":
                first.append(own.rate("first"))
            later.append(own.rate("later"))
            if other:
                peer.append(other.rate("later"))
        memory = own.end(), other.end() if other else None
        if freeze == "none":
            row(label, later, peer, memory)
            continue
        print(label + ", backbone frozen")
        row("  first epoch (PyTorch: every)", first, peer, memory)
        row("  later epochs", later, peer, None)
        times = statistics.median(b / a for a, b in zip(first, later))
        holds = times >= LATER_AT_LEAST
        print(f"  later epochs are {figure(times)} times as fast as the first (must be {LATER_AT_LEAST})"
              + ("" if holds else ": NOT HELD"))
    print("; ".join(names) + f"; {load()}")
    return holds


def pneumonia(arguments):
    """Whether what must hold does."""
    if not arguments.python or not arguments.pneumonia or not os.path.exists(arguments.pneumonia):
        print("PneumoniaMNIST: left out, for want of " + ("the file" if arguments.python else "NumPy"))
        return True
    file = f"{arguments.folder}/pneumonia.npz"
    script = [arguments.python, f"{HERE}/pneumonia.py"]
    subprocess.run(script + ["make", arguments.pneumonia, file], check=True)
    print(f"\nPneumoniaMNIST, ResNet-18 with CIFAR's stem at 28, Adam, batch {BATCH}, {arguments.epochs} epochs; {load()}")
    line("", ["AUC", "seconds"] + [f"epoch {epoch + 1}" for epoch in range(arguments.epochs)])
    least = 1
    for precision in ("f32", "bf16"):
        bundle = f"{arguments.folder}/pneumonia-{precision}"
        shutil.rmtree(bundle, ignore_errors=True)
        start = time.perf_counter()
        run = subprocess.run(
            [arguments.gantry, "train", "--images", file, "--output", bundle, "--architecture", "resnet18", "--stem",
             "cifar", "--input-size", "28", "--epochs", str(arguments.epochs), "--batch", str(BATCH), "--optimizer",
             "adam", "--learning-rate", str(LEARNING_RATE), "--augmentation", "none", "--precision", precision,
             "--threads", str(THREADS)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        seconds = time.perf_counter() - start
        if run.returncode != 0:
            print(run.stdout)
            return False
        with open(f"{bundle}/history.csv") as rows:
            areas = [float(row["val_auc"]) for row in csv.DictReader(rows)]
        least = min(least, max(areas))
        line(f"Gantry, {precision}, files to sealed bundle",
             [f"{max(areas):.4f}", f"{seconds:.0f}"] + [f"{area:.4f}" for area in areas])
    peer = subprocess.run(
        script + ["train", file, str(arguments.epochs), str(BATCH), str(LEARNING_RATE), str(THREADS)],
        stdout=subprocess.PIPE, text=True)
    rows = [[float(word) for word in row.split()] for row in peer.stdout.splitlines()]
    if rows and peer.returncode == 0:
        areas_there = [area for _, area, _ in rows]
        line("PyTorch, the epochs alone",
             [f"{max(areas_there):.4f}", f"{rows[-1][2]:.0f}"] + [f"{area:.4f}" for area in areas_there])
    holds = least >= AREA_AT_LEAST
    print(f"The best epoch's AUC is {least:.4f} or more (must be {AREA_AT_LEAST})" + ("" if holds else ": NOT HELD"))
    return holds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--trainer", required=True, help="training-benchmark")
    parser.add_argument("--gantry", required=True)
    parser.add_argument("--folder", required=True, help="of what is made")
    parser.add_argument("--python", help="of the peers' virtual environment")
    parser.add_argument("--pneumonia", help="pneumoniamnist.npz")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=2, help="of PneumoniaMNIST")
    parser.add_argument("--only", choices=["speed", "pneumonia"])
    arguments = parser.parse_args()
    for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        os.environ.pop(variable, None)
    holds = [part(arguments) for part in (speed, pneumonia) if arguments.only in (None, part.__name__)]
    sys.exit(0 if all(holds) else 1)


if __name__ == "__main__":
    main()
