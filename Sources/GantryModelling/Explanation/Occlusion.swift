import GantryCore
import GantryInference
import GantryTraining

/// What covering a part of the image takes from a class's logit: slower than Grad-CAM and free of its assumptions.
///
/// The image is divided into `cells` x `cells` parts; for each, a square twice as wide around its middle is set to 0,
/// the mean of what the network was trained on, and the part gets the logit of the whole image less that of the covered
/// one. Below 0: what was covered spoke against the class.
///
/// **Source** Zeiler and Fergus, "Visualizing and understanding convolutional networks" (2014), section 4.2.
package struct Occlusion: Sendable {
    /// Parts along each side, where the image has as many pixels.
    package static let cells = 14

    private let network: ResidualNetwork
    private let workers: Int

    /// A map of what `network` scores, computed by `workers` threads.
    package init(network: ResidualNetwork, workers: Int) {
        self.network = network
        self.workers = workers
    }

    /// The map of one image for the class, or label, of number `index`; `goesOn` is asked between rows.
    ///
    /// **Shape** `image` CHW. **Throws** `InferenceError` where it does not fit, `TrainingError.notFinite` where a
    /// logit is not a number; nil where `goesOn` said no.
    package func map(
        of image: [Float], channels: Int, height: Int, width: Int, class index: Int, goesOn: () -> Bool = { true }
    ) throws -> ActivationMap? {
        let (rows, columns) = (min(Self.cells, height), min(Self.cells, width))
        let whole = try logits([image], channels: channels, height: height, width: width).values[index]
        var values: [Float] = []
        for row in 0..<rows {
            guard goesOn() else { return nil }
            let down = Self.covered(row, of: rows, pixels: height)
            let batch = (0..<columns).map { column in
                Self.covering(
                    image, rows: down, columns: Self.covered(column, of: columns, pixels: width), height: height,
                    width: width)
            }
            let covered = try logits(batch, channels: channels, height: height, width: width)
            values += (0..<covered.rows).map { whole - covered.values[$0 * covered.columns + index] }
        }
        guard let map = ActivationMap(rows: rows, columns: columns, values: values) else {
            throw TrainingError.notFinite
        }
        return map
    }

    /// The pixels that are covered for part `index` of `count`: half a part more on each side.
    static func covered(_ index: Int, of count: Int, pixels: Int) -> Range<Int> {
        let first = max(0, (2 * index - 1) * pixels / (2 * count))
        let end = min(pixels, ((2 * index + 3) * pixels + 2 * count - 1) / (2 * count))
        return first..<end
    }

    private static func covering(
        _ image: [Float], rows: Range<Int>, columns: Range<Int>, height: Int, width: Int
    ) -> [Float] {
        var image = image
        for plane in stride(from: 0, to: image.count, by: height * width) {
            for row in rows {
                for column in columns { image[plane + row * width + column] = 0 }
            }
        }
        return image
    }

    private func logits(
        _ images: [[Float]], channels: Int, height: Int, width: Int
    ) throws(InferenceError) -> ScoreMatrix {
        guard
            let batch = ImageBatch(
                count: images.count, channels: channels, height: height, width: width, values: images.flatMap(\.self))
        else { throw .channelCount(found: channels, expected: network.architecture.inputChannels) }
        return try network.logits(batch, workers: workers)
    }
}
