import Foundation
import GantryTensors
import GantryTestSupport
import GantryWeightImport
import Testing

/// Graphs as the exporters of Keras write them, with groups, and with a softmax.
@Suite struct ExportedGraphTests {
    typealias G = GraphBytes

    /// A network as tf2onnx writes one of Keras: channels last at first, paddings of their own, a product and a sum, a
    /// softmax.
    struct Exported: Sendable {
        var input = G.node("Transpose", ["x"], ["t"], G.attribute("perm", [0, 3, 1, 2]))
        var pad = G.node("Pad", ["t", "three"], ["p"])
        var stem =
            G.node("Conv", ["p", "w1"], ["a"], G.attribute("strides", [2, 2]) + G.attribute("auto_pad", "VALID"))
            + G.node("Relu", ["a"], ["b"])
        var poolPad = G.node("Pad", ["b", "one", "zero"], ["q"])
        var pool = G.node(
            "MaxPool", ["q"], ["r"], G.attribute("kernel_shape", [3, 3]) + G.attribute("strides", [2, 2]))
        var block = Self.bottleneck("r", "s")
        var mean =
            G.node("ReduceMean", ["s"], ["u"], G.attribute("axes", [2, 3]))
            + G.node("Squeeze", ["u", "axes"], ["v"])
        var linear = G.node("MatMul", ["v", "fw"], ["m"]) + G.node("Add", ["fb", "m"], ["l"])
        var softmax = G.node("Softmax", ["l"], ["y"], G.attribute("axis", [-1]))
        var numbers =
            G.integers("three", [0, 0, 3, 3, 0, 0, 3, 3]) + G.integers("one", [0, 0, 1, 1, 0, 0, 1, 1])
            + G.integers("axes", [2, 3]) + G.tensor("zero", [])
        var weights =
            G.tensor("w1", [4, 3, 7, 7]) + G.tensor("down", [4, 4, 1, 1]) + G.tensor("middle", [4, 2, 3, 3])
            + G.tensor("up", [4, 4, 1, 1]) + G.tensor("fw", [4, 2]) + G.tensor("fb", [2])

        /// A block of 1x1, 3x3 and 1x1, its channels of the 3x3 in groups.
        static func bottleneck(
            _ input: String, _ output: String, groups: Int = 2, first: [UInt8] = [], projection: [UInt8] = []
        ) -> [UInt8] {
            func same(_ input: String, _ weight: String, _ output: String, _ more: [UInt8] = []) -> [UInt8] {
                G.node("Conv", [input, weight], [output], G.attribute("auto_pad", "SAME_UPPER") + more)
            }
            let names = (1...6).map { "\(output)\($0)" }
            return same(input, "down", names[0], first) + G.node("Relu", [names[0]], [names[1]])
                + same(names[1], "middle", names[2], G.attribute("group", [groups]))
                + G.node("Relu", [names[2]], [names[3]]) + same(names[3], "up", names[4])
                + (projection.isEmpty ? [] : same(input, "up", "side", projection))
                + G.node("Add", [names[4], projection.isEmpty ? input : "side"], [names[5]])
                + G.node("Relu", [names[5]], [output])
        }

        var bytes: [UInt8] {
            G.model([input, pad, stem, poolPad, pool, block, mean, linear, softmax, numbers, weights])
        }

        func with(_ change: (inout Exported) -> Void) -> Exported {
            var copy = self
            change(&copy)
            return copy
        }
    }

    private func shapes(_ exported: Exported) throws -> [String: TensorShape] {
        let file = try TemporaryFile(exported.bytes)
        return try WeightFile.open(file.path).shapes
    }

    @Test func `a graph that Keras was exported to is read`() throws {
        let found = try shapes(Exported())
        #expect(found["conv1.weight"] == [4, 3, 7, 7])
        #expect(found["layer1.0.conv2.weight"] == [4, 2, 3, 3], "two groups")
        #expect(found["fc.weight"] == [2, 4] && found["fc.bias"] == [2])
        #expect(found.count == 4 * 5 + 2)
    }

