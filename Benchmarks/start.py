#!/usr/bin/env python3
"""What the start of a process costs: start.py [--runs N] GANTRY [GANTRY ...]

Starts each executable in turn as what a reader child is before its first message (`reader-child`, which ends at once
where nobody is at the other end), and prints processor time, wall clock, memory, page faults and mapped libraries: the
median, and the least in brackets. Two builds side by side show what a change of the libraries costs. Processor time
hardly depends on what else runs.
"""
import argparse
import os
import statistics
import subprocess
import time


def once(executable, threads):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
    if threads:
        environment["OPENBLAS_NUM_THREADS"] = threads
    began = time.monotonic()
    child = subprocess.Popen(
        [executable, "reader-child"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - began
    assert child.returncode == 64, child.returncode
    return 1000 * (usage.ru_utime + usage.ru_stime), 1000 * wall, usage.ru_maxrss / 1024, usage.ru_minflt


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument(
        "--openblas-threads", default="", help="OPENBLAS_NUM_THREADS, which matters where the library is linked")
    parser.add_argument("executables", nargs="+")
    arguments = parser.parse_args()
    laps = {executable: [] for executable in arguments.executables}
    for _ in range(arguments.runs):
        for executable in arguments.executables:
            laps[executable].append(once(executable, arguments.openblas_threads))
    print("| executable | processor, ms | wall, ms | memory, MB | page faults | libraries |")
    print("|---|---|---|---|---|---|")
    for executable, measured in laps.items():
        libraries = subprocess.run(["ldd", executable], capture_output=True, text=True).stdout.count("=>")
        columns = [f"{statistics.median(column):.1f} ({min(column):.1f})" for column in zip(*measured)]
        print(f"| {executable} | {' | '.join(columns)} | {libraries} |")


if __name__ == "__main__":
    main()
