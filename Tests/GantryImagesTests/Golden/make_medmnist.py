"""Writes small files as MedMNIST's, whole and wrong, into medmnist/.

    python make_medmnist.py

Written with Python 3.11 and NumPy 2.4.6.
"""

import pathlib

import numpy as np

FOLDER = pathlib.Path(__file__).parent / "medmnist"
FOLDER.mkdir(exist_ok=True)


def save(name: str, **arrays) -> None:
    np.savez_compressed(FOLDER / f"{name}.npz", **arrays)


def pictures(*shape: int, step: int = 1) -> np.ndarray:
    return (np.arange(np.prod(shape)) * step).astype("u1").reshape(shape)


def labels(*values: int) -> np.ndarray:
    return np.array(values, "u1").reshape(-1, 1)


save(
    "grey", train_images=pictures(5, 3, 4, step=4), train_labels=labels(0, 1, 2, 0, 1), val_images=pictures(2, 3, 4),
    val_labels=labels(2, 1), test_images=pictures(1, 3, 4), test_labels=labels(0))
save(
    "colour", train_images=pictures(2, 2, 2, 3), train_labels=np.array([0, 1], "i8"), val_images=pictures(2, 2, 2, 3),
    val_labels=np.array([1, 0], "i4"))
save("multiple", train_images=pictures(2, 2, 2), train_labels=np.zeros((2, 14), "u1"))
several = np.array([[1, 0, 1], [0, 0, 0], [0, 1, 1]], "u1")
save("labels", train_images=pictures(3, 2, 2), train_labels=several, test_images=pictures(1, 2, 2),
     test_labels=several[:1] > 0)
save("labels-beyond", train_images=pictures(3, 2, 2), train_labels=several + (several.cumsum().reshape(3, 3) == 3))
save("labels-misfit", train_images=pictures(3, 2, 2), train_labels=several, test_images=pictures(1, 2, 2),
     test_labels=several[:1, :2])
save("floats", train_images=np.zeros((2, 2, 2), "f4"), train_labels=labels(0, 1))
save("volumes", train_images=pictures(2, 4, 4, 4), train_labels=labels(0, 1))
save("unlabelled", train_images=pictures(2, 2, 2))
save("misfit", train_images=pictures(2, 2, 2), train_labels=labels(0, 1, 0))
save("negative", train_images=pictures(2, 2, 2), train_labels=np.array([[0], [-1]], "i8"))
save("real", train_images=pictures(2, 2, 2), train_labels=np.array([[0], [1]], "f4"))
save(
    "unlearnt", train_images=pictures(2, 2, 2), train_labels=labels(0, 1), val_images=pictures(1, 2, 2),
    val_labels=labels(2))
save("empty", train_images=pictures(0, 2, 2), train_labels=np.zeros((0, 1), "u1"))
save("large", train_images=np.zeros((1, 200, 400), "u1"), train_labels=labels(0))
