import GantryCore

/// Each study of a patient beside the one before it, as the patient's page shows it.
struct ProgressionView {
    let rows: [Row]
    /// What the numbers and words mean; markup.
    let meaning: String
    /// What measures a band; markup.
    let noBand: String
    /// Whether a difference was not called for want of a band.
    let lacksBand: Bool
    /// Whether a volume is not known.
    let lacksVolume: Bool

    /// One study.
    struct Row {
        let date: String
        let description: String
        /// The study that it is compared with; nil where with none.
        let against: Against?
        /// Why it is compared with none.
        let absence: String?
        /// What is to be known of the comparison, a sentence each.
        let notes: [String]
        let probability: Cell
        let lung: Cell
        let slices: Cell
    }

    /// The study that one is compared with.
    struct Against {
        let date: String
        let link: String
    }

    /// One number.
    struct Cell {
        let value: String
        /// The difference; nil where there is none to tell.
        let difference: String?
        /// What is said of it.
        let change: String?
        /// Whether it is more or less.
        let isCalled: Bool
        /// What it was, and the band.
        let details: [String]
    }

    /// Nil where there is but one study.
    init?(_ history: PatientHistory, _ texts: ReportTexts) {
        let latest = history.latest
        guard latest.count > 1 else { return nil }
        let progressions = latest.map { (record: $0, progression: history.progression(of: $0)) }
        rows = progressions.map { Row($0.record, $0.progression, texts) }
        let thresholds = Set(latest.map(\.result.provenance.judging.slicePositiveFrom))
        let limit = thresholds.count == 1 ? thresholds.first : nil
        func emphasised(_ change: Progression.Change) -> String {
            "<i>\(MarkupEscaping.escaped(texts(.change(change))))</i>"
        }
        meaning = texts.markup(
            .bandMeaning,
            [
                "more": emphasised(.more), "less": emphasised(.less), "noClearChange": emphasised(.noClearChange),
                "limit": limit.map { texts.markup(.fromProbability, ["probability": texts.threshold($0)]) }
                    ?? texts.markup(.fromPipelineThreshold),
            ])
        noBand = texts.markup(.noBand, ["command": "<code>gantry model repeatability</code>"])
        let comparisons = progressions.compactMap(\.progression.comparison)
        lacksBand = comparisons.contains { comparison in
            [comparison.probability, comparison.lungMillilitres, comparison.extentMillimetres].contains {
                $0.change == .notMeasured
            }
        }
        lacksVolume = latest.contains { record in
            PositiveSlices(record.result).map { $0.lungMillilitres == nil } ?? false
        }
    }
}

extension ProgressionView.Row {
    fileprivate init(_ record: StudyRecord, _ progression: Progression, _ texts: ReportTexts) {
        let comparison = progression.comparison
        let positive = PositiveSlices(record.result)
        let judging = record.result.provenance.judging
        date = IdentityText.date(record.study.studyDate) ?? texts(.undated)
        description = IdentityText.filled(record.study.studyDescription) ?? texts(.noDescription)
        against = comparison.map {
            ProgressionView.Against(
                date: IdentityText.date($0.studyDate) ?? texts(.undated), link: "\($0.studyKey)/report.html")
        }
        absence = progression.absence.map { texts(.absence($0)) }
        notes =
            progression.passedOver.map {
                texts(
                    .passedOver,
                    [
                        "date": IdentityText.date($0.studyDate) ?? texts(.noDate),
                        "reason": texts(.obstacle($0.because)),
                    ])
            } + (comparison?.reservations ?? []).map { texts(.reservation($0)) }
        let thresholds = [judging.negativeBelow, judging.positiveFrom]
        func probability(_ value: Double) -> String { texts.probability(value, thresholds: thresholds) }
        self.probability = ProgressionView.Cell(
            record.result.verdict.probability, comparison?.probability, unit: nil, decimals: 3, write: probability,
            texts)
        func millilitres(_ value: Double) -> String {
            texts(.millilitres, ["number": texts.fixed(value, places: 0)])
        }
        lung = ProgressionView.Cell(
            positive?.lungMillilitres, comparison?.lungMillilitres, unit: .millilitres, decimals: 0,
            write: millilitres, texts)
        slices = ProgressionView.Cell(positive, comparison, texts)
    }
}

