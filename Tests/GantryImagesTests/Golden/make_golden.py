"""Writes the pictures beside it, and what Pillow, torchvision and Keras make of them.

    python make_golden.py

pictures/*.png and *.jpg: every form that is decoded, small. decoded.npz: their pixels by file name, UInt8 as Pillow's
convert("L") or convert("RGB") gives them, UInt16 where the file has 16 bits. prepared.npz: `CONVENTION CHANNELS SIDE
FILE` to pixels, [S, S, C].

Written with Python 3.11, Pillow 13.0.0, torch 2.13.0, torchvision 0.28.0, keras 3.15. PNG files are put together here,
because Pillow does not write all of their forms. The `area` rows are the mean of what a pixel covers, in Float64.
"""

import io
import os
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image

os.environ["KERAS_BACKEND"] = "torch"

HERE = pathlib.Path(__file__).parent
PICTURES = HERE / "pictures"
# (first row, first column, row step, column step) of Adam7's passes.
ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed_rows(samples: np.ndarray, bits: int) -> bytes:
    """[rows, values] as filtered rows of `bits` a value, without filter."""
    rows = b""
    for row in samples:
        if bits == 16:
            data = row.astype(">u2").tobytes()
        elif bits == 8:
            data = row.astype("u1").tobytes()
        else:
            expanded = ((row[:, None] >> np.arange(bits - 1, -1, -1)) & 1).reshape(-1).astype("u1")
            data = np.packbits(expanded).tobytes()
        rows += b"\0" + data
    return rows


def png(samples, bits, colour, palette=None, transparency=None, interlaced=False, extra=b"") -> bytes:
    """[rows, columns, values of a pixel] as PNG."""
    height, width, values = samples.shape
    if interlaced:
        data = b""
        for top, left, down, right in ADAM7:
            part = samples[top::down, left::right]
            if part.size:
                data += packed_rows(part.reshape(part.shape[0], -1), bits)
    else:
        data = packed_rows(samples.reshape(height, width * values), bits)
    file = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced))
    file += extra
    if palette is not None:
        file += chunk(b"PLTE", np.asarray(palette, "u1").tobytes())
    if transparency is not None:
        file += chunk(b"tRNS", transparency)
    return file + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")


