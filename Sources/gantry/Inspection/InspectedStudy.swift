import GantryCore

/// A study with what the rules decide about each of its series. Without the patient's identity.
struct InspectedStudy {
    /// One series, or part of a series.
    struct Line {
        var decision: SeriesDecision
        var facts: SeriesFacts?
    }

    let study: Study
    let selection: SeriesSelection
    /// The series in the order of the report: the chosen one first.
    let lines: [Line]

    init(_ study: Study, rules: SeriesRules) {
        self.study = study
        selection = SeriesSelection.decide(study, rules: rules)
        let series = Dictionary(study.series.map { ($0.seriesInstanceUID, $0) }) { first, _ in first }
        lines = selection.decisions.map { decision in
            Line(
                decision: decision,
                facts: series[decision.seriesInstanceUID].map { Self.facts(of: $0, part: decision.part, rules) })
        }
    }

    private static func facts(of series: Series, part: String?, _ rules: SeriesRules) -> SeriesFacts {
        guard let part else { return SeriesFacts(series) }
        let stack = SliceStack.stacks(of: series, rules: rules).first { $0.part == part }?.stack
        return stack.map { SeriesFacts($0) } ?? SeriesFacts(series)
    }

    /// Files with at least one slice of the chosen series.
    var slicedFiles: Int { Set(selection.chosen?.slices.map(\.file) ?? []).count }
    /// Files of the study.
    var files: Int { slicedFiles + selection.outcomes.count }
    /// Images of the study.
    var images: Int { study.series.flatMap(\.instances).reduce(0) { $0 + max(1, $1.frames.count) } }

    /// The lines that `--series` asks for: by number, or by UID. All where nothing is asked for.
    func lines(matching series: String?) -> [Line] {
        guard let series else { return lines }
        return lines.filter {
            $0.decision.seriesInstanceUID.value == series
                || $0.decision.attributes.seriesNumber.map(String.init) == series
        }
    }
}

/// The study as a line of `inspect --json`.
extension InspectedStudy: Encodable {
    private enum Keys: String, CodingKey {
        case studyInstanceUID, summary, images, series, chosenSeriesInstanceUID, slices, geometry, chosenSlices, files
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(study.studyInstanceUID, forKey: .studyInstanceUID)
        try container.encode(selection.summary, forKey: .summary)
        try container.encode(images, forKey: .images)
        try container.encode(lines, forKey: .series)
        try container.encodeIfPresent(selection.chosen?.seriesInstanceUID, forKey: .chosenSeriesInstanceUID)
        try container.encode(selection.chosen?.slices.count ?? 0, forKey: .slices)
        try container.encodeIfPresent(selection.chosen?.geometry, forKey: .geometry)
        try container.encode(selection.chosen?.slices ?? [], forKey: .chosenSlices)
        try container.encode(selection.outcomes, forKey: .files)
    }
}

/// The decision's members and, beside them, the facts.
extension InspectedStudy.Line: Encodable {
    private enum Keys: String, CodingKey { case facts }

    func encode(to encoder: any Encoder) throws {
        try decision.encode(to: encoder)
        var container = encoder.container(keyedBy: Keys.self)
        try container.encodeIfPresent(facts, forKey: .facts)
    }
}
