import Foundation
import GantryTensors
import SwiftProtobuf

/// An ONNX model of a residual network, its initialisers under torchvision's names.
///
/// The graph is recognised by its structure (`ResidualGraph`), so that the names an exporter chose do not matter. Where
/// an exporter has folded batch norms into the convolutions, every convolution has a `.bias`, and batch norms stand
/// there that change nothing: weight 1, bias 0, mean 0, variance 1 - `conventions.batchNormEpsilon`. The tensors are in
/// memory as long as the value lives.
///
/// **Source**: the ONNX specification, IR version 3 and later.
public struct ONNXFile: TensorCollection {
    /// The largest file that is read: all of it is decoded. The largest published residual network takes 400 MB.
    static let largestByteCount = 1 << 30

    /// The file's path, as it was given.
    public let origin: String
    /// What the graph says beyond names and shapes.
    public let conventions: NetworkConventions?
    /// Every tensor's shape by its name.
    public let shapes: [String: TensorShape]

    private let tensors: [String: ONNXTensor]

    /// Reads the file and recognises its graph.
    ///
    /// **Throws** `refusedContent` for an operator, an attribute or an order of operators that is not a residual
    /// network's, by its name, and for tensors in other files; `unsupportedElementType`; `inconsistentTensor`;
    /// `malformedHeader`; `noSuchTensor`; `cannotOpen`, `cannotRead`.
    public init(path: String) throws(WeightsError) {
        let file = try FileDescriptor(readingFrom: path)
        let byteCount = try file.byteCount()
        guard byteCount <= Self.largestByteCount else {
            throw WeightsError(
                .malformedHeader, subject: path, explanation: "it is larger than \(Self.largestByteCount) bytes.")
        }
        let graph = try ONNXGraph(try Self.decode(try file.bytes(byteCount, at: 0), path), origin: path)
        let network = try ResidualGraph(graph)
        origin = path
        tensors = network.tensors
        shapes = network.tensors.mapValues(\.shape)
        conventions = NetworkConventions(
            strideOnFirstConvolution: network.strideOnFirstConvolution, batchNormEpsilon: network.batchNormEpsilon,
            stemStride: network.stemStride, stemPool: network.poolsBehindStem.map { $0 ? .max : .nothing })
    }

    private static func decode(_ bytes: [UInt8], _ path: String) throws(WeightsError) -> Onnx_GraphProto {
        let malformed = WeightsError(
            .malformedHeader, subject: path,
            explanation: "it cannot be decoded as an ONNX model; it may be damaged or cut short.")
        guard bytes.withUnsafeBytes({ ProtobufBudget.allows($0) }) else { throw malformed }
        var options = BinaryDecodingOptions()
        options.messageDepthLimit = 8
        options.discardUnknownFields = true
        do {
            let model = try Onnx_ModelProto(serializedBytes: bytes, partial: true, options: options)
            // Every model has a version of its operators; behind the graph, it shows that the file is whole.
            guard !model.opsetImport.isEmpty else { throw malformed }
            return model.graph
        } catch {
            throw malformed
        }
    }

    /// The element type a tensor is stored as, or nil where there is no such tensor.
    public func elementType(of name: String) -> ElementType? { tensors[name]?.elementType }

    /// The elements of one tensor, F16 and BF16 widened exactly to Float32, F64 rounded to it.
    ///
    /// **Throws** `noSuchTensor`.
    public func values(of name: String) throws(WeightsError) -> [Float] {
        guard let tensor = tensors[name] else { throw .noSuchTensor(name, in: origin) }
        return tensor.values
    }
}
