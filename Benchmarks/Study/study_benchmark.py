#!/usr/bin/env python3
"""Measures a whole study from files to report: `gantry ingest`, and the same job in Python beside it, as whole commands
in interleaved rounds.

    study_benchmark.py make FOLDER --gantry FILE --model FILE [--python FILE] [--slices 300,2000]
    study_benchmark.py measure FOLDER --gantry FILE [--python FILE] [--rounds 3] [--encodings a,b]
                               [--precisions f32,int8]
    study_benchmark.py opinion FOLDER --gantry FILE [--rounds 3] [--encodings a,b] [--precisions f32]
    study_benchmark.py formats FOLDER --gantry FILE [--rounds 3] [--encodings a,b] [--precisions f32]
    study_benchmark.py flatness FOLDER --gantry FILE [--rounds 1] [--precisions f32] [--slices 50,300,1000,2000]

`opinion` measures what DCMTK's second opinion costs a study (`none`, `sample` and `all`), `formats` what its report
costs in more formats; both in interleaved rounds.

`make` writes phantom series, the first of them also in lossless JPEG (DCMTK's dcmcjpeg), JPEG-LS (dcmcjpls) and, where
the peers' packages are, JPEG 2000 (OpenJPEG), and the bundle's model into FOLDER. Figures are medians; a ratio is the median of the rounds' ratios. Memory is the command's and that of everything it starts, at
its peak: proportional (PSS: a page of several processes is shared out among them) for all together, five times a
second; resident (RSS) for the command's own process and its largest child. Needs nothing but Python's standard library.
"""

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ENCODINGS = ["uncompressed", "jpeg-lossless", "jpeg-ls", "jpeg-2000"]
ENCODERS = {"jpeg-lossless": "dcmcjpeg", "jpeg-ls": "dcmcjpls"}
PEERS = {"f32": ("onnxruntime", "model.onnx"), "int8": ("openvino", "model-int8.xml")}
PEER_NAMES = {"onnxruntime": "ONNX Runtime f32", "openvino": "OpenVINO int8"}
USUAL_FORMATS = ["html", "json"]
PACS_FORMATS = ["sr", "key-objects", "secondary-capture", "pdf", "encapsulated-pdf"]
HERE = os.path.dirname(os.path.abspath(__file__))

PIPELINE = """\
pipeline: study-benchmark
version: "1"
model:
  file: model.safetensors
  sha256: "{sha256}"
  variant: resnet50-v1.5
  classes: [negative, covid19]
  positive-class: covid19
preparation:
  windows:
    - {{center: -600, width: 1500, function: LINEAR}}
  input-size: 224
  mean: [0.485, 0.456, 0.406]
  standard-deviation: [0.229, 0.224, 0.225]
slices:
  select: all
judging:
  aggregation: top-k-mean
  k: 3
  reference-spacing-mm: 10
  negative-below: 0.7
  positive-from: 0.85
report:
  key-pictures: 6
  window: {{center: -600, width: 1500}}
"""