    static let spellings: [(description: String, exported: Exported)] = [
        ("channels first", Exported().with { $0.input = G.node("Identity", ["x"], ["t"]) }),
        (
            "paddings within the operators",
            Exported().with {
                $0.pad = G.node("Identity", ["t"], ["p"])
                $0.stem =
                    G.convolution("p", "w1", "a", kernel: 7, stride: 2, G.attribute("auto_pad", "NOTSET"))
                    + G.node("Relu", ["a"], ["b"])
                $0.poolPad = G.node("Identity", ["b"], ["q"])
                $0.pool = G.node(
                    "MaxPool", ["q"], ["r"],
                    G.attribute("kernel_shape", [3, 3]) + G.attribute("strides", [2, 2])
                        + G.attribute("pads", [1, 1, 1, 1]))
            }
        ),
        (
            "paddings as attributes",
            Exported().with {
                $0.pad = G.node(
                    "Pad", ["t"], ["p"],
                    G.attribute("pads", [0, 0, 3, 3, 0, 0, 3, 3]) + G.attribute("mode", "constant"))
            }
        ),
        ("a mean that takes its sizes away", Exported().with { $0.mean = G.node("ReduceMean", ["s", "axes"], ["v"]) }),
        (
            "a global pool and a reshape",
            Exported().with {
                $0.mean = G.node("GlobalAveragePool", ["s"], ["u"]) + G.node("Reshape", ["u", "axes"], ["v"])
            }
        ),
        ("a Gemm", Exported().with { $0.linear = G.node("Gemm", ["v", "fw", "fb"], ["l"]) }),
        (
            "a softmax over axis 1",
            Exported().with { $0.softmax = G.node("Softmax", ["l"], ["y"], G.attribute("axis", [1])) }
        ),
        ("a softmax that names no axis", Exported().with { $0.softmax = G.node("Softmax", ["l"], ["y"]) }),
        ("no bias of the last layer", Exported().with { $0.linear = G.node("MatMul", ["v", "fw"], ["l"]) }),
        (
            "a mean with the channels last",
            Exported().with {
                $0.mean =
                    G.node("Transpose", ["s"], ["k"], G.attribute("perm", [0, 2, 3, 1]))
                    + G.node("ReduceMean", ["k", "rows"], ["v"], G.attribute("keepdims", [0]))
                $0.numbers += G.integers("rows", [1, 2])
            }
        ),
        ("a batch norm that is a product and a sum", Exported().with { $0.stem = productAndSum }),
        ("no softmax", Exported().with { $0.softmax = G.node("Identity", ["l"], ["y"]) }),
    ]

    @Test(arguments: spellings.indices)
    func `what exporters write in several ways is one network`(_ index: Int) throws {
        let (description, exported) = Self.spellings[index]
        #expect(try shapes(exported) == shapes(Exported()), "\(description)")
    }

    /// The stem's batch norm as Keras 3's export has it.
    static let productAndSum =
        G.node("Conv", ["p", "w1"], ["a"], G.attribute("strides", [2, 2]))
        + G.node("Mul", ["a", "scale"], ["a2"]) + G.node("Add", ["shift", "a2"], ["a3"]) + G.node("Relu", ["a3"], ["b"])
        + G.tensor("scale", [1, 4, 1, 1], values: [2, 3, 4, 5]) + G.tensor("shift", [4, 1, 1], values: [-1, 0, 1, 2])

    @Test func `a product and a sum are a batch norm, its statistics those that change nothing`() throws {
        let file = try TemporaryFile(Exported().with { $0.stem = Self.productAndSum }.bytes)
        let read = try WeightFile.open(file.path)
        #expect(try read.values(of: "bn1.weight") == [2, 3, 4, 5])
        #expect(try read.values(of: "bn1.bias") == [-1, 0, 1, 2])
        #expect(try read.values(of: "bn1.running_mean") == [0, 0, 0, 0])
        #expect(try read.values(of: "bn1.running_var") == [Float](repeating: 1 - 1e-5, count: 4))
        #expect(read.shapes["bn1.weight"] == [4])
    }

