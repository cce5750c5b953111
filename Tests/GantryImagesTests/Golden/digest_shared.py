"""Prints the digests that SharedImagesTests expects of pictures beside the repository.

    python digest_shared.py FOLDER PNEUMONIAMNIST.npz

FOLDER holds the unpacked cifar10-3000.tar. Written with Python 3.11, Pillow 13.0.0 and NumPy 2.4.6.
"""

import hashlib
import pathlib
import sys

import numpy as np
from PIL import Image

root = pathlib.Path(sys.argv[1])
digest = hashlib.sha256()
for side in ("train", "test"):
    files = [path for path in (root / side).rglob("*.jpg")]
    for path in sorted(files, key=lambda path: (path.relative_to(root / side).parts[0], path.as_posix().encode())):
        digest.update(np.asarray(Image.open(path).convert("RGB")).tobytes())
print("cifar10-3000:", digest.hexdigest())

digest = hashlib.sha256()
with np.load(sys.argv[2]) as arrays:
    for side in ("train", "val", "test"):
        digest.update(arrays[f"{side}_images"].tobytes())
        digest.update(arrays[f"{side}_labels"].astype("u1").tobytes())
print("pneumoniamnist:", digest.hexdigest())
