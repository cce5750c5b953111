import Foundation
import GantryTensors
import GantryTestSupport
import GantryWeightImport
import Testing

/// What a Keras model's settings say, in files whose content a child of the tests' own tells.
@Suite struct KerasConventionsTests {
    /// The answer of a child for a file with one kernel, `conv1_conv`'s, and this `model_config`.
    private func read(modelConfig: [UInt8]) throws -> any TensorCollection {
        func framed(_ body: [UInt8]) -> [UInt8] {
            withUnsafeBytes(of: UInt32(body.count).littleEndian) { Array($0) } + body
        }
        let listing =
            #"{"datasets":[{"path":"model_weights/conv1_conv/kernel","shape":[1,1,1,1]}],"hasModelConfig":true}"#
        let messages = framed(Array(listing.utf8)) + framed(modelConfig) + framed([0, 0, 0x80, 0x3F])
        let file = try TemporaryFile(messages)
        let reader = HDF5Reader(executable: "/bin/sh", arguments: ["-c", "cat '\(file.path)' >&3; cat <&3"])
        return try WeightFile.open(Fixtures.path("keras3-other.h5"), hdf5: reader)
    }

    private func read(_ layers: [String]) throws -> any TensorCollection {
        try read(modelConfig: Array(model(layers).utf8))
    }

    private func model(_ layers: [String]) -> String {
        #"{"class_name":"Functional","config":{"name":"m","layers":[\#(layers.joined(separator: ","))]}}"#
    }

    private static func convolution(
        _ name: String, kernel: Int = 1, stride: Int = 1, _ more: String = #""padding":"valid""#
    ) -> String {
        #"{"class_name":"Conv2D","config":{"name":"\#(name)","kernel_size":[\#(kernel),\#(kernel)],"#
            + #""strides":[\#(stride),\#(stride)],\#(more)},"name":"\#(name)"}"#
    }

    private static func norm(_ name: String, _ epsilon: String) -> String {
        #"{"class_name":"BatchNormalization","config":{"name":"\#(name)","epsilon":\#(epsilon)}}"#
    }

    private static func layer(_ kind: String, _ name: String, _ more: String) -> String {
        #"{"class_name":"\#(kind)","config":{"name":"\#(name)",\#(more)}}"#
    }

