import Foundation
import GantryTensors
import GantryTestSupport
import GantryWeightImport
import Testing

/// Plain Keras models, told by their graphs, in files whose content a child of the tests' own tells.
@Suite struct KerasGraphTests {
    /// A model as somebody writes it, layer by layer, in the JSON of Keras 2 or 3.
    struct Model {
        var isKeras3 = false
        private var layers: [[String: Any]] = []
        private var datasets: [(path: String, shape: [Int])] = []

        init(isKeras3: Bool = false) { self.isKeras3 = isKeras3 }

        mutating func layer(_ kind: String, _ name: String, _ inputs: [String], _ settings: [String: Any] = [:]) {
            let tensors = inputs.map { input -> Any in
                guard isKeras3 else { return [input, 0, 0, [String: Any]()] as [Any] }
                let config: [String: Any] = ["shape": [1], "keras_history": [input, 0, 0]]
                return ["class_name": "__keras_tensor__", "config": config] as [String: Any]
            }
            var calls: [Any] = []
            if !inputs.isEmpty, isKeras3 {
                let arguments: [Any] = inputs.count == 1 ? tensors : [tensors]
                calls = [["args": arguments, "kwargs": [String: Any]()] as [String: Any]]
            } else if !inputs.isEmpty {
                calls = [tensors]
            }
            layers.append([
                "class_name": kind, "config": settings.merging(["name": name]) { $1 }, "inbound_nodes": calls,
            ])
        }

        mutating func input(_ name: String = "in", size: [Int?] = [16, 16]) {
            let shape: [Any] = [NSNull()] + size.map { $0 as Any? ?? NSNull() } + [1]
            layer("InputLayer", name, [], [isKeras3 ? "batch_shape" : "batch_input_shape": shape])
        }

        mutating func convolution(
            _ name: String, _ input: String, kernel: Int = 3, stride: Int = 1, _ settings: [String: Any] = [:]
        ) {
            layer(
                "Conv2D", name, [input],
                [
                    "kernel_size": [kernel, kernel], "strides": [stride, stride], "padding": "same",
                    "activation": "linear", "use_bias": true,
                ].merging(settings) { $1 })
            datasets.append(("m/\(name)/kernel:0", [kernel, kernel, name == "c0" ? 1 : 2, 2]))
            if settings["use_bias"] as? Bool != false { datasets.append(("m/\(name)/bias:0", [2])) }
        }

        mutating func norm(_ name: String, _ input: String, epsilon: Double = 0.001) {
            layer("BatchNormalization", name, [input], ["epsilon": epsilon])
            for part in ["gamma", "beta", "moving_mean", "moving_variance"] {
                datasets.append(("m/\(name)/\(part):0", [2]))
            }
        }

        mutating func relu(_ name: String, _ input: String) {
            layer("Activation", name, [input], ["activation": "relu"])
        }

        mutating func dense(_ name: String, _ input: String, activation: String = "softmax") {
            layer("Dense", name, [input], ["activation": activation])
            datasets.append(("m/\(name)/kernel:0", [2, 3]))
            datasets.append(("m/\(name)/bias:0", [3]))
        }

        /// The stem, a block with the input as its shortcut, up to its sum's ReLU `r2`.
        mutating func block() {
            input()
            convolution("c0", "in")
            norm("n0", "c0")
            relu("r0", "n0")
            convolution("c1", "r0")
            norm("n1", "c1")
            relu("r1", "n1")
            convolution("c2", "r1")
            norm("n2", "c2")
            layer("Add", "s", ["r0", "n2"])
            relu("r2", "s")
        }

        /// What ends it.
        mutating func head(_ input: String) {
            layer("GlobalAveragePooling2D", "g", [input])
            dense("d", "g")
        }

        func without(_ name: String) -> Self {
            var model = self
            model.layers.removeAll { ($0["config"] as? [String: Any])?["name"] as? String == name }
            return model
        }