extension ProgressionView.Cell {
    fileprivate init(
        _ value: Double?, _ measure: Progression.Measure?, unit: ReportText?, decimals: Int,
        write: (Double) -> String, _ texts: ReportTexts
    ) {
        self.value = value.map(write) ?? texts(.notKnown)
        difference = measure.flatMap { Self.difference($0, unit: unit, decimals: decimals, texts) }
        change = measure.map { texts(.change($0.change)) }
        isCalled = measure.map { Self.isCalled($0.change) } ?? false
        details = [
            measure.map { texts(.was, ["value": $0.previous.map(write) ?? texts(.notKnown)]) },
            measure.flatMap { $0.band.map { Self.band($0, unit: unit, decimals: decimals, texts) } },
        ].compactMap(\.self)
    }

    /// Positive slices: their number beside the length that is compared.
    fileprivate init(_ positive: PositiveSlices?, _ comparison: Progression.Comparison?, _ texts: ReportTexts) {
        func millimetres(_ value: Double?) -> String {
            value.map { texts(.millimetres, ["number": texts.short($0, places: 1)]) } ?? texts(.lengthNotKnown)
        }
        func words(_ positive: PositiveSlices) -> String {
            texts(
                .sliceCountAndLength,
                ["number": String(positive.count), "length": millimetres(positive.extentMillimetres)])
        }
        value = positive.map(words) ?? texts(.notKnown)
        let measure = comparison?.extentMillimetres
        let length = measure.flatMap { Self.difference($0, unit: .millimetres, decimals: 0, texts) }
        let count = comparison?.sliceDifference.map { difference in
            let magnitude = difference.magnitude.clamped
            return texts(.slices, count: magnitude, ["count": Self.sign(Double(difference)) + String(magnitude)])
        }
        difference = [count, length].compactMap(\.self).joined(separator: ", ").nonEmpty
        change = measure.map { texts(.change($0.change)) }
        isCalled = measure.map { Self.isCalled($0.change) } ?? false
        var details = comparison.map { [texts(.was, ["value": words($0.previousPositive)])] } ?? []
        if let band = measure?.band { details.append(Self.band(band, unit: .millimetres, decimals: 0, texts)) }
        if let comparison, comparison.sliceDifference == nil,
            let now = comparison.positive.sliceSpacingMillimetres,
            let then = comparison.previousPositive.sliceSpacingMillimetres
        {
            details.append(
                texts(
                    .differentSpacing,
                    ["spacing": texts.short(now, places: 2), "former": texts.short(then, places: 2)]))
        }
        self.details = details
    }

    /// `+0.081`, apart from the band; nil where one of the numbers is not known.
    private static func difference(
        _ measure: Progression.Measure, unit: ReportText?, decimals: Int, _ texts: ReportTexts
    ) -> String? {
        measure.difference.map { difference in
            let text = abs(difference).written(decimals: decimals, apartFrom: measure.band)
            // What rounds to nothing has no sign.
            let signed = (Double(text) == 0 ? "" : sign(difference)) + texts.decimal(text)
            return unit.map { texts($0, ["number": signed]) } ?? signed
        }
    }

    private static func band(_ band: Double, unit: ReportText?, decimals: Int, _ texts: ReportTexts) -> String {
        let number = texts.decimal(band.written(decimals: decimals, apartFrom: 0))
        return texts(.band, ["value": unit.map { texts($0, ["number": number]) } ?? number])
    }

    private static func sign(_ value: Double) -> String { value > 0 ? "+" : value < 0 ? "\u{2212}" : "" }

    private static func isCalled(_ change: Progression.Change) -> Bool { change == .more || change == .less }
}

extension UInt {
    fileprivate var clamped: Int { Int(clamping: self) }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
