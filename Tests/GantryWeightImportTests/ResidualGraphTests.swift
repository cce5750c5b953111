import Foundation
import GantryTensors
import GantryTestSupport
import GantryWeightImport
import Testing

@Suite struct ResidualGraphTests {
    typealias G = GraphBytes

    @Test func `the smallest network is read, its linear layer turned round`() throws {
        var weights = G.tensor("fw", [4, 2])
        let values: [Float] = [1, 2, 3, 4, 5, 6, 7, 8]
        weights.replaceSubrange(weights.count - 32..<weights.count, with: values.withUnsafeBytes { Array($0) })
        let tensors = G.tensor("w1", [4, 3, 3, 3]) + G.tensor("w2", [4, 4, 3, 3]) + weights + G.tensor("fb", [2])
        let bytes = G.model([G.stem, G.firstHalf, G.secondHalf, G.sum, G.mean, G.last, tensors])
        let file = try TemporaryFile(bytes)
        let read = try ONNXFile(path: file.path)
        #expect(read.shapes.count == 3 * 5 + 2, "no bias where no convolution has one")
        #expect(read.shapes["fc.weight"] == [2, 4])
        #expect(try read.values(of: "fc.weight") == [1, 3, 5, 7, 2, 4, 6, 8])
        #expect(read.conventions?.strideOnFirstConvolution == nil, "basic blocks do not tell")
    }

    struct Spoilt: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let parts: [[UInt8]]
        let expected: String
        init(_ description: String, _ parts: [[UInt8]], _ expected: String) {
            (testDescription, self.parts, self.expected) = (description, parts, expected)
        }
    }

    static let whole = [G.stem, G.firstHalf, G.secondHalf, G.sum, G.mean, G.last, G.tensors]

    /// The network with some of its parts exchanged.
    static func with(_ changes: [Int: [UInt8]]) -> [[UInt8]] { whole.indices.map { changes[$0] ?? whole[$0] } }

    static let spoilt: [Spoilt] = [
        Spoilt(
            "a stem of stride 3", with([0: G.convolution("x", "w1", "a", stride: 3) + G.node("Relu", ["a"], ["b"])]),
            "the a"),
        Spoilt("a padding of 0", with([2: G.convolution("d", "w2", "e", pad: 0)]), "the e"),
        Spoilt("a dilation", with([2: G.convolution("d", "w2", "e", G.attribute("dilations", [2, 2]))]), "the e"),
        Spoilt(
            "a stride within a stage",
            with([1: G.convolution("b", "w2", "c", stride: 2) + G.node("Relu", ["c"], ["d"])]), "strides"),
        Spoilt("no ReLU after the stem", with([0: G.convolution("x", "w1", "b")]), "2 operators read"),
        Spoilt(
            "a block that adds something else",
            with([3: G.node("Add", ["e", "d"], ["f"]) + G.node("Relu", ["f"], ["g"])]), "operators read"),
        Spoilt(
            "an addition of three", with([3: G.node("Add", ["e", "b", "b"], ["f"]) + G.node("Relu", ["f"], ["g"])]),
            "Add"),
        Spoilt(
            "a pool over one axis", with([4: G.node("ReduceMean", ["g"], ["i"], G.attribute("axes", [2, 2]))]), "mean"),
        Spoilt(
            "an output that is not the last layer's", with([5: G.node("Gemm", ["i", "fw", "fb"], ["z"])]),
            "does not end"),
        Spoilt("no linear layer", with([5: []]), "ends after"),
        Spoilt("a weight that is not there", with([6: G.tensor("w1", [4, 3, 3, 3])]), "no tensor of that name"),
        Spoilt(
            "a weight of another kernel", with([6: G.tensor("w1", [4, 3, 3, 3]) + G.tensor("w2", [4, 4, 1, 1])]),
            "the c"),
        Spoilt("a tensor of whole numbers", with([6: G.tensor("w1", [4, 3, 3, 3], type: 6)]), "element type 6"),
        Spoilt(
            "data that do not fill the shape", with([6: G.tensor("w1", [4, 3, 3, 3], byteCount: 4)]), "do not fill"),
        Spoilt("channels beyond any data", with([6: G.tensor("w1", [1 << 40, 0, 3, 3])]), "no square kernel"),
        Spoilt(
            "a shape that overflows", with([6: G.tensor("w1", [1 << 40, 1 << 40, 3, 3], byteCount: 4)]),
            "nothing can have its shape"),
        Spoilt(
            "a negative size", with([6: G.tensor("w1", [-1, 3, 3, 3], byteCount: 4)]), "nothing can have its shape"),
        Spoilt("two tensors of one name", with([6: G.tensors + G.tensor("w1", [1])]), "one name"),
        Spoilt("a value made twice", with([5: G.last + G.node("Relu", ["i"], ["g"])]), "two nodes make g"),
        Spoilt("the input made by a node", with([5: G.last + G.node("Relu", ["g"], ["x"])]), "two nodes make x"),
        Spoilt(
            "an operator of another domain", [G.field(1, G.field(4, "Conv".utf8) + G.field(7, "evil".utf8))],
            "evil.Conv"),
        Spoilt("nothing", [], "the graph ends after the input"),
    ]

    @Test(arguments: spoilt)
    func `a graph that is no residual network's is refused by what does not fit`(_ spoilt: Spoilt) throws {
        let error = try refusal(G.model(spoilt.parts))
        #expect(error?.explanation.contains(spoilt.expected) == true, "\(error?.explanation ?? "read")")
    }

    @Test func `a graph that leads back into itself is refused`() throws {
        // A second block whose sum would be the first's: then the walk would never end.
        let back = G.convolution("g", "w2", "k") + G.node("Relu", ["k"], ["l"]) + G.convolution("l", "w2", "m")
        let sum = G.node("Add", ["e", "b", "m", "g"], ["f"]) + G.node("Relu", ["f"], ["g"])
        let error = try refusal(G.model([G.stem, G.firstHalf, G.secondHalf, sum, back, G.tensors]))
        #expect(error?.explanation.contains("operator Add (node the f)") == true)
    }

    @Test func `a file of countless empty messages is not decoded`() throws {
        let empty = (0..<600_000).flatMap { _ in G.field(1, []) }
        #expect(try refusal(G.model([empty]))?.code == .malformedHeader)
        let deep = (0..<10_000).reduce(into: [UInt8]()) { bytes, _ in bytes = [0x3A, 0x00] + bytes }
        #expect(
            try refusal([0x08, 0x08] + deep + G.field(8, G.field(2, 20)))?.explanation.contains("0 inputs") == true)
    }
}
