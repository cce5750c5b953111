import Foundation
import GantryCore
import GantryInference
import GantryTraining
import GantryTensors

/// What every contestant loads: a network and eight images, as safetensors in one folder.
///
/// A network of 50 layers with two classes as training begins with it, and images of random numbers. Speed does not
/// depend on them.
struct BenchmarkFiles {
    /// Where the files lie. The peers keep what they make of the network there too.
    let folder: String
    /// ResNet-50 v1.5, or another of its depth.
    let published: PublishedNetwork

    var architecture: ResidualArchitecture { published.architecture(classes: 2) }
    static let imageCount = 8
    static let side = 224

    var network: String { folder + "/resnet50.safetensors" }
    /// The network in 8 bits, as `gantry model quantize` writes it, calibrated on the images.
    var quantizedNetwork: String { folder + "/resnet50-int8.safetensors" }
    var images: String { folder + "/images.safetensors" }

    /// Multiplications and additions of an image's plain convolutions and the last layer: 8.18 G.
    var operationsPerImage: Double {
        let rows = LayerTable(architecture, height: Self.side, width: Self.side).rows
        return rows.reduce(0) { sum, row in
            switch row.type.prefix(while: { $0 != " " }) {
            case "Conv2d":
                sum + 2 * Double(row.parameters) * Double(row.outputShape.dimensions.dropFirst().reduce(1, *))
            case "Linear": sum + 2 * Double(row.parameters)
            default: sum
            }
        }
    }

    /// Writes the files that are not there yet, and the network in 8 bits anew: how it is made may have changed.
    func make() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if !FileManager.default.fileExists(atPath: network) {
            try SafetensorsWriter(metadata: NetworkConventions(of: architecture).metadata)
                .write(Initialisation.he(architecture, seed: 1).all, to: network)
        }
        if !FileManager.default.fileExists(atPath: images) {
            let shape: TensorShape = [Self.imageCount, 3, Self.side, Self.side]
            let numbers = SeededNumbers(seed: 2, name: "input").values(shape.elementCount ?? 0, scale: 2)
            try SafetensorsWriter().write(
                [NamedTensor(name: "images", shape: shape, values: numbers)], to: images)
        }
        let quantization = try NetworkQuantization(
            architecture: architecture, weights: SafetensorsFile(path: network), workers: 2)
        try quantization.quantized(on: batch(Self.imageCount)).write(to: quantizedNetwork)
    }

    /// The first `count` images.
    func batch(_ count: Int) throws -> ImageBatch {
        let values = try SafetensorsFile(path: images).values(of: "images")
        guard
            let batch = ImageBatch(
                count: count, channels: 3, height: Self.side, width: Self.side,
                values: Array(values.prefix(count * 3 * Self.side * Self.side)))
        else { throw CocoaError(.fileReadCorruptFile) }
        return batch
    }
}
