#!/usr/bin/env python3
"""Writes a seed corpus for each fuzz target: small valid inputs that a fuzzer would take long to find.

    write_seeds.py FOLDER

Each target reads its numbers from the front of the input; see Fuzz/Targets/FuzzInput.hpp.
"""

import base64
import csv
import json
import math
import pathlib
import struct
import sys
import tarfile
import zlib

ROWS, COLUMNS = 8, 6
TESTS = pathlib.Path(__file__).parents[1] / "Tests"
WEIGHTS = TESTS / "GantryWeightImportTests/Golden"
DICOM = TESTS / "GantryDICOMTests/File/Golden"
sys.path.insert(0, str(DICOM))

import jpeg_ls  # noqa: E402


def layout(bits_allocated=16):
    """Rows, columns, flags, bits stored, high bit, as FuzzInput.hpp takes them."""
    flags = 1 if bits_allocated == 16 else 0
    return bytes([ROWS - 1, COLUMNS - 1, flags, bits_allocated - 1, 0])


def run_length_frame(segments):
    """PS3.5 annex G: one literal or replicate run after the other in each segment."""
    bodies = []
    for segment in range(segments):
        body = b""
        for row in range(ROWS):
            if row % 2:
                body += bytes([257 - COLUMNS, row + segment])
            else:
                body += bytes([COLUMNS - 1]) + bytes((row * 7 + column) % 256 for column in range(COLUMNS))
        bodies.append(body + b"\0" * (len(body) % 2))
    offsets, at = [], 64
    for body in bodies:
        offsets.append(at)
        at += len(body)
    header = struct.pack("<16I", segments, *offsets, *[0] * (15 - segments))
    return header + b"".join(bodies)


def segment(marker, body):
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def jpeg_frame(process, precision):
    """A comment, a frame header, a scan header and one byte of a scan."""
    frame = struct.pack(">BHHBBBB", precision, ROWS, COLUMNS, 1, 1, 0x11, 0)
    scan = segment(0xDA, b"\x01\x01\x00\x01\x00\x00")
    return b"\xff\xd8" + segment(0xFE, b"seed") + segment(process, frame) + scan + b"\x00\xff\xd9"