    static let refused: [(exported: Exported, named: String)] = [
        (
            Exported().with { $0.input = G.node("Transpose", ["x"], ["t"], G.attribute("perm", [0, 2, 3, 1])) },
            "Transpose (node the t)"
        ),
        (Exported().with { $0.input = G.node("Transpose", ["x"], ["t"]) }, "Transpose (node the t)"),
        (Exported().with { $0.pad = G.node("Pad", ["t", "one"], ["p"]) }, "Conv (node the a)"),
        (
            Exported().with {
                $0.pad = G.node("Pad", ["t", "uneven"], ["p"]);
                $0.numbers += G.integers("uneven", [0, 0, 2, 2, 0, 0, 3, 3])
            }, "Pad (node the p)"
        ),
        (
            Exported().with {
                $0.pad = G.node("Pad", ["t", "all"], ["p"]); $0.numbers += G.integers("all", [3, 3, 3, 3, 3, 3, 3, 3])
            }, "Pad (node the p)"
        ),
        (
            Exported().with {
                $0.pad = G.node("Pad", ["t", "few"], ["p"]); $0.numbers += G.integers("few", [3, 3, 3, 3])
            }, "Pad (node the p)"
        ),
        (
            Exported().with {
                $0.pad = G.node("Pad", ["t", "vast"], ["p"]);
                $0.numbers += G.integers("vast", [0, 0, .max, .max, 0, 0, .max, .max])
            }, "Pad (node the p)"
        ),
        (Exported().with { $0.pad = G.node("Pad", ["t", "absent"], ["p"]) }, "Pad (node the p)"),
        (Exported().with { $0.pad = G.node("Pad", ["t", "three", "", "axes"], ["p"]) }, "Pad (node the p)"),
        (
            Exported().with { $0.pad = G.node("Pad", ["t", "three"], ["p"], G.attribute("mode", "reflect")) },
            "Pad (node the p)"
        ),
        (Exported().with { $0.poolPad = G.node("Pad", ["b", "one", "fb"], ["q"]) }, "Pad (node the q)"),
        (Exported().with { $0.poolPad = G.node("Pad", ["b", "three"], ["q"]) }, "MaxPool (node the r)"),
        (Exported().with { $0.poolPad = G.node("Identity", ["b"], ["q"]) }, "MaxPool (node the r)"),
        (
            Exported().with {
                $0.poolPad = G.node("Identity", ["b"], ["q"])
                $0.pool = G.node(
                    "MaxPool", ["q"], ["r"],
                    G.attribute("kernel_shape", [3, 3]) + G.attribute("strides", [2, 2])
                        + G.attribute("auto_pad", "SAME_UPPER"))
            }, "MaxPool (node the r)"
        ),
        (
            Exported().with {
                $0.stem =
                    G.node(
                        "Conv", ["p", "w1"], ["a"],
                        G.attribute("strides", [2, 2]) + G.attribute("auto_pad", "SAME_UPPER"))
                    + G.node("Relu", ["a"], ["b"])
            }, "Conv (node the a)"
        ),
        (
            Exported().with { $0.mean = G.node("ReduceMean", ["s"], ["v"], G.attribute("axes", [1, 2])) },
            "ReduceMean (node the v)"
        ),
        (
            Exported().with { $0.mean = G.node("GlobalAveragePool", ["s"], ["u"]) + G.node("Squeeze", ["u"], ["v"]) },
            "Squeeze (node the v)"
        ),
        (
            Exported().with { $0.linear = G.node("MatMul", ["fw", "v"], ["m"]) + G.node("Add", ["m", "fb"], ["l"]) },
            "MatMul (node the m)"
        ),
        (
            Exported().with { $0.linear = G.node("MatMul", ["v", "fw"], ["m"]) + G.node("Add", ["m", "m"], ["l"]) },
            "Add (node the l)"
        ),
        (
            Exported().with { $0.softmax = G.node("Softmax", ["l"], ["y"], G.attribute("axis", [0])) },
            "Softmax (node the y)"
        ),
        (
            Exported().with { $0.softmax = G.node("Softmax", ["l"], ["n"]) + G.node("Softmax", ["n"], ["y"]) },
            "does not end"
        ),
        (Exported().with { $0.softmax = G.node("Relu", ["l"], ["y"]) }, "Relu (node the y)"),
        (
            Exported().with { $0.mean = G.node("Softmax", ["s"], ["n"]) + G.node("GlobalAveragePool", ["n"], ["v"]) },
            "1 operators read"
        ),
        (Exported().with { $0.block = Exported.bottleneck("r", "s", groups: 3) }, "Conv (node the s3) does not divide"),
        (Exported().with { $0.block = Exported.bottleneck("r", "s", groups: 0) }, "Conv (node the s3) does not divide"),
        (
            Exported().with { $0.block = Exported.bottleneck("r", "s", groups: -2) },
            "Conv (node the s3) does not divide"
        ),
        (
            Exported().with { $0.block = Exported.bottleneck("r", "s", first: G.attribute("group", [2])) },
            "Conv (node the s1) has its channels in 2 groups instead of 1"
        ),
        (
            Exported().with { $0.block = Exported.bottleneck("r", "s", projection: G.attribute("group", [2])) },
            "Conv (node the side) has its channels in 2 groups"
        ),
        (
            Exported().with { $0.block = Exported.bottleneck("r", "z") + Exported.bottleneck("z", "s", groups: 4) },
            "Conv (node the s3) has its channels in 4 groups instead of 2"
        ),
        (
            Exported().with {
                $0.stem =
                    G.node("Conv", ["p", "w1"], ["a"], G.attribute("strides", [2, 2]) + G.attribute("group", [2]))
                    + G.node("Relu", ["a"], ["b"])
            }, "Conv (node the a) has its channels in 2 groups"
        ),
        (
            Exported().with {
                $0.stem = productAndSum
                $0.numbers += G.node("Identity", ["a2"], ["n"]) + G.node("Relu", ["n"], ["o"])
            }, "2 operators read what comes from the operator Mul (node the a2)"
        ),
        (Exported().with { $0.stem = norm(scale: [4], shift: [4, 1, 1]) }, "Mul (node the a2) does not have a number"),
        (Exported().with { $0.stem = norm(scale: [4, 1, 1], shift: [1]) }, "Add (node the a3) does not have a number"),
        (Exported().with { $0.stem = norm(scale: nil, shift: [4, 1, 1]) }, "Mul (node the a2) stands"),
        (
            Exported().with {
                $0.mean =
                    G.node("Transpose", ["s"], ["k"], G.attribute("perm", [0, 2, 3, 1]))
                    + G.node("ReduceMean", ["k"], ["v"], G.attribute("axes", [1, 2]))
            }, "ReduceMean (node the v)"
        ),
    ]