        /// The answer of a child for such a file: zeros.
        func read() throws -> any TensorCollection {
            func framed(_ body: [UInt8]) -> [UInt8] {
                withUnsafeBytes(of: UInt32(body.count).littleEndian) { Array($0) } + body
            }
            let listing = try JSONSerialization.data(withJSONObject: [
                "datasets": datasets.map { ["path": $0.path, "shape": $0.shape] as [String: Any] },
                "hasModelConfig": true,
            ])
            let config = try JSONSerialization.data(withJSONObject: [
                "class_name": "Functional", "config": ["name": "m", "layers": layers] as [String: Any],
            ])
            var messages = framed(Array(listing)) + framed(Array(config))
            for dataset in datasets {
                messages += framed([UInt8](repeating: 0, count: 4 * dataset.shape.reduce(1, *)))
            }
            let file = try TemporaryFile(messages)
            let reader = HDF5Reader(executable: "/bin/sh", arguments: ["-c", "cat '\(file.path)' >&3; cat <&3"])
            return try WeightFile.open(Fixtures.path("keras3-other.h5"), hdf5: reader)
        }
    }

    private static func whole(_ keras3: Bool = false, _ change: (inout Model) -> Void = { _ in }) -> Model {
        var model = Model(isKeras3: keras3)
        model.block()
        change(&model)
        model.head("r2")
        return model
    }

    @Test(arguments: [false, true])
    func `a block is found by what each layer reads, in Keras 2's words and Keras 3's`(_ keras3: Bool) throws {
        let file = try Self.whole(keras3).read()
        let norms = ["weight", "bias", "running_mean", "running_var"]
        let units = [("conv1", "bn1"), ("layer1.0.conv1", "layer1.0.bn1"), ("layer1.0.conv2", "layer1.0.bn2")]
        let expected = units.flatMap { name, norm in
            ["\(name).weight", "\(name).bias"] + norms.map { "\(norm).\($0)" }
        }
        #expect(Set(file.shapes.keys) == Set(expected + ["fc.weight", "fc.bias"]))
        #expect(file.shapes["conv1.weight"] == [2, 1, 3, 3])
        #expect(file.conventions == NetworkConventions(strideOnFirstConvolution: nil, batchNormEpsilon: 0.001))
    }