def jpeg_lossless(predictor=1, point_transform=0, restart=0, precision=12):
    """Lossless JPEG (T.81 annex H): every category has a code of five bits."""
    symbols = bytes(range(17))
    table = segment(0xC4, b"\x00" + bytes([0, 0, 0, 0, 17] + [0] * 11) + symbols)
    frame = segment(0xC3, struct.pack(">BHHBBBB", precision, ROWS, COLUMNS, 1, 1, 0x11, 0))
    interval = segment(0xDD, struct.pack(">H", restart * COLUMNS)) if restart else b""
    scan = segment(0xDA, bytes([1, 1, 0, predictor, 0, point_transform]))
    samples = [[(row * 20 + column * 7 % 11) >> point_transform for column in range(COLUMNS)] for row in range(ROWS)]
    first = 1 << (precision - point_transform - 1)
    body, bits = b"", ""
    for row in range(ROWS):
        starts = row == 0 or (restart and row % restart == 0)
        if restart and row and starts:
            body += flush(bits) + bytes([0xFF, 0xD0 + (row // restart - 1) % 8])
            bits = ""
        for column in range(COLUMNS):
            left = samples[row][column - 1] if column else 0
            above = samples[row - 1][column] if row else 0
            corner = samples[row - 1][column - 1] if row and column else 0
            if starts:
                predicted = left if column else first
            elif column == 0:
                predicted = above
            else:
                predicted = [0, left, above, corner, left + above - corner, left + ((above - corner) >> 1),
                             above + ((left - corner) >> 1), (left + above) >> 1][predictor]
            difference = samples[row][column] - predicted
            size = abs(difference).bit_length()
            bits += format(size, "05b")
            # A difference of 32768 has a category of its own, without bits.
            if 0 < size < 16:
                bits += format(difference if difference > 0 else difference + (1 << size) - 1, f"0{size}b")
    return b"\xff\xd8" + table + frame + interval + scan + body + flush(bits) + b"\xff\xd9"


def flush(bits):
    bits += "1" * (-len(bits) % 8)
    return bytes(int(bits[at:at + 8], 2) for at in range(0, len(bits), 8)).replace(b"\xff", b"\xff\x00")


def jpeg_2000(boxed=False):
    """A codestream of one tile-part with three bytes in it; in the boxes of a JP2 file or without."""
    size = segment(0x51, struct.pack(">HIIIIIIIIHBBB", 0, COLUMNS, ROWS, 0, 0, COLUMNS, ROWS, 0, 0, 1, 11, 1, 1))
    coding = segment(0x52, bytes([0, 0, 0, 1, 0, 0, 4, 4, 0, 1]))
    quantisation = segment(0x5C, b"\x40\x40")
    data = b"\x80\x01\x02"
    part = segment(0x90, struct.pack(">HIBB", 0, 14 + len(data), 0, 1)) + b"\xff\x93" + data
    stream = b"\xff\x4f" + size + coding + quantisation + part + b"\xff\xd9"
    if not boxed:
        return stream
    box = lambda kind, body: struct.pack(">I4s", len(body) + 8, kind) + body
    return box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", b"jp2 \0\0\0\0jp2 ") + box(b"jp2c", stream)


def codestreams(name):
    """Streams of 23 x 29 pixels that another program encoded."""
    with open(DICOM / "codestreams.base64.csv", newline="") as file:
        return [base64.b64decode(row["base64"]) for row in csv.DictReader(file) if row["name"] == name]


def safetensors(tensors, metadata=None):
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, kind, shape, values in tensors:
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def element(group, number, vr, value):
    """Explicit little endian. A list of values makes a sequence: of undefined length where it ends with None."""
    if isinstance(value, list):
        undefined = value[-1] is None
        body = b"".join(
            struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF if undefined else len(item)) + item
            + (struct.pack("<HHI", 0xFFFE, 0xE00D, 0) if undefined else b"") for item in value if item is not None)
        end = struct.pack("<HHI", 0xFFFE, 0xE0DD, 0) if undefined else b""
        return struct.pack("<HH2sHI", group, number, b"SQ", 0, 0xFFFFFFFF if undefined else len(body)) + body + end
    value += b" " * (len(value) % 2)
    if vr in (b"OB", b"OV", b"OW", b"UN"):
        return struct.pack("<HH2sHI", group, number, vr, 0, len(value)) + value
    return struct.pack("<HH2sH", group, number, vr, len(value)) + value


def implicit(group, number, value):
    return struct.pack("<HHI", group, number, len(value)) + value


def dicom(syntax, data_set):
    uid = syntax.encode() + b"\0" * (len(syntax) % 2)
    meta = element(2, 0x10, b"UI", uid)
    return bytes(128) + b"DICM" + element(2, 0, b"UL", struct.pack("<I", len(meta))) + meta + data_set


def fragments(*parts):
    body = b"".join(struct.pack("<HHI", 0xFFFE, 0xE000, len(part)) + part for part in (b"",) + parts)
    head = struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OB", 0, 0xFFFFFFFF)
    return head + body + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)


def frames(table, syntax, *parts, extended=b""):
    """An object of encapsulated frames, with a basic offset table of these offsets."""
    header = element(8, 0x18, b"UI", b"1.2.3.4") + extended
    whole = fragments(*parts)
    offsets = struct.pack(f"<{len(table)}I", *table)
    at = whole.index(struct.pack("<HHI", 0xFFFE, 0xE000, 0))
    whole = whole[:at] + struct.pack("<HHI", 0xFFFE, 0xE000, len(offsets)) + offsets + whole[at + 8:]
    return dicom(syntax, header + whole)


def multi_frame_files():
    jpeg = [b"\xff\xd8a\xff\xd9\0", b"\xff\xd8bb", b"cc\xff\xd9", b"\xff\xd8d\xff\xd9\0"]
    j2k = [b"\xff\x4f\xff\x51", b"ab\xff\xd9", b"\xff\x4f\xff\x51\xff\xd9"]
    rle = [struct.pack("<2I", 1, 64) + bytes(56) + b"ab", struct.pack("<2I", 1, 64) + bytes(56) + b"cd", b"ef"]
    extended = element(0x7FE0, 1, b"OV", struct.pack("<3Q", 0, 14, 38))
    extended += element(0x7FE0, 2, b"OV", struct.pack("<3Q", 6, 8, 6))
    lossless, openjpeg, run_length = "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.5"
    return [
        bytes([2, 0]) + frames([], lossless, *jpeg), bytes([2, 0]) + frames([0, 14, 38], lossless, *jpeg),
        bytes([2, 0]) + frames([], lossless, *jpeg, extended=extended), bytes([3, 0]) + frames([], lossless, *jpeg),
        bytes([1, 1]) + frames([0, 24], openjpeg, *j2k), bytes([1, 1]) + frames([], openjpeg, *j2k),
        bytes([1, 2]) + frames([], run_length, *rle), bytes([0, 2]) + frames([0], run_length, *rle)]


def dicom_files():
    header = element(8, 0x16, b"UI", b"1.2.840.10008.5.1.4.1.1.2") + element(8, 0x18, b"UI", b"1.2.3.4")
    inner = element(0x20, 0x32, b"DS", b"0\\0\\1")
    groups = element(0x5200, 0x9230, b"SQ", [
        element(0x20, 0x9113, b"SQ", [inner]), element(0x20, 0x9113, b"SQ", [inner, None])])
    image = element(0x28, 0x10, b"US", b"\2\0") + element(0x28, 0x11, b"US", b"\2\0")
    native = element(0x7FE0, 0x10, b"OW", bytes(8))
    whole = header + image + groups + native
    deflater = zlib.compressobj(wbits=-15)
    plain = implicit(8, 0x18, b"1.2.3.4\0") + implicit(0x28, 0x10, b"\2\0") + implicit(0x7FE0, 0x10, bytes(8))
    return [
        dicom("1.2.840.10008.1.2.1", whole), dicom("1.2.840.10008.1.2", plain), plain, whole,
        dicom("1.2.840.10008.1.2.1.99", deflater.compress(whole) + deflater.flush()),
        dicom("1.2.840.10008.1.2.5", header + image + fragments(b"ab", b"cdef")),
        dicom("1.2.840.10008.1.2.1", header + element(0x9, 0x1001, b"UN", b"xy") + native
              + element(0xFFFC, 0xFFFC, b"OB", bytes(4)))]


def field(number, value):
    """A field of a protobuf message: a whole number below 128, or bytes."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    size, length = len(value), b""
    while size > 127:
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + value


def keras_graph():
    """The graph of a network of one block with groups, as tf2onnx writes those of Keras."""
    graph = b""

    def node(kind, inputs, output, **attributes):
        nonlocal graph
        body = b"".join(field(1, name.encode()) for name in inputs)
        body += field(2, output.encode()) + field(4, kind.encode())
        for name, value in attributes.items():
            kept = (field(4, value.encode()) if isinstance(value, str) else field(3, value) if isinstance(value, int)
                    else b"".join(field(8, number) for number in value))
            body += field(5, field(1, name.encode()) + kept)
        graph += field(1, body)

    def tensor(name, shape, data=None):
        nonlocal graph
        data = data or bytes(4 * math.prod(shape))
        kind = 1 if len(data) == 4 * math.prod(shape) else 7
        sizes = b"".join(field(1, size) for size in shape)
        graph += field(5, sizes + field(2, kind) + field(8, name.encode()) + field(9, data))

    node("Transpose", ["x"], "a", perm=[0, 3, 1, 2])
    node("Conv", ["a", "w7", "b2"], "b", strides=[2, 2], pads=[3, 3, 3, 3], auto_pad="NOTSET")
    node("Mul", ["b", "n2"], "c")
    node("Add", ["c", "n2"], "d")
    node("Relu", ["d"], "e")
    node("Pad", ["e", "pads"], "f")
    node("MaxPool", ["f"], "g", kernel_shape=[3, 3], strides=[2, 2])
    node("Conv", ["g", "w1"], "h")
    node("Relu", ["h"], "i")
    node("Conv", ["i", "w3"], "j", group=2, auto_pad="SAME_UPPER")
    node("Relu", ["j"], "k")
    node("Conv", ["k", "w1"], "l")
    node("Add", ["g", "l"], "m")
    node("Relu", ["m"], "n")
    node("GlobalAveragePool", ["n"], "o")
    node("Squeeze", ["o", "axes"], "p")
    node("MatMul", ["p", "wf"], "q")
    node("Add", ["q", "b2"], "r")
    node("Softmax", ["r"], "y")
    for name, shape in [("w7", [2, 3, 7, 7]), ("b2", [2]), ("n2", [1, 2, 1, 1]), ("w1", [2, 2, 1, 1]),
                        ("w3", [2, 1, 3, 3]), ("wf", [2, 2])]:
        tensor(name, shape)
    tensor("pads", [8], struct.pack("<8q", 0, 0, 1, 1, 0, 0, 1, 1))
    tensor("axes", [2], struct.pack("<2q", 2, 3))
    graph += field(11, field(1, b"x")) + field(12, field(1, b"y"))
    return field(1, 8) + field(7, graph) + field(8, field(2, 15))


def keras_layers():
    """What the HDF5 child tells of a network of one bottleneck, by names with settings and by numbers, and of a plain
    model (Fuzz/Targets/keras_layers.swift)."""
    kernels = [("conv1", "7,7,3,1", 1), ("conv2_block1_1", "1,1,1,1", 1), ("conv2_block1_2", "3,3,1,1", 1),
               ("conv2_block1_0", "1,1,1,4", 4), ("conv2_block1_3", "1,1,1,4", 4)]
    named, numbered, layers = "", "", []
    for place, (name, kernel, channels) in enumerate(kernels):
        suffix = f"_{place}" if place else ""
        named += f"model_weights/{name}_conv/kernel {kernel}\nmodel_weights/{name}_conv/bias {channels}\n"
        numbered += f"layers/conv2d{suffix}/vars/0 {kernel}\nlayers/conv2d{suffix}/vars/1 {channels}\n"
        for variable, part in enumerate(("gamma", "beta", "moving_mean", "moving_variance")):
            named += f"model_weights/{name}_bn/{part}:0 {channels}\n"
            numbered += f"layers/batch_normalization{suffix}/vars/{variable} {channels}\n"
        size = [int(kernel[0])] * 2
        stride = [2, 2] if name == "conv1" else [1, 1]
        layers += [
            {"class_name": "Conv2D", "name": f"{name}_conv", "config": {
                "name": f"{name}_conv", "kernel_size": size, "strides": stride, "padding": "valid",
                "dilation_rate": [1, 1], "groups": 1, "activation": "linear"}},
            {"class_name": "BatchNormalization", "config": {"name": f"{name}_bn", "epsilon": 1.001e-5}},
            {"class_name": "Activation", "config": {"name": f"{name}_relu", "activation": "relu"}}]
    layers.append({"class_name": "Dense", "config": {"name": "predictions", "activation": "softmax"}})
    config = {"class_name": "Functional", "config": {"name": "m", "layers": layers}}
    within = {"class_name": "Sequential", "config": {"name": "n", "layers": [config]}}
    named += "model_weights/predictions/kernel 4,2\nmodel_weights/predictions/bias 2\noptimizer_weights/a/b 1\n"
    numbered += "layers/dense/vars/0 4,2\nlayers/dense/vars/1 2\n"
    return [text.encode() for text in (
        named, named + "\n" + json.dumps(config), named + "\n" + json.dumps(within), numbered)] + plain_keras()


def plain_keras():
    """A plain model of one block with a 1x1 shortcut, told by its graph, as Keras 2 and Keras 3 write that."""
    seeds = []
    for newer in (False, True):
        layers, datasets = [], ""

        def layer(kind, name, inputs, **settings):
            if newer:
                tensors = [{"class_name": "__keras_tensor__", "config": {"shape": [None, 8, 8, 1], "keras_history":
                            [source, 0, 0]}} for source in inputs]
                calls = [{"args": tensors if len(inputs) == 1 else [tensors], "kwargs": {}}] if inputs else []
            else:
                calls = [[[source, 0, 0, {}] for source in inputs]] if inputs else []
            layers.append({"class_name": kind, "name": name, "config": dict(settings, name=name),
                           "inbound_nodes": calls})

        def convolution(name, source, kernel, stride, sizes):
            nonlocal datasets
            layer("Conv2D", name, [source], kernel_size=[kernel] * 2, strides=[stride] * 2, padding="same",
                  activation="linear", use_bias=True)
            datasets += f"model_weights/{name}/kernel {kernel},{kernel},{sizes}\nmodel_weights/{name}/bias 2\n"

        def norm(name, source):
            nonlocal datasets
            layer("BatchNormalization", name, [source], epsilon=0.001)
            for part in ("gamma", "beta", "moving_mean", "moving_variance"):
                datasets += f"model_weights/{name}/{part}:0 2\n"

        layer("InputLayer", "in", [], **{"batch_shape" if newer else "batch_input_shape": [None, 8, 8, 1]})
        convolution("c0", "in", 3, 1, "1,2")
        norm("n0", "c0")
        layer("Activation", "r0", ["n0"], activation="relu")
        convolution("c1", "r0", 3, 1, "2,2")
        norm("n1", "c1")
        layer("ReLU", "r1", ["n1"])
        convolution("c2", "r1", 3, 1, "2,2")
        norm("n2", "c2")
        convolution("c3", "r0", 1, 1, "2,2")
        layer("Add", "s", ["c3", "n2"])
        layer("Activation", "r2", ["s"], activation="relu")
        layer("AveragePooling2D", "p", ["r2"], pool_size=[8, 8], strides=[8, 8], padding="valid")
        layer("Flatten", "f", ["p"])
        layer("Dense", "d", ["f"], activation="softmax")
        datasets += "model_weights/d/kernel 2,3\nmodel_weights/d/bias 3\n"
        config = {"class_name": "Functional", "config": {"name": "m", "layers": layers}}
        seeds.append((datasets + "\n" + json.dumps(config)).encode())
    return seeds


def delimited_tables():
    """Tables and a list, as Sources/GantryTraining/Data reads them."""
    digest = "0f" * 32
    return [text.encode() for text in (
        "file,label,split,group\na/1.png,well,train,p1\n./a/2.png,ill,val,p2\n",
        '\ufefffile;label\r\n"a; ""1"".png" ; ill\r\n\r\nb.png;well\r\n', "file\tlabel\na b.png\tx\n",
        "study_instance_uid,label,sop_instance_uid\n1.2.3,well,1.2.3.4\n1.2.4,ill,\n",
        "study_instance_uid,patient_id,series_instance_uid,sop_instance_uid,position_mm,lesion_fraction,"
        "positive_slice,positive_study,frame_number\n1.2,P,1.3,1.4,89.883,0,0,1,1\n",
        f'file,label,split,group,sha256\na,a,train,a,{digest}\n"b, ""c""",b,validation,"p\n1",\n',
        "a/1.png\n  b/2.png\n\n")]


