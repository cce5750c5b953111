"""A JPEG-LS encoder of one component (ITU-T T.87 annex A), plainly: for restart intervals and preset parameters, which
CharLS does not write. Slow; what it writes is decoded by other programs before it is believed.
"""

import struct

RUN_BITS = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15]


def segment(marker, body):
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def stuffed(bits):
    """Bytes of these bits; behind a byte of ones comes a zero bit."""
    out, at = bytearray(), 0
    while at < len(bits):
        count = 7 if out and out[-1] == 0xFF else 8
        out.append(int(bits[at:at + count].ljust(count, "0"), 2))
        at += count
    if out and out[-1] == 0xFF:
        out.append(0)
    return bytes(out)


class Interval:
    """Encodes rows that depend on none before them."""

    def __init__(self, maxval, near, thresholds, reset):
        self.maxval, self.near, self.thresholds, self.reset = maxval, near, thresholds, reset
        self.step = 2 * near + 1
        self.range = (maxval + 2 * near) // self.step + 1
        self.error_bits = (self.range - 1).bit_length()
        sample_bits = max(2, maxval.bit_length())
        self.limit = 2 * (sample_bits + max(8, sample_bits))
        first = max(2, (self.range + 32) // 64)
        # Sum of magnitudes, of errors, correction, count; for runs: sum of magnitudes, negative ones, count.
        self.contexts = [[first, 0, 0, 1] for _ in range(365)]
        self.run_contexts = [[first, 0, 1] for _ in range(2)]
        self.run_index = 0
        self.bits = ""

    def region(self, difference):
        size = abs(difference)
        region = (size > self.near) + sum(size >= threshold for threshold in self.thresholds)
        return -region if difference < 0 else region

    def code(self, value, k, limit):
        if value >> k < limit - self.error_bits - 1:
            self.bits += "0" * (value >> k) + "1" + (format(value % (1 << k), f"0{k}b") if k else "")
        else:
            self.bits += "0" * (limit - self.error_bits - 1) + "1" + format(value - 1, f"0{self.error_bits}b")

    def quantised(self, error):
        """The error in steps of the tolerance, modulo its range."""
        error = (error + self.near) // self.step if error > 0 else -((self.near - error) // self.step)
        if error < 0:
            error += self.range
        return error - self.range if error >= (self.range + 1) // 2 else error

    def reconstructed(self, prediction, error):
        value = prediction + error * self.step
        if value < -self.near:
            value += self.range * self.step
        elif value > self.maxval + self.near:
            value -= self.range * self.step
        return min(max(value, 0), self.maxval)

    def regular(self, sample, a, b, c, region):
        sign = -1 if region < 0 else 1
        context = self.contexts[abs(region)]
        prediction = min(a, b) if c >= max(a, b) else max(a, b) if c <= min(a, b) else a + b - c
        prediction = min(max(prediction + sign * context[2], 0), self.maxval)
        error = self.quantised(sign * (sample - prediction))
        value = self.reconstructed(prediction, sign * error)
        k = 0
        while context[3] << k < context[0]:
            k += 1
        if self.near == 0 and k == 0 and 2 * context[1] <= -context[3]:
            mapped = 2 * error + 1 if error >= 0 else -2 * (error + 1)
        else:
            mapped = 2 * error if error >= 0 else -2 * error - 1
        self.code(mapped, k, self.limit)
        context[1] += error * self.step
        context[0] += abs(error)
        if context[3] == self.reset:
            context[0], context[1], context[3] = context[0] >> 1, context[1] >> 1, context[3] >> 1
        context[3] += 1
        if context[1] <= -context[3]:
            context[2] = max(context[2] - 1, -128)
            context[1] = max(context[1] + context[3], 1 - context[3])
        elif context[1] > 0:
            context[2] = min(context[2] + 1, 127)
            context[1] = min(context[1] - context[3], 0)
        return value

    def interruption(self, sample, a, b):
        kind = int(abs(a - b) <= self.near)
        context = self.run_contexts[kind]
        sign = -1 if kind == 0 and a > b else 1
        prediction = a if kind else b
        error = self.quantised(sign * (sample - prediction))
        value = self.reconstructed(prediction, sign * error)
        total = context[0] + (context[2] >> 1 if kind else 0)
        k = 0
        while context[2] << k < total:
            k += 1
        maps = (k == 0 and error > 0 and 2 * context[1] < context[2]) or (
            error < 0 and (2 * context[1] >= context[2] or k != 0))
        mapped = 2 * abs(error) - kind - maps
        self.code(mapped, k, self.limit - RUN_BITS[self.run_index] - 1)
        context[1] += error < 0
        context[0] += mapped + 1 - kind >> 1
        if context[2] == self.reset:
            context[:] = [number >> 1 for number in context]
        context[2] += 1
        return value

    def encode(self, rows):
        columns = len(rows[0])
        above = [0] * (columns + 2)
        for row in rows:
            # Before the first sample stands the one above it, behind the last that one again.
            line = [above[1]] + [0] * (columns + 1)
            column = 0
            while column < columns:
                a, c, b, d = line[column], above[column], above[column + 1], above[column + 2]
                region = 81 * self.region(d - b) + 9 * self.region(b - c) + self.region(c - a)
                if region:
                    line[column + 1] = self.regular(row[column], a, b, c, region)
                    column += 1
                    continue
                run = 0
                while column < columns and abs(row[column] - a) <= self.near:
                    line[column + 1] = a
                    column, run = column + 1, run + 1
                while run >= 1 << RUN_BITS[self.run_index]:
                    self.bits += "1"
                    run -= 1 << RUN_BITS[self.run_index]
                    self.run_index = min(self.run_index + 1, 31)
                if column == columns:
                    self.bits += "1" if run else ""
                    break
                width = RUN_BITS[self.run_index]
                self.bits += "0" + (format(run, f"0{width}b") if width else "")
                line[column + 1] = self.interruption(row[column], a, above[column + 1])
                self.run_index = max(self.run_index - 1, 0)
                column += 1
            line[columns + 1] = line[columns]
            above = line
        return stuffed(self.bits)


def encode(samples, bits, thresholds, near=0, maxval=None, reset=64, rows_per_interval=None):
    """The stream of rows of samples, with all preset parameters written down."""
    rows, columns = len(samples), len(samples[0])
    maxval = maxval or (1 << bits) - 1
    interval = rows_per_interval or rows
    out = b"\xff\xd8" + segment(0xF7, struct.pack(">BHHBBBB", bits, rows, columns, 1, 1, 0x11, 0))
    out += segment(0xF8, struct.pack(">BHHHHH", 1, maxval, *thresholds, reset))
    if rows_per_interval:
        out += segment(0xDD, struct.pack(">H", rows_per_interval))
    out += segment(0xDA, bytes([1, 1, 0, near, 0, 0]))
    for number, first in enumerate(range(0, rows, interval)):
        if number:
            out += bytes([0xFF, 0xD0 + (number - 1) % 8])
        lines = [[int(value) for value in line] for line in samples[first:first + interval]]
        out += Interval(maxval, near, thresholds, reset).encode(lines)
    return out + b"\xff\xd9"