    /// A stem with a batch norm of these shapes; one without a scale multiplies the value by itself.
    private static func norm(scale: [Int]?, shift: [Int]) -> [UInt8] {
        G.node("Conv", ["p", "w1"], ["a"], G.attribute("strides", [2, 2]))
            + G.node("Mul", ["a", scale == nil ? "a" : "scale"], ["a2"]) + G.node("Add", ["a2", "shift"], ["a3"])
            + G.node("Relu", ["a3"], ["b"]) + G.tensor("scale", scale ?? [1]) + G.tensor("shift", shift)
    }

    @Test(arguments: refused.indices)
    func `a graph that would compute something else is refused by its operator`(_ index: Int) throws {
        let (exported, named) = Self.refused[index]
        let error = try refusal(exported.bytes)
        #expect(error?.code == .refusedContent)
        #expect(error?.explanation.contains(named) == true, "\(error?.explanation ?? "read")")
    }

    @Test func `groups in the 3x3 of a basic block are refused`() throws {
        let half = G.convolution("b", "w3", "c", G.attribute("group", [2])) + G.node("Relu", ["c"], ["d"])
        let tensors = G.tensors + G.tensor("w3", [4, 2, 3, 3])
        let error = try refusal(G.model([G.stem, half, G.secondHalf, G.sum, G.mean, G.last, tensors]))
        #expect(error?.explanation.contains("Conv (node the c) has its channels in 2 groups instead of 1") == true)
    }
}