def scene(height: int, width: int, values: int, seed: int) -> np.ndarray:
    """Waves and a little noise, 0...1."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype("f8")
    planes = [
        0.5 + 0.3 * np.sin(x * (0.21 + 0.1 * k) + k) * np.cos(y * (0.17 + 0.05 * k)) + 0.15 * ((x // 5 + y // 4) % 2)
        for k in range(values)
    ]
    noisy = np.stack(planes, -1) + random.normal(0, 0.05, (height, width, values))
    return np.clip(noisy, 0, 1)


def write_pictures() -> dict[str, np.ndarray]:
    """Writes the pictures; returns what those of 16 bits hold."""
    files: dict[str, bytes] = {}
    wide: dict[str, np.ndarray] = {}
    for bits in (1, 2, 4, 8, 16):
        grey = np.round(scene(11, 13, 1, bits) * (2**bits - 1)).astype("i8")
        for interlaced in (False, True):
            suffix = "-interlaced" if interlaced else ""
            files[f"grey{bits}{suffix}.png"] = png(grey, bits, 0, interlaced=interlaced)
        if bits == 16:
            wide["grey16.png"] = wide["grey16-interlaced.png"] = grey[:, :, 0]
    for bits in (1, 2, 4, 8):
        colours = np.round(scene(1, 2**bits, 3, 40 + bits)[0] * 255)
        indices = np.round(scene(10, 9, 1, 20 + bits) * (2**bits - 1)).astype("i8")
        files[f"palette{bits}.png"] = png(indices, bits, 3, palette=colours)
        files[f"palette{bits}-transparent.png"] = png(
            indices, bits, 3, palette=colours, transparency=bytes(range(0, 2**bits, 1)), interlaced=bits % 4 == 0)
    for bits in (8, 16):
        colour = np.round(scene(9, 12, 4, 60 + bits) * (2**bits - 1)).astype("i8")
        for interlaced in (False, True):
            suffix = "-interlaced" if interlaced else ""
            files[f"rgb{bits}{suffix}.png"] = png(colour[:, :, :3], bits, 2, interlaced=interlaced)
            files[f"rgba{bits}{suffix}.png"] = png(colour, bits, 6, interlaced=interlaced)
            files[f"grey-alpha{bits}{suffix}.png"] = png(colour[:, :, 2:], bits, 4, interlaced=interlaced)
            if bits == 16:
                wide[f"rgb16{suffix}.png"] = wide[f"rgba16{suffix}.png"] = colour[:, :, :3]
                wide[f"grey-alpha16{suffix}.png"] = colour[:, :, 2]
    small = np.round(scene(7, 5, 3, 70) * 255).astype("i8")
    key = struct.pack(">HHH", *small[0, 0])
    files["rgb8-transparent-colour.png"] = png(small, 8, 2, transparency=key)
    files["grey8-transparent-grey.png"] = png(small[:, :, :1], 8, 0, transparency=struct.pack(">H", small[0, 0, 0]))
    # A gamma, which nothing here heeds, and a text and an unknown chunk to pass over.
    extra = chunk(b"gAMA", struct.pack(">I", 100_000)) + chunk(b"tEXt", b"Comment\0of no matter") + chunk(b"prVt", b"?")
    files["rgb8-gamma.png"] = png(small, 8, 2, extra=extra)
    files["one-pixel.png"] = png(small[:1, :1], 8, 2)

    def jpeg(picture: Image.Image, **settings) -> bytes:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", **settings)
        return buffer.getvalue()

    picture = Image.fromarray(np.round(scene(35, 43, 3, 80) * 255).astype("u1"))
    grey = Image.fromarray(np.round(scene(19, 21, 1, 81)[:, :, 0] * 255).astype("u1"))
    four = Image.fromarray(np.round(scene(18, 23, 4, 82) * 255).astype("u1"), "CMYK")
    files["grey.jpg"] = jpeg(grey, quality=80)
    files["grey-progressive.jpg"] = jpeg(grey, quality=80, progressive=True)
    for subsampling, name in ((0, "444"), (1, "422"), (2, "420")):
        files[f"colour-{name}.jpg"] = jpeg(picture, quality=85, subsampling=subsampling)
        files[f"colour-{name}-progressive.jpg"] = jpeg(picture, quality=70, subsampling=subsampling, progressive=True)
    files["colour-restarts.jpg"] = jpeg(picture, quality=75, restart_marker_blocks=2)
    files["rgb.jpg"] = jpeg(picture, quality=90, keep_rgb=True)
    orientation = Image.Exif()
    orientation[0x0112] = 6
    files["turned.jpeg"] = jpeg(picture, quality=80, exif=orientation)
    cmyk = jpeg(four, quality=90)
    files["cmyk.jpg"] = cmyk
    # The same coefficients, said to be YCCK.
    adobe = cmyk.index(b"Adobe")
    files["ycck.jpg"] = cmyk[: adobe + 11] + b"\x02" + cmyk[adobe + 12 :]

    # What is prepared: odd sizes, upright and lying, smaller and larger than what they become.
    for name, height, width, values, seed in (
        ("lying", 37, 61, 3, 90), ("upright", 45, 23, 1, 91), ("square", 28, 28, 1, 92), ("flat", 9, 200, 3, 93),
    ):
        samples = np.round(scene(height, width, values, seed) * 255).astype("i8")
        files[f"{name}.png"] = png(samples, 8, 2 if values == 3 else 0)

    PICTURES.mkdir(exist_ok=True)
    for name, data in files.items():
        (PICTURES / name).write_bytes(data)
    return wide


def decoded(wide: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    arrays = {}
    for path in sorted(PICTURES.iterdir()):
        picture = Image.open(path)
        is_grey = picture.mode in ("1", "L", "LA", "I;16")
        if path.name in wide:
            arrays[path.name] = wide[path.name].astype("<u2")
            seen = np.array(picture.convert("RGB" if arrays[path.name].ndim == 3 else "L"))
            if picture.mode != "I;16":  # which Pillow narrows in its own way
                assert np.array_equal(seen, arrays[path.name] >> 8), path.name
        else:
            arrays[path.name] = np.array(picture.convert("L" if is_grey else "RGB"))
    return arrays


def area(samples: np.ndarray, side: int) -> np.ndarray:
    def shares(size: int) -> np.ndarray:
        edges = np.arange(side + 1) * size / side
        pixels = np.arange(size)
        overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
        return np.maximum(overlap, 0) / (size / side)

    values = samples.reshape(samples.shape[0], samples.shape[1], -1).astype("f8") * 257
    return np.rint(np.einsum("yi,xj,ijc->yxc", shares(samples.shape[0]), shares(samples.shape[1]), values))


def prepared() -> dict[str, np.ndarray]:
    import keras
    import torch

    library = torch.library.Library("torchvision", "DEF")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    from torchvision import transforms

    arrays = {}
    for name in ("lying.png", "upright.png", "square.png", "flat.png"):
        for mode, channels in (("L", 1), ("RGB", 3)):
            picture = Image.open(PICTURES / name).convert(mode)
            for side in (14, 28, 49) if name != "square.png" else (14, 28, 49, 96):
                evaluation = transforms.Compose(
                    [transforms.Resize(round(side * 256 / 224)), transforms.CenterCrop(side)])
                by_keras = keras.utils.load_img(
                    str(PICTURES / name), color_mode="grayscale" if channels == 1 else "rgb", target_size=(side, side))
                for convention, array in (
                    ("torchvision", np.array(evaluation(picture), "u1")),
                    ("keras", np.array(by_keras, "u1")),
                    ("area", area(np.array(picture), side).astype("<u2")),
                ):
                    arrays[f"{convention} {channels} {side} {name}"] = array.reshape(side, side, channels)
    return arrays


np.savez_compressed(HERE / "decoded.npz", **decoded(write_pictures()))
np.savez_compressed(HERE / "prepared.npz", **prepared())
