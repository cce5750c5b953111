/// One of several times that a stack was acquired or reconstructed within one series: a phase.
struct Repetition {
    /// Its images, at most one a position where the files tell the repetitions apart throughout.
    var images: [SliceImage]
    /// What tells it apart: `acquisition 2`.
    var label: String

    /// The repetitions of a stack of which `positions` are the images at each position; nil where it is no repeated
    /// stack, and images at one position are a conflict of acquisitions.
    ///
    /// It is one where at least half of the positions (and two) hold the same number of images n > 1, and one of
    /// Acquisition Number, acquisition date and time, convolution kernel, Image Type, or Instance Number with the
    /// frame's number, the first that does, tells them apart *consistently*: at each of these positions its n values
    /// differ, and the k-th values of all positions lie before all (k+1)-th ones. Images at other positions belong
    /// where their value says.
    static func splitting(_ positions: [[SliceImage]]) -> [Repetition]? {
        var frequencies: [Int: Int] = [:]
        for position in positions where position.count > 1 { frequencies[position.count, default: 0] += 1 }
        guard
            let usual = frequencies.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key,
            frequencies[usual, default: 0] >= 2, frequencies[usual, default: 0] * 2 >= positions.count
        else { return nil }
        return splitting(positions, usual, by: \.frame.acquisitionNumber) { span("acquisition", $0, $1) }
            ?? splitting(positions, usual, by: \.frame.acquisitionDateTime) { span("acquired", $0, $1) }
            ?? splitting(positions, usual, by: \.instance.series.convolutionKernel) { span("kernel", $0, $1) }
            ?? splitting(positions, usual, by: { $0.frame.imageType.joined(separator: #"\"#) }) {
                span("Image Type", $0, $1)
            }
            ?? splitting(positions, usual, by: ImageOrder.init) { first, last in
                first.instanceNumber == last.instanceNumber
                    ? span("instance \(first.instanceNumber), frame", first.frameNumber, last.frameNumber)
                    : span("Instance Number", first.instanceNumber, last.instanceNumber)
            }
    }

    private static func span<Value: Comparable>(_ word: String, _ first: Value, _ last: Value) -> String {
        first == last ? "\(word) \(first)" : "\(word) \(first) to \(last)"
    }

    /// Place of an image in its series as whoever wrote it counted.
    private struct ImageOrder: Comparable {
        var instanceNumber: Int
        var frameNumber: Int

        init?(_ image: SliceImage) {
            guard let number = image.instance.instanceNumber else { return nil }
            instanceNumber = number
            frameNumber = image.frameNumber
        }

        static func < (one: Self, other: Self) -> Bool {
            (one.instanceNumber, one.frameNumber) < (other.instanceNumber, other.frameNumber)
        }
    }

    private static func splitting<Value: Comparable>(
        _ positions: [[SliceImage]], _ usual: Int, by value: (SliceImage) -> Value?, label: (Value, Value) -> String
    ) -> [Repetition]? {
        let valued = positions.map { $0.compactMap { image in value(image).map { (value: $0, image: image) } } }
        guard zip(valued, positions).allSatisfy({ $0.count == $1.count }) else { return nil }
        // Lowest and highest value of each repetition, from the positions that have all of them.
        var spans: [(lowest: Value, highest: Value)] = []
        for position in valued where position.count == usual {
            let values = position.map(\.value).sorted()
            guard zip(values, values.dropFirst()).allSatisfy(<) else { return nil }
            spans =
                spans.isEmpty
                ? values.map { ($0, $0) } : zip(spans, values).map { (min($0.lowest, $1), max($0.highest, $1)) }
        }
        guard zip(spans, spans.dropFirst()).allSatisfy({ $0.highest < $1.lowest }) else { return nil }
        var images = [[SliceImage]](repeating: [], count: spans.count)
        for (value, image) in valued.joined() {
            images[max(0, (spans.firstIndex { value < $0.lowest } ?? spans.count) - 1)].append(image)
        }
        return zip(spans, images).map { Repetition(images: $1, label: label($0.lowest, $0.highest)) }
    }
}
