#!/usr/bin/env python3
"""Makes of resnet50.safetensors what the peers load, where it is not there yet.

    prepare_peers.py FOLDER

resnet50.onnx: torchvision's v1.5 layout with batch norms as they stand (both peers fold them). resnet50-int8.onnx:
quantised by ONNX Runtime, weights by channel. resnet50.xml: OpenVINO's own format. resnet50-int8.xml: quantised by
NNCF, or OpenVINO's reading of resnet50-int8.onnx where there is no NNCF. Both are calibrated on the benchmark's images.
"""

import os
import sys

from safetensors.numpy import load_file


def build(tensors):
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    nodes, used = [], set()

    def add(kind, inputs, output=None, **attributes):
        output = output or f"{kind}{len(nodes)}"
        nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        used.update(name for name in inputs if name in tensors)
        return output

    def convolution(x, name, norm, stride, channels=None):
        """`channels`: of the input, where the convolution may have groups."""
        weight = tensors[f"{name}.weight"]
        kernel = weight.shape[-1]
        pads, group = [kernel // 2] * 4, (channels or weight.shape[1]) // weight.shape[1]
        x = add("Conv", [x, f"{name}.weight"], kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=pads, group=group)
        parts = [f"{norm}.{part}" for part in ("weight", "bias", "running_mean", "running_var")]
        return add("BatchNormalization", [x] + parts, epsilon=1e-5)

    x = add("Relu", [convolution("input", "conv1", "bn1", 2)])
    x = add("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    for stage, blocks in enumerate([3, 4, 6, 3]):
        for block in range(blocks):
            key = f"layer{stage + 1}.{block}"
            stride = 2 if stage > 0 and block == 0 else 1
            y = add("Relu", [convolution(x, f"{key}.conv1", f"{key}.bn1", 1)])
            y = add("Relu", [convolution(y, f"{key}.conv2", f"{key}.bn2", stride, len(tensors[f"{key}.bn1.bias"]))])
            y = convolution(y, f"{key}.conv3", f"{key}.bn3", 1)
            if block == 0:
                x = convolution(x, f"{key}.downsample.0", f"{key}.downsample.1", stride)
            x = add("Relu", [add("Add", [y, x])])
    x = add("Flatten", [add("GlobalAveragePool", [x])])
    add("Gemm", [x, "fc.weight", "fc.bias"], "logits", transB=1)
    graph = helper.make_graph(
        nodes,
        "resnet50",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 3, 224, 224])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", None])],
        [numpy_helper.from_array(tensors[name], name) for name in sorted(used)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def make_onnx(folder, target):
    with open(target, "wb") as file:
        file.write(build(load_file(f"{folder}/resnet50.safetensors")))


def make_int8_onnx(folder, target):
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Images(CalibrationDataReader):
        def __init__(self):
            self.images = iter(load_file(f"{folder}/images.safetensors")["images"])

        def get_next(self):
            image = next(self.images, None)
            return None if image is None else {"input": image[None]}

    folded = f"{folder}/folded.onnx"
    quant_pre_process(f"{folder}/resnet50.onnx", folded, skip_symbolic_shape=True)
    quantize_static(folded, target, Images(), quant_format=QuantFormat.QDQ, per_channel=True,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
    os.remove(folded)


def make_openvino(folder, target):
    import openvino

    openvino.save_model(openvino.convert_model(f"{folder}/resnet50.onnx"), target, compress_to_fp16=False)


def make_int8_openvino(folder, target):
    import openvino

    try:
        import nncf
    except ImportError:
        print("benchmark: NNCF is not to be had; OpenVINO takes the network that ONNX Runtime quantised")
        network = openvino.convert_model(f"{folder}/resnet50-int8.onnx")
    else:
        images = load_file(f"{folder}/images.safetensors")["images"]
        network = nncf.quantize(openvino.Core().read_model(f"{folder}/resnet50.xml"),
                                nncf.Dataset([image[None] for image in images]))
    openvino.save_model(network, target, compress_to_fp16=False)


def main():
    (folder,) = sys.argv[1:]
    for name, make in [("resnet50.onnx", make_onnx), ("resnet50-int8.onnx", make_int8_onnx),
                       ("resnet50.xml", make_openvino), ("resnet50-int8.xml", make_int8_openvino)]:
        target = f"{folder}/{name}"
        if os.path.exists(target):
            continue
        try:
            make(folder, target)
        except Exception as error:
            print(f"benchmark: {name} cannot be made here: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
