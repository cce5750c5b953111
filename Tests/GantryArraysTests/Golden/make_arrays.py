"""Writes arrays.npz and stored.npz: arrays of every type that is read, deflated and as they are.

    python make_arrays.py

Written with Python 3.11 and NumPy 2.4.6.
"""

import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
numbers = np.arange(24).reshape(2, 3, 4)
arrays = {
    "boolean": numbers % 3 == 0,
    **{name: (numbers - (12 if name[0] == "i" else 0)).astype(name) for name in ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8")},
    "f4": numbers.astype("f4") / 8,
    "f8": numbers.astype("f8") / 8,
    "largest": np.array([2**64 - 1], "u8"),
    "single": np.array(7, "i8"),
    "nothing": np.zeros((0, 5), "u1"),
    "fortran": np.asfortranarray(numbers.astype("u1")),
    "big": numbers.astype(">i4"),
    "text": np.array(["a", "bc"]),
    "zeros": np.zeros(300_000, "u1"),
}
np.savez_compressed(HERE / "arrays.npz", **arrays)
np.savez(HERE / "stored.npz", u1=arrays["u1"], f4=arrays["f4"])