def number(value):
    return struct.pack("<q", value)


def text(value):
    return struct.pack("<I", len(value)) + value


def message(body):
    """A message of a reader child: its length, its body (Sources/GantryDICOM/Child/ReaderMessages.swift)."""
    return struct.pack("<I", len(body)) + body


def answer(body):
    return message(b"\3" + number(0) + body)


def seeds():
    yield "element_index", dicom_files()
    yield "frame_table", multi_frame_files()
    yield "run_length", [layout() + run_length_frame(2), layout(8) + run_length_frame(1)]
    yield "jpeg_stream", [layout() + jpeg_frame(0xC3, 16), layout() + jpeg_frame(0xF7, 12),
                          layout(8) + jpeg_frame(0xC0, 8), layout() + jpeg_frame(0xC2, 12)]
    size = bytes([ROWS - 1, COLUMNS - 1])
    yield "jpeg_lossless", [size + jpeg_lossless(predictor) for predictor in range(1, 8)] + [
        size + jpeg_lossless(7, point_transform=2), size + jpeg_lossless(1, restart=2),
        size + jpeg_lossless(4, precision=16)]
    smooth = [[row * 300 + column * column * 31 for column in range(COLUMNS)] for row in range(ROWS)]
    yield "jpeg_ls", [b"\0" + size + jpeg_ls.encode(smooth, *options) for options in (
        (12, (18, 67, 276)), (16, (18, 67, 276), 0, None, 3, 2), (13, (138, 267, 546), 120, 5000))] + [
        bytes([1, ROWS - 1, COLUMNS - 1, bits, near, presets, 60]) + bytes(range(96))
        for bits in (0, 6, 14) for near in (0, 1) for presets in (0, 1)]
    images = [bytes([1, 22, 28, 11, 0, 3, layers - 1, order, 2, 2, style, flags]) + bytes(range(256)) * 2
              for layers, order, style, flags in ((1, 0, 0, 0), (3, 2, 58, 7), (2, 4, 8, 31))]
    yield "jpeg_2000", [bytes([0, 22, 28]) + stream for stream in codestreams("JPEG 2000")] + images
    yield "jpeg_2000_stream", [layout() + jpeg_2000(), layout() + jpeg_2000(boxed=True)]
    stored = struct.pack("<48h", *range(-1024, 3776, 100))
    no_numbers = bytes(2) + struct.pack("<h", -1024) + bytes(8)
    lut = bytes([1, 3]) + struct.pack("<4H", 0, 1000, 2000, 3000)
    first = struct.pack("<h", -1000)
    yield "hounsfield", [layout() + no_numbers + b"\0" + first + stored, layout(8) + no_numbers + lut + first + stored]
    yield "character_set", [
        b"ISO_IR 13\\ISO 2022 IR 87\nYamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B"
        b"=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
        b"\\ISO 2022 IR 149\n\x1b$)C\xd1\xce^\x1b$)C\xd4\xd7", b"ISO_IR 144\n\xbb\xee", b"GB18030\n\xcd\xf5",
        b"ISO_IR 13\n\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J", b"\n\x1b$(D0!\x1b(B"]
    yield "safetensors_header", [
        safetensors([("a", "F32", [2, 2], bytes(16)), ("b", "BF16", [3], bytes(6))], {"format": "pt"}),
        safetensors([("half", "F16", [1], b"\x00\x3c"), ("none", "F32", [0], b"")]),
        safetensors([("quantised", "I8", [2, 2], b"\x80\xff\0\x7f"), ("scale", "F32", [2], bytes(8))]),
        safetensors([("a.conv1.weight", "F32", [1], bytes(4)), ("a.fc.bias", "F32", [1], bytes(4))],
                    {"gantry.batch-norm-epsilon": "1e-05", "gantry.stride": "3x3 (v1.5)"}),
        safetensors([("resnet.embedder.embedder.convolution.weight", "F32", [1], bytes(4)),
                     ("resnet.encoder.stages.0.layers.0.layer.0.normalization.bias", "F32", [1], bytes(4)),
                     ("classifier.1.bias", "F32", [1], bytes(4))])]
    pytorch = sorted(WEIGHTS.glob("small*.pt")) + [WEIGHTS / "checkpoint.pt"]
    wild = [
        "read/harmless.pt", "read/harmless-5.pt", "read/harmless-legacy.pt", "read/fused.pt", "read/children.pt",
        "refused/quantised.pt", "refused/container.pt", "refused/two-networks.pt"]
    with tarfile.open(WEIGHTS / "wild.tar.xz") as archive:
        yield "pytorch_file", [path.read_bytes() for path in pytorch] + [
            archive.extractfile(name).read() for name in wild]
    yield "keras_layers", keras_layers()
    arrays = [TESTS / "GantryArraysTests/Golden", TESTS / "GantryImagesTests/Golden/medmnist"]
    yield "npz_file", [path.read_bytes() for folder in arrays for path in sorted(folder.glob("*.npz"))]
    yield "delimited_table", delimited_tables()
    yield "image_files", [
        path.read_bytes() for path in sorted((TESTS / "GantryImagesTests/Golden/pictures").iterdir())]
    onnx = [WEIGHTS / f"{name}.onnx" for name in ("basic-dynamo", "softmax", "version1-kept")]
    yield "onnx_file", [path.read_bytes() for path in onnx] + [keras_graph()]
    instance = json.dumps({
        "file": "0.dcm", "sopInstanceUID": "1.2.3", "sopClassUID": "1.2.4", "studyInstanceUID": "1.2.5",
        "seriesInstanceUID": "1.2.6", "transferSyntax": "1.2.840.10008.1.2.1", "patient": {}, "study": {},
        "series": {"modality": "CT", "seriesNumber": 3}, "frames": [], "hasBurnedInAnnotation": False,
        "wasLossyCompressed": False}).encode()
    frame = (
        number(2) + text(b"ORIGINAL") + text(b"PRIMARY")
        + b"\1" + struct.pack("<11d", 0, 0, 0, 1, 0, 0, 0, 1, 0, 0.7, 0.7)
        + b"\1" + struct.pack("<2d", 1, -1024) + b"\1" + text(b"HU")
        + b"\1" + struct.pack("<d", 1.5) + b"\0" + b"\1" + number(2) + b"\1" + text(b"1") + b"\0")
    yield "reader_messages", [
        message(b"\0" + number(2)) + message(b"\2" + number(0)),
        message(b"\1" + text(b"no dictionary")),
        answer(b"\1" + text(b"0" * 64)),
        answer(b"\2" + number(0) + number(3) + b"\1" + number(-1024) + b"\1" + number(3071) + number(0)),
        answer(b"\3" + text(b"damaged") + text(b"it ends early")),
        answer(b"\0" + text(instance) + number(1) + frame)]


def main():
    folder = pathlib.Path(sys.argv[1])
    for target, inputs in seeds():
        (folder / target).mkdir(parents=True, exist_ok=True)
        for number, content in enumerate(inputs):
            (folder / target / f"seed-{number}").write_bytes(content)


if __name__ == "__main__":
    main()