    @Test func `a shortcut without batch norm begins a stage, and what a model lacks changes nothing`() throws {
        var model = Self.Model()
        model.block()
        model.convolution("c3", "r2", stride: 2, ["use_bias": false])
        model.norm("n3", "c3")
        model.relu("r3", "n3")
        model.convolution("c4", "r3")
        model.convolution("c5", "r2", kernel: 1, stride: 2)
        model.layer("Add", "t", ["c5", "c4"])
        model.relu("r4", "t")
        model.layer("AveragePooling2D", "p", ["r4"], ["pool_size": [8, 8], "strides": [8, 8], "padding": "valid"])
        model.layer("Flatten", "f", ["p"])
        model.dense("d", "f")
        let file = try model.read()
        #expect(
            file.conventions
                == NetworkConventions(
                    strideOnFirstConvolution: nil, batchNormEpsilon: 0.001, padding: .same, shortcut: .convolution))
        #expect(file.shapes["layer2.0.downsample.0.weight"] == [2, 2, 1, 1])
        #expect(file.shapes["layer2.0.downsample.1.weight"] == nil)
        // The convolution without a bias, and the one without a batch norm.
        #expect(try file.values(of: "layer2.0.conv1.bias") == [0, 0])
        #expect(try file.values(of: "layer2.0.bn2.weight") == [1, 1])
        #expect(try file.values(of: "layer2.0.bn2.running_var") == [0.999, 0.999])
    }

    @Test func `what is no residual network is refused by the layer's name`() throws {
        func refused(_ model: Model, _ words: String..., line: SourceLocation = #_sourceLocation) {
            let error = #expect(throws: WeightsError.self, sourceLocation: line) { try model.read() }
            for word in words {
                #expect(
                    error?.explanation.contains(word) == true, "\(error?.explanation ?? "")", sourceLocation: line)
            }
            #expect(error?.explanation.hasSuffix(".") == true, sourceLocation: line)
        }
        refused(Self.whole { $0.norm("n3", "r2") }.without("g"), "n3 is a batch norm behind a block's last ReLU")
        refused(Self.whole().without("in"), "no input layer")
        refused(Self.whole { $0.input("other") }, "other is a second input")
        refused(Self.whole { $0.relu("r1", "r2") }, "r1 is there twice")
        var model = Self.Model()
        model.input()
        model.convolution("c0", "in")
        model.relu("r0", "c0")
        model.head("r0")
        refused(model, "no residual blocks")
        model = Self.Model()
        model.block()
        model.layer("GlobalMaxPooling2D", "g", ["r2"])
        refused(model, "g stands where a residual network has a block or the mean")
        model = Self.Model()
        model.block()
        model.layer("AveragePooling2D", "p", ["r2"], ["pool_size": [4, 4]])
        refused(model, "p does not take the mean over the whole image, which is 16x16 there")
        model = Self.Model()
        model.block()
        model.layer("GlobalAveragePooling2D", "g", ["r2"])
        model.dense("d", "g", activation: "relu")
        model.dense("e", "d")
        refused(model, "d goes through relu instead of a softmax")
        model = Self.Model()
        model.block()
        model.convolution("c3", "r2", ["dilation_rate": [2, 2]])
        model.layer("Add", "t", ["r2", "c3"])
        refused(model, "c3 has the dilation [2, 2]")
        model = Self.Model()
        model.input()
        model.convolution("c0", "in", kernel: 5)
        refused(model, "c0 is 5x5; a residual network begins with 7x7 or 3x3")
        model = Self.Model()
        model.input()
        model.convolution("c0", "in", ["padding": "valid"])
        refused(model, "c0 has not the zeros around the image")
        // A layer that reads itself, and one that nothing reads.
        model = Self.Model()
        model.input()
        model.layer("Dropout", "a", ["a"])
        refused(model, "in is read by no layer")
    }

    @Test func `epsilons, orders and paddings are not mixed`() throws {
        func refused(_ model: Model, _ words: String, line: SourceLocation = #_sourceLocation) {
            let error = #expect(throws: WeightsError.self, sourceLocation: line) { try model.read() }
            #expect(error?.explanation.contains(words) == true, "\(error?.explanation ?? "")", sourceLocation: line)
        }
        var model = Self.Model()
        model.input()
        model.convolution("c0", "in")
        model.relu("r0", "c0")
        model.norm("n0", "r0")
        model.convolution("c1", "n0")
        model.norm("n1", "c1")
        model.relu("r1", "n1")
        model.convolution("c2", "r1")
        model.layer("Add", "s", ["n0", "c2"])
        model.relu("r2", "s")
        model.head("r2")
        refused(model, "c1 has not the ReLU before its batch norm, as others have")
        model = Self.Model()
        model.input()
        model.layer("ZeroPadding2D", "z", ["in"], ["padding": [[3, 3], [3, 3]]])
        model.convolution("c0", "z", kernel: 7, stride: 2, ["padding": "valid"])
        model.norm("n0", "c0", epsilon: 0.01)
        model.relu("r0", "n0")
        model.layer("MaxPooling2D", "m", ["r0"], ["pool_size": [3, 3], "strides": [2, 2], "padding": "same"])
        model.convolution("c1", "m")
        model.norm("n1", "c1")
        model.relu("r1", "n1")
        model.convolution("c2", "r1")
        model.layer("Add", "s", ["m", "c2"])
        model.relu("r2", "s")
        model.head("r2")
        refused(model, "padding same and layers of zeros are mixed")
    }
}
