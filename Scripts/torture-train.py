#!/usr/bin/env python3
"""Kills a training run with SIGKILL at random moments, resumes it each time, and compares what comes out, byte for byte,
with a run that was left alone.

    torture-train.py GANTRY KILLS [SEED]
"""
import hashlib, os, random, signal, subprocess, sys, tempfile, time, zlib, struct
from pathlib import Path


def png(width, height, pixels):
    rows = b"".join(b"\0" + pixels[y * width * 3:(y + 1) * width * 3] for y in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pictures(folder, count, side, generator):
    for label, name in enumerate(["high", "low"]):
        place = folder / name
        place.mkdir(parents=True)
        for number in range(count):
            pixels = bytes(
                generator.randrange(60) + (150 if (y < side // 2) == (label == 0) else 20)
                for y in range(side) for _ in range(side * 3))
            (place / f"{number}.png").write_bytes(png(side, side, pixels))


def digest(bundle):
    return hashlib.sha256((bundle / "model.safetensors").read_bytes()).hexdigest()


def history(bundle):
    lines = [line.split(",") for line in (bundle / "history.csv").read_text().splitlines()]
    return [line[:-2] for line in lines]


def main():
    gantry, kills = sys.argv[1], int(sys.argv[2])
    generator = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    root = Path(__file__).resolve().parent.parent
    weights = root / "Tests/GantryWeightImportTests/Golden/bottleneck.pth"
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        pictures(folder / "pictures", 40, 32, generator)
        command = [
            gantry, "train", "--images", folder / "pictures", "--model", weights, "--stride", "v1.5", "--input-size",
            "32", "--batch", "4", "--epochs", "12"]
        began = time.monotonic()
        subprocess.run(command + ["--output", folder / "alone"], check=True, stdout=subprocess.DEVNULL)
        whole = time.monotonic() - began
        done = runs = 0
        while done < kills:
            bundle = folder / f"killed-{runs}"
            runs += 1
            arguments = command + ["--output", bundle]
            while True:
                process = subprocess.Popen(
                    list(map(str, arguments)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                try:
                    process.wait(timeout=generator.uniform(0.02, whole * 0.5))
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                    done += 1
                    if bundle.exists():
                        arguments = [gantry, "train", "--resume", bundle]
                    continue
                if process.returncode != 0:
                    sys.exit(f"exit {process.returncode} of {' '.join(map(str, arguments))}")
                break
            if digest(bundle) != digest(folder / "alone") or history(bundle) != history(folder / "alone"):
                sys.exit(f"run {runs}: another result than that of the run that was left alone")
            left = [path.name for path in folder.iterdir() if path.name.endswith(".partial")]
            print(f"run {runs}: the same bytes after {done} kills in all; {len(left)} folders of killed beginnings left",
                  flush=True)
    print(f"{done} kills in {runs} runs: every one ended in the same bytes")


if __name__ == "__main__":
    main()
