import GantryCore

/// What a training would take, as `gantry train --dry-run` measured it.
struct TrainingEstimate: Encodable {
    /// Epochs of one size of pictures.
    struct Stretch: Encodable {
        /// How many.
        var epochs: Int
        /// Side of the pictures, pixels.
        var side: Int
        /// Of whole steps.
        var imagesPerSecond: Double
        /// Of validation.
        var validationImagesPerSecond: Double
        /// Of all these epochs.
        var seconds: Double
    }

    var images: Int
    var validationImages: Int
    var classes: Int
    /// What is computed: `f32` or `bf16`.
    var arithmetic: String
    /// Of reading, comparing and dividing the data: measured, not estimated.
    var secondsToRead: Double
    var stretches: [Stretch]
    /// Of the pass that says what the data look like to the network.
    var secondsToProfile: Double
    /// The most that this process has had so far.
    var peakMemoryBytes: Int
    var freeMemoryBytes: Int?
    /// While it runs: pixels and checkpoints.
    var diskBytes: Int
    /// What stays.
    var bundleBytes: Int

    /// Of everything.
    var seconds: Double { secondsToRead + stretches.reduce(0) { $0 + $1.seconds } + secondsToProfile }

    private enum Keys: String, CodingKey {
        case images, validationImages, classes, arithmetic, secondsToRead, stretches, secondsToProfile, seconds
        case peakMemoryBytes, freeMemoryBytes, diskBytes, bundleBytes
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(images, forKey: .images)
        try container.encode(validationImages, forKey: .validationImages)
        try container.encode(classes, forKey: .classes)
        try container.encode(arithmetic, forKey: .arithmetic)
        try container.encode(secondsToRead, forKey: .secondsToRead)
        try container.encode(stretches, forKey: .stretches)
        try container.encode(secondsToProfile, forKey: .secondsToProfile)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(peakMemoryBytes, forKey: .peakMemoryBytes)
        try container.encode(freeMemoryBytes, forKey: .freeMemoryBytes)
        try container.encode(diskBytes, forKey: .diskBytes)
        try container.encode(bundleBytes, forKey: .bundleBytes)
    }

    /// For a person.
    func lines(for shown: String) -> [String] {
        func time(_ seconds: Double) -> String { Presentation.roughly(seconds: seconds) }
        var lines = [
            "Dry run: \(shown) would take about \(time(seconds)). Nothing was written.",
            "data      \(Presentation.grouped(images)) images, \(Presentation.grouped(validationImages)) to validate, "
                + "\(counted(classes, "class", "classes")); reading them took \(time(secondsToRead))",
        ]
        for stretch in stretches {
            lines.append(
                "epochs    \(stretch.epochs) of \(stretch.side)x\(stretch.side): "
                    + "\(Presentation.rate(stretch.imagesPerSecond)) images/s in \(arithmetic), "
                    + "\(time(stretch.seconds / Double(stretch.epochs))) each, \(time(stretch.seconds))")
        }
        lines.append("profile   \(time(secondsToProfile))")
        let free = freeMemoryBytes.map { ", \(TrainingSession.size($0)) are free" } ?? ""
        lines.append("memory    \(TrainingSession.size(peakMemoryBytes)) at most so far\(free)")
        lines.append(
            "disk      \(TrainingSession.size(diskBytes)) while it runs, \(TrainingSession.size(bundleBytes)) stay")
        return lines
    }
}
