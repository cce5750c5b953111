#!/usr/bin/env python3
"""What figures of a store's studies cost: evaluation_benchmark.py GANTRY FOLDER [PEERS-PYTHON]

Runs `gantry evaluate` and `gantry reaggregate` on the store and the truth that evaluation-benchmark made in FOLDER,
and prints wall clock, processor time and memory; then peer_figures.py, pandas and scikit-learn on the same store.
"""
import json
import os
import pathlib
import subprocess
import sys
import time


def run(name, command):
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{name}: code {child.returncode}")
    print(f"| {name} | {time.monotonic() - began:.2f} | {usage.ru_utime + usage.ru_stime:.2f} "
          f"| {usage.ru_maxrss / 1024:.0f} |", flush=True)
    return output


def main():
    gantry, folder = sys.argv[1], sys.argv[2]
    data = ["--store", f"{folder}/gantry.sqlite", "--truth", f"{folder}/truth.csv"]
    print("| | wall, s | processor, s | memory, MB |")
    print("|---|---|---|---|")
    told = json.loads(run("gantry evaluate, both files", [gantry, "evaluate", *data, "--output", f"{folder}/figures",
                                                          "--json"]))
    rules = run("gantry reaggregate, seven rules with figures", [gantry, "reaggregate", *data, "--json"])
    run("gantry reaggregate, seven rules", [gantry, "reaggregate", *data[:2], "--json"])
    if len(sys.argv) > 3:
        peer = json.loads(run("pandas and scikit-learn", [
            sys.argv[3], str(pathlib.Path(__file__).with_name("peer_figures.py")), *data[1::2]]))
        print(f"\nOf the peer's time: reading {peer['reading']:.1f} s, figures {peer['figures']:.1f} s, other rules "
              f"{peer['rules']:.1f} s. Its bootstrap over patients is timed with {peer['draws']} draws of "
              f"{told['bootstrap']['draws']}: all would take {peer['bootstrap']:.0f} s.")
        for key in ["studyAUC", "sliceAUC"]:
            assert abs(peer[key] - told[key]) < 1e-9, (key, peer[key], told[key])
        areas = {row["aggregation"]: row["area"]["value"] for row in map(json.loads, rules.splitlines())}
        for rule, area in peer["areas"].items():
            assert abs(areas[rule] - area) < 1e-9, (rule, areas[rule], area)


if __name__ == "__main__":
    main()
