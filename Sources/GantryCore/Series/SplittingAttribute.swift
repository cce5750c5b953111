/// An attribute that may tell the phases, passes or reconstructions of one series apart.
struct SplittingAttribute: Sendable {
    /// Its value for an image; `.none` where the image does not state it.
    let value: @Sendable (SliceImage) -> Value
    /// Whether one value means one pass whatever the positions, so that passes are told apart by it also where their
    /// positions interleave. Attributes that change from slice to slice (times, numbers) are none of these.
    var namesPasses = false
    /// What a part with values from the first to the second is called: `acquisition 2`.
    let label: @Sendable (Value, Value) -> String

    /// A value that can be compared with the others of its attribute.
    enum Value: Hashable, Comparable, Sendable {
        case none
        case number(Double)
        case order(Int, Int)
        case text(String)
    }

    /// All of them, in the order in which they are asked, after Stack ID and temporal position (see `SeriesPart`).
    static let inOrder: [SplittingAttribute] = [
        number("cardiac phase", unit: " %", namesPasses: true, \.frame.nominalPercentageOfCardiacPhase),
        number("respiratory phase", unit: " %", namesPasses: true, \.frame.nominalPercentageOfRespiratoryPhase),
        number("trigger time", unit: " ms", \.frame.triggerTimeMilliseconds),
        number("acquisition", namesPasses: true) { $0.frame.acquisitionNumber.map(Double.init) },
        text("acquired", \.frame.acquisitionDateTime),
        text("content of", \.frame.contentDateTime),
        text("kernel", namesPasses: true, \.instance.series.convolutionKernel),
        text("Image Type") { $0.frame.imageType.isEmpty ? nil : $0.frame.imageType.joined(separator: #"\"#) },
        text("comment", \.frame.imageComments),
        number("thickness", unit: " mm", namesPasses: true) { image in
            // Tenths: scanners write what was measured, and a few micrometres make no other reconstruction.
            image.frame.sliceThicknessMillimetres.map { ($0 * 10).rounded() / 10 }
        },
        number("tube voltage", unit: " kV", namesPasses: true, \.instance.series.kilovoltPeak),
        text("description", \.instance.series.seriesDescription),
        text("protocol", \.instance.series.protocolName),
        instanceNumber,
    ]

    private static func number(
        _ word: String, unit: String = "", namesPasses: Bool = false,
        _ value: @escaping @Sendable (SliceImage) -> Double?
    ) -> SplittingAttribute {
        SplittingAttribute(
            value: { image in value(image).flatMap { $0.isFinite ? .number($0) : nil } ?? .none },
            namesPasses: namesPasses, label: { span(word, $0, $1) + unit })
    }

    private static func text(
        _ word: String, namesPasses: Bool = false,
        _ value: @escaping @Sendable (SliceImage) -> String?
    ) -> SplittingAttribute {
        SplittingAttribute(
            value: { image in value(image).map { .text($0) } ?? .none }, namesPasses: namesPasses,
            label: { span(word, $0, $1) })
    }

    /// The place of an image in its series as whoever wrote it counted: instance, then frame.
    private static let instanceNumber = SplittingAttribute(
        value: { image in image.instance.instanceNumber.map { .order($0, image.frameNumber) } ?? .none },
        label: { first, last in
            guard case .order(let instance, let frame) = first, case .order(let lastInstance, let lastFrame) = last
            else { return "Instance Number" }
            return instance == lastInstance
                ? span("instance \(instance), frame", .number(Double(frame)), .number(Double(lastFrame)))
                : span("Instance Number", .number(Double(instance)), .number(Double(lastInstance)))
        })

    private static func span(_ word: String, _ first: Value, _ last: Value) -> String {
        first == last ? "\(word) \(first.words)" : "\(word) \(first.words) to \(last.words)"
    }
}

extension SplittingAttribute.Value {
    fileprivate var words: String {
        switch self {
        case .none: "unknown"
        case .number(let number): number == number.rounded() ? number.written(decimals: 0) : number.written(decimals: 3)
        case .order(let instance, let frame): "\(instance), \(frame)"
        case .text(let text): text
        }
    }
}