class Memory(threading.Thread):
    """Samples the memory of a process and its descendants until it has ended; all figures in bytes."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process = process
        self.together = 0
        self.largest_child = 0
        self.over = threading.Event()

    def run(self):
        # Not more often: counting the pages of a process costs it about a millisecond.
        while not self.over.wait(0.2):
            children = self.descendants(self.process)
            together = sum(self.kilobytes(process, "smaps_rollup", "Pss:") for process in [self.process] + children)
            peaks = [self.kilobytes(child, "status", "VmHWM:") for child in children]
            self.together = max(self.together, 1024 * together)
            self.largest_child = max([self.largest_child] + [1024 * peak for peak in peaks])

    def kilobytes(self, process, file, key):
        try:
            with open(f"/proc/{process}/{file}") as lines:
                return next((int(line.split()[1]) for line in lines if line.startswith(key)), 0)
        except OSError:
            return 0

    def descendants(self, process):
        found = []
        try:
            for task in os.listdir(f"/proc/{process}/task"):
                with open(f"/proc/{process}/task/{task}/children") as file:
                    found += file.read().split()
        except OSError:
            pass
        return found + [deeper for child in found for deeper in self.descendants(child)]


class Run:
    """One whole command: seconds of wall clock and of processor time, and its memory."""

    def __init__(self, command):
        environment = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
        with tempfile.TemporaryFile() as output:
            begin = time.perf_counter()
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
            memory = Memory(process.pid)
            memory.start()
            _, status, usage = os.wait4(process.pid, 0)
            self.seconds = time.perf_counter() - begin
            process.returncode = os.waitstatus_to_exitcode(status)
            memory.over.set()
            memory.join()
            if process.returncode != 0:
                output.seek(0)
                sys.exit(f"study benchmark: failed: {' '.join(command)}\n{output.read().decode(errors='replace')}")
        self.processor = usage.ru_utime + usage.ru_stime
        self.own = usage.ru_maxrss * 1024
        self.largest_child = memory.largest_child
        self.together = memory.together


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def bundle(folder, precision):
    """The bundle of a precision."""
    return os.path.join(folder, "bundle-" + precision)


def gantry(arguments, precision, series, pipeline=None):
    out = tempfile.mkdtemp(dir=arguments.folder)
    run = Run(
        [arguments.gantry, "ingest", series, "--pipeline", pipeline or bundle(arguments.folder, precision), "--store",
         f"{out}/gantry.sqlite", "--output", f"{out}/reports", "--smallest-free-gb", "0"])
    report = next(
        os.path.join(where, "report.json") for where, _, names in os.walk(out) if "report.json" in names)
    with open(report) as file:
        run.probabilities = {
            slice["sopInstanceUID"]: slice["probabilities"][1] for slice in json.load(file)["slices"]
            if slice["probabilities"]}
    shutil.rmtree(out)
    return run


def peer(arguments, precision, series):
    runtime, model = PEERS[precision]
    out = tempfile.mkdtemp(dir=arguments.folder)
    run = Run(
        [arguments.python, os.path.join(HERE, "peer_study.py"), "--runtime", runtime, "--model",
         os.path.join(arguments.folder, "peers", model), series, out])
    with open(os.path.join(out, "report.json")) as file:
        run.probabilities = {
            slice["sop-instance-uid"]: slice["probability"] for slice in json.load(file)["slices"]}
    shutil.rmtree(out)
    return run


def make(arguments):
    for count in arguments.slices or [300]:
        make_series(arguments, count)
    for encoding in ENCODINGS[1:]:
        make_compressed(arguments, encoding)
    for precision in ["f32", "bf16", "int8"]:
        make_bundle(arguments, precision)


def make_compressed(arguments, encoding):
    """The series of 300 slices in an encoding, without loss."""
    target = series_folder(arguments.folder, 300, encoding)
    plain = series_folder(arguments.folder, 300, "uncompressed")
    if os.path.exists(target):
        return
    if encoding in ENCODERS:
        os.makedirs(target + ".part", exist_ok=True)
        for name in os.listdir(plain):
            subprocess.run(
                [ENCODERS[encoding], os.path.join(plain, name), os.path.join(target + ".part", name)], check=True)
    elif arguments.python:
        encoder = os.path.join(HERE, "..", "Reader", "encode_jpeg2000.py")
        subprocess.run([arguments.python, encoder, plain, target + ".part"], check=True)
    else:
        return
    os.rename(target + ".part", target)


def make_bundle(arguments, precision):
    """The bundle of a precision; int8 is calibrated on slices of the series, as the peer's is."""
    target = bundle(arguments.folder, precision)
    if os.path.exists(target):
        return
    part = target + ".part"
    os.makedirs(part, exist_ok=True)
    model = os.path.join(part, "model.safetensors")
    pipeline = os.path.join(part, "pipeline.yaml")
    shutil.copyfile(arguments.model, model)
    with open(pipeline, "w") as file:
        file.write(PIPELINE.format(sha256=sha256(model)))
    if precision == "int8":
        series = series_folder(arguments.folder, 300, "uncompressed")
        subprocess.run(
            [arguments.gantry, "model", "quantize", series, "--pipeline", part, "--calibration-slices", "100"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(pipeline) as file:
        text = file.read()
    with open(pipeline, "w") as file:
        file.write(text.replace("\nmodel:\n", f"\nmodel:\n  precision: {precision}\n"))
    os.rename(part, target)


def make_series(arguments, count):
    """A phantom of `count` slices of 512 x 512, its files flat in one folder; fewer than 300 are the first of 300."""
    target = series_folder(arguments.folder, count, "uncompressed")
    if os.path.exists(target):
        return
    os.makedirs(target + ".part", exist_ok=True)
    if count < 300:
        source = series_folder(arguments.folder, 300, "uncompressed")
        for name in sorted(os.listdir(source))[:count]:
            os.link(os.path.join(source, name), os.path.join(target + ".part", name))
    else:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as made:
            subprocess.run(
                [arguments.gantry, "phantom", "--output", made, "--studies", "1", "--slices", str(count), "--matrix",
                 "512"], check=True, stdout=subprocess.DEVNULL)
            for where, _, names in os.walk(made):
                for name in names:
                    if name.endswith(".dcm"):
                        os.rename(os.path.join(where, name), os.path.join(target + ".part", name))
    os.rename(target + ".part", target)


def series_folder(folder, count, encoding):
    return os.path.join(folder, f"{encoding}-{count}")


def megabytes(runs, value):
    return statistics.median(value(run) for run in runs) / 1e6


def line(name, runs, ratio):
    together, own, child = (
        megabytes(runs, lambda run: run.together), megabytes(runs, lambda run: run.own),
        megabytes(runs, lambda run: run.largest_child))
    print(
        f"{name:<24}{statistics.median(run.seconds for run in runs):9.2f}"
        f"{statistics.median(run.processor for run in runs):11.2f}{together:12.0f}{own:8.0f}"
        f"{child:8.0f}   {ratio}", flush=True)


def measure(arguments):
    print("series of 300 slices      wall, s  processor   memory, MB     own   child   of the peer: wall, memory")
    for encoding in arguments.encodings:
        series = series_folder(arguments.folder, 300, encoding)
        if not os.path.exists(series):
            print(f"{encoding}: left out, nothing here encodes it")
            continue
        for precision in arguments.precisions:
            own, others = [], []
            has_peer = arguments.python and precision in PEERS
            for _ in range(arguments.rounds):
                if os.path.exists(bundle(arguments.folder, precision)):
                    own.append(gantry(arguments, precision, series))
                if has_peer:
                    others.append(peer(arguments, precision, series))
            print(encoding)
            if own:
                text = ""
                if others:
                    faster = statistics.median(b.seconds / a.seconds for a, b in zip(own, others))
                    smaller = statistics.median(a.together / b.together for a, b in zip(own, others))
                    text = f"{faster:.2f} times as fast, {smaller:.2f} of the memory"
                line(f"  Gantry {precision}", own, text)
            else:
                print(f"  Gantry {precision}: left out, the folder has no such bundle")
            if others:
                line(f"  {PEER_NAMES[PEERS[precision][0]]}", others, "")
            if own and others:
                compare(own[-1].probabilities, others[-1].probabilities)


def compare(own, other):
    """Both must have done the same job: a fast wrong answer is none. Pillow's box is a little off the exact area."""
    if set(own) != set(other):
        print("  they did not score the same slices")
        return
    largest = max(abs(own[uid] - other[uid]) for uid in own)
    print(f"  largest difference of a slice's probability between the two: {largest:.3f}")


def opinion(arguments):
    """What a second opinion costs."""
    extents = ["none", "sample", "all"]
    compare_settings(
        arguments, "none", {extent: ("reader:\n", f"  second-opinion: {extent}\n") for extent in extents})


def formats(arguments):
    """What report formats cost beside those that are usual."""
    named = {"usual": USUAL_FORMATS, "and for the PACS": USUAL_FORMATS + PACS_FORMATS,
             "and FHIR": USUAL_FORMATS + PACS_FORMATS + ["fhir"]}
    compare_settings(
        arguments, "usual", {name: ("report:\n", f"  formats: [{', '.join(some)}]\n") for name, some in named.items()})


def compare_settings(arguments, usual, settings):
    """What settings of the pipeline cost: a ratio is the median of the rounds' ratios to `usual`."""
    print(f"series of 300 slices      wall, s  processor   memory, MB     own   child   of {usual}: wall, processor")
    for encoding in arguments.encodings:
        series = series_folder(arguments.folder, 300, encoding)
        for precision in arguments.precisions:
            if not os.path.exists(bundle(arguments.folder, precision)):
                continue
            runs = {name: [] for name in settings}
            for _ in range(arguments.rounds):
                for name, setting in settings.items():
                    done = gantry(arguments, precision, series, asking(arguments.folder, precision, name, *setting))
                    runs[name].append(done)
            print(f"{encoding}, {precision}")
            for name, done in runs.items():
                wall = statistics.median(a.seconds / b.seconds for a, b in zip(done, runs[usual])) - 1
                processor = statistics.median(a.processor / b.processor for a, b in zip(done, runs[usual])) - 1
                line(f"  {name}", done, f"{100 * wall:+.1f} %, {100 * processor:+.1f} %")


def asking(folder, precision, name, section, setting):
    """The bundle of a precision with a setting in its section, which is made where there is none; its model is the same
    file."""
    source = bundle(folder, precision)
    target = source + "-" + name.replace(" ", "-")
    os.makedirs(target, exist_ok=True)
    for file in os.listdir(source):
        if file != "pipeline.yaml" and not os.path.exists(os.path.join(target, file)):
            os.link(os.path.join(source, file), os.path.join(target, file))
    with open(os.path.join(source, "pipeline.yaml")) as file:
        text = file.read()
    if section not in text:
        text += section
    with open(os.path.join(target, "pipeline.yaml"), "w") as file:
        file.write(text.replace("\n" + section, "\n" + section + setting))
    return target


def flatness(arguments):
    print("Gantry, uncompressed        wall, s   ms/slice   memory, MB     own   child")
    for precision in arguments.precisions:
        for count in arguments.slices or [50, 300, 1000, 2000]:
            make_series(arguments, count)
            series = series_folder(arguments.folder, count, "uncompressed")
            runs = [gantry(arguments, precision, series) for _ in range(arguments.rounds)]
            seconds = statistics.median(run.seconds for run in runs)
            memory = [
                megabytes(runs, value) for value in (
                    lambda run: run.together, lambda run: run.own, lambda run: run.largest_child)]
            print(
                f"  {precision}, {count:4} slices       {seconds:9.2f}{1000 * seconds / count:11.2f}{memory[0]:13.0f}"
                f"{memory[1]:8.0f}{memory[2]:8.0f}", flush=True)


def main():
    def words(text):
        return text.split(",")

    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=["make", "measure", "opinion", "formats", "flatness"])
    parser.add_argument("folder")
    parser.add_argument("--gantry", required=True)
    parser.add_argument("--model", help="weights that the peers can have too")
    parser.add_argument("--python", help="with the peers' packages; without it Gantry alone is measured")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--encodings", type=words)
    parser.add_argument("--precisions", type=words, default=["f32", "int8"])
    parser.add_argument("--slices", type=lambda text: [int(count) for count in text.split(",")])
    arguments = parser.parse_args()
    # What a setting costs has little to do with how the files are encoded.
    arguments.encodings = arguments.encodings or (ENCODINGS if arguments.task == "measure" else ENCODINGS[:2])
    {"make": make, "measure": measure, "opinion": opinion, "formats": formats, "flatness": flatness}[
        arguments.task](arguments)


if __name__ == "__main__":
    main()