    /// The block that begins a stage, with the strides of its first two convolutions.
    private static func block(_ stage: Int, _ first: Int, _ second: Int, groups: Int = 1) -> [String] {
        let name = "conv\(stage)_block1"
        return [
            convolution("\(name)_1_conv", stride: first),
            convolution("\(name)_2_conv", kernel: 3, stride: second, #""padding":"valid","groups":\#(groups)"#),
            convolution("\(name)_0_conv", stride: first * second), convolution("\(name)_3_conv"),
        ]
    }

    private static let norms = [norm("conv1_bn", "1.001e-05"), norm("conv2_block1_1_bn", "1.001e-05")]

    @Test func `the stride and the epsilon are those of the layers' settings`() throws {
        for (stages, expected) in [
            ([Self.block(3, 2, 1), Self.block(4, 2, 1)], true), ([Self.block(3, 1, 2)], false),
            ([Self.block(3, 2, 1), Self.block(4, 1, 2)], nil), ([], nil), ([Self.block(2, 1, 1)], nil),
        ] as [([[String]], Bool?)] {
            let conventions = try read(stages.flatMap { $0 } + Self.norms).conventions
            #expect(
                conventions == NetworkConventions(strideOnFirstConvolution: expected, batchNormEpsilon: 1.001e-5))
        }
        let basic = [
            Self.convolution("conv3_block1_1_conv", kernel: 3, stride: 2),
            Self.convolution("conv3_block1_2_conv", kernel: 3, #""padding":"same""#),
        ]
        #expect(try read(basic + Self.norms).conventions?.strideOnFirstConvolution == nil, "basic blocks do not tell")
        #expect(try read(Self.block(3, 2, 1)).conventions == nil, "without a batch norm there is no epsilon")
    }

    @Test func `a model within a model is looked into`() throws {
        let inner = model(Self.block(3, 1, 2) + [Self.norm("a", "0.002")])
        let conventions = try read([inner, Self.layer("Dense", "d", #""activation":"softmax""#)]).conventions
        #expect(conventions == NetworkConventions(strideOnFirstConvolution: false, batchNormEpsilon: 0.002))
    }

    @Test func `groups are known in the middle of bottlenecks, as many in every block`() throws {
        let same = Self.block(3, 1, 2, groups: 32) + Self.block(4, 1, 2, groups: 32) + Self.norms
        #expect(try read(same).conventions?.strideOnFirstConvolution == false)
        let other = #expect(throws: WeightsError.self) {
            try read(Self.block(3, 1, 2, groups: 32) + Self.block(4, 1, 2, groups: 16))
        }
        #expect(other?.explanation.contains("conv4_block1_2_conv has its channels in 16 groups") == true)
    }

    static let contradictions: [(layers: [String], named: [String])] = [
        ([convolution("conv4_block2_2_conv", kernel: 3, #""dilation_rate":[2,2]"#)], ["conv4_block2_2", "dilation"]),
        ([convolution("conv2_block1_1_conv", #""groups":2"#)], ["conv2_block1_1_conv", "2 groups"]),
        ([convolution("conv2_block1_2_conv", kernel: 3, stride: 2)], ["conv2_block1_2_conv", "strides [2, 2]"]),
        ([convolution("conv3_block2_1_conv", stride: 2)], ["conv3_block2_1_conv", "strides"]),
        ([convolution("conv1_conv", kernel: 7, stride: 4)], ["conv1_conv", "[4, 4]"]),
        ([convolution("conv1_conv", kernel: 7, stride: 2, #""padding":"same""#)], ["conv1_conv", "same"]),
        ([convolution("conv1_conv", kernel: 7, stride: 2, #""activation":"relu""#)], ["conv1_conv", "relu"]),
        (block(3, 1, 1), ["conv3_block1_0_conv", "strides [1, 1]"]),
        (block(3, 2, 2), ["conv3_block1_0_conv", "strides [4, 4]"]),
        ([convolution("conv1_conv", kernel: 7)], ["conv1_conv", "strides [1, 1]"]),
        ([convolution("conv1_conv", kernel: 7, stride: 2)], ["conv1_conv", "no padding before it"]),
        ([convolution("conv3_block1_1_conv", kernel: 3)], ["conv3_block1_1_conv", "strides [1, 1]"]),
        ([layer("LeakyReLU", "conv1_relu", #""negative_slope":0.1"#)], ["conv1_relu", "is a LeakyReLU"]),
        ([layer("ReLU", "conv1_relu", #""max_value":6.0"#)], ["conv1_relu", "limit"]),
        ([layer("Activation", "conv2_block1_out", #""activation":"linear""#)], ["conv2_block1_out", "linear"]),
        ([layer("Activation", "conv2_block1_out", #""activation":"softmax""#)], ["conv2_block1_out", "softmax"]),
        ([layer("GlobalMaxPooling2D", "max_pool", #""keepdims":false"#)], ["max_pool", "GlobalMaxPooling2D"]),
        (
            [layer("AveragePooling2D", "pool1_pool", #""pool_size":[3,3],"strides":[2,2]"#)],
            ["pool1_pool", "AveragePooling2D"]
        ),
        ([layer("Rescaling", "rescaling", #""scale":0.1"#)], ["rescaling", "Rescaling"]),
        ([layer("ZeroPadding2D", "conv1_pad", #""padding":[[2,3],[2,3]]"#)], ["conv1_pad", "[2, 3, 2, 3]"]),
        (
            [layer("MaxPooling2D", "pool1_pool", #""pool_size":[3,3],"strides":[2,2],"padding":"same""#)],
            ["pool1_pool", "3x3 pool"]
        ),
        (
            [layer("MaxPooling2D", "pool1_pool", #""pool_size":[3,3],"strides":[2,2],"padding":"valid""#)],
            ["pool1_pool", "no padding before it"]
        ),
        (
            [
                layer("GlobalAveragePooling2D", "avg_pool", #""keepdims":false"#),
                layer("Activation", "head", #""activation":"relu""#),
            ], ["head", "relu"]
        ),
        ([layer("Activation", "conv2_block1_out", #""activation":"swish""#)], ["conv2_block1_out", "swish"]),
        ([layer("Activation", "conv2_block1_out", #""activation":{"a":1}"#)], ["conv2_block1_out", "of its own"]),
        ([layer("Dense", "predictions", #""activation":"sigmoid""#)], ["predictions", "sigmoid"]),
        ([norm("conv1_bn", "0")], ["conv1_bn", "epsilon 0"]),
        ([norm("conv1_bn", "1e-05"), norm("b", "1e-05"), norm("c", "0.001")], ["conv1_bn", "c have", "0.001"]),
    ]

    @Test(arguments: contradictions)
    func `a setting that no residual network has is refused by the layer's name`(
        _ layers: [String], _ named: [String]
    ) throws {
        let error = #expect(throws: WeightsError.self) { try read(layers) }
        #expect(error?.code == .architectureMismatch)
        for part in named { #expect(error?.explanation.contains(part) == true, "\(error?.explanation ?? "read")") }
    }

    @Test func `a description that is not Keras's is refused`() throws {
        var nested = Self.norm("a", "1e-05")
        for _ in 0..<20 { nested = model([nested]) }
        let brackets = String(repeating: "[", count: 100_000)
        let inLayers = #"{"class_name":"Model","config":{"layers":"# + brackets
        for text in [
            "", "no JSON", "[]", "{}", #"{"class_name":"Model"}"#, brackets, inLayers, nested,
            model([Self.layer("Conv2D", "c", #""strides":"many""#)]),
            model([Self.layer("BatchNormalization", "c", #""epsilon":[]"#)]),
            model([Self.layer("Conv2D", "c", #""groups":1e300"#)]),
        ] {
            let error = #expect(throws: WeightsError.self) { try read(modelConfig: Array(text.utf8)) }
            #expect(error?.code == .malformedHeader && error?.explanation.contains("model_config") == true)
        }
        #expect(throws: WeightsError.self) { try read(modelConfig: [0x7B, 0xFF, 0xFE, 0x7D]) }
        var levels = Self.norm("a", "1e-05")
        for _ in 0..<8 { levels = model([levels]) }
        #expect(try read(modelConfig: Array(levels.utf8)).conventions?.batchNormEpsilon == 1e-5)
    }
}
