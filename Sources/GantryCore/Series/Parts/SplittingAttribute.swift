/// An attribute that may tell the phases, passes or reconstructions of one series apart.
struct SplittingAttribute: Sendable {
    /// Its value for an image; `.none` where the image does not state it.
    let value: @Sendable (SliceImage) -> Value
    /// How it tells apart passes whose positions interleave, half a step from each other, say.
    var interleaving = Interleaving.byAlternation()
    /// What a part with values from the first to the second is called: `acquisition 2`.
    let label: @Sendable (Value, Value) -> String

    /// A value that can be compared with the others of its attribute.
    enum Value: Hashable, Comparable, Sendable {
        case none
        case number(Double)
        case order(Int, Int)
        case text(String)
    }

    /// How an attribute tells apart passes whose positions interleave.
    enum Interleaving: Sendable {
        /// One value means one pass, whatever the positions: no scanner changes it within a pass.
        case byName
        /// Where the passes alternate along the stack by the value, or by what `coarsened` leaves of it. Where they
        /// alternate by the value alone that is a doubt, `named` in words; without words it is none.
        case byAlternation(coarsened: @Sendable (Value) -> Value = { $0 }, named: String? = nil)
        /// Alternation is a doubt, no more, `named` in words: the order in which the images of one scan were made or
        /// counted may alternate too, where two machines share the work.
        case doubtful(named: String)
    }

    /// All of them, in the order in which they are asked, after Stack ID and temporal position (see `SeriesPart`).
    static let inOrder: [SplittingAttribute] = [
        number("cardiac phase", unit: " %", interleaving: .byName, \.frame.nominalPercentageOfCardiacPhase),
        number("respiratory phase", unit: " %", interleaving: .byName, \.frame.nominalPercentageOfRespiratoryPhase),
        number("trigger time", unit: " ms", \.frame.triggerTimeMilliseconds),
        number("acquisition", interleaving: .byName) { $0.frame.acquisitionNumber.map(Double.init) },
        // Within a second no second pass begins.
        text(
            "acquired", interleaving: .byAlternation(coarsened: \.wholeSeconds, named: "acquisition time"),
            \.frame.acquisitionDateTime),
        text("content of", interleaving: .doubtful(named: "Content Time"), \.frame.contentDateTime),
        text("kernel", interleaving: .byName, \.instance.series.convolutionKernel),
        text("Image Type") { $0.frame.imageType.isEmpty ? nil : $0.frame.imageType.joined(separator: #"\"#) },
        text("comment", \.frame.imageComments),
        number("thickness", unit: " mm") { image in
            // Tenths: scanners write what was measured, and a few micrometres make no other reconstruction.
            image.frame.sliceThicknessMillimetres.map { ($0 * 10).rounded() / 10 }
        },
        number("tube voltage", unit: " kV", interleaving: .byName, \.instance.series.kilovoltPeak),
        text("description", \.instance.series.seriesDescription),
        text("protocol", \.instance.series.protocolName),
        instanceNumber,
    ]

    private static func number(
        _ word: String, unit: String = "", interleaving: Interleaving = .byAlternation(),
        _ value: @escaping @Sendable (SliceImage) -> Double?
    ) -> SplittingAttribute {
        SplittingAttribute(
            value: { image in value(image).flatMap { $0.isFinite ? .number($0) : nil } ?? .none },
            interleaving: interleaving, label: { span(word, $0, $1) + unit })
    }

    private static func text(
        _ word: String, interleaving: Interleaving = .byAlternation(),
        _ value: @escaping @Sendable (SliceImage) -> String?
    ) -> SplittingAttribute {
        SplittingAttribute(
            value: { image in value(image).map { .text($0) } ?? .none }, interleaving: interleaving,
            label: { span(word, $0, $1) })
    }

    /// The place of an image in its series as whoever wrote it counted: instance, then frame.
    private static let instanceNumber = SplittingAttribute(
        value: { image in image.instance.instanceNumber.map { .order($0, image.frameNumber) } ?? .none },
        interleaving: .doubtful(named: "Instance Number"),
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
    /// A date and time without fractions of a second: `YYYYMMDDhhmmss`.
    fileprivate var wholeSeconds: Self {
        guard case .text(let text) = self else { return self }
        return .text(String(text.prefix(14)))
    }

    fileprivate var words: String {
        switch self {
        case .none: "unknown"
        case .number(let number): number == number.rounded() ? number.written(decimals: 0) : number.written(decimals: 3)
        case .order(let instance, let frame): "\(instance), \(frame)"
        case .text(let text): text
        }
    }
}
