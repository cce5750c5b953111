import GantryCore

/// Each study of a patient beside the one before it, as the patient's page shows it.
struct ProgressionView {
    let rows: [Row]
    /// From which probability on a slice is positive, where that is the same for all.
    let slicePositiveFrom: String?
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
    init?(_ history: PatientHistory) {
        let latest = history.latest
        guard latest.count > 1 else { return nil }
        let progressions = latest.map { (record: $0, progression: history.progression(of: $0)) }
        rows = progressions.map { Row($0.record, $0.progression) }
        let thresholds = Set(latest.map(\.result.provenance.judging.slicePositiveFrom))
        slicePositiveFrom = thresholds.count == 1 ? thresholds.first.map(DecimalText.threshold) : nil
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
    fileprivate init(_ record: StudyRecord, _ progression: Progression) {
        let comparison = progression.comparison
        let positive = PositiveSlices(record.result)
        let judging = record.result.provenance.judging
        date = IdentityText.date(record.study.studyDate) ?? "undated"
        description = IdentityText.filled(record.study.studyDescription) ?? "no description"
        against = comparison.map {
            ProgressionView.Against(
                date: IdentityText.date($0.studyDate) ?? "undated", link: "\($0.studyKey)/report.html")
        }
        absence = progression.absence.map(Self.words)
        notes =
            progression.passedOver.map {
                let date = IdentityText.date($0.studyDate) ?? "no date"
                return "The study of \(date) is passed over: \(Self.words($0.because))."
            } + (comparison?.reservations ?? []).map(Self.words)
        let thresholds = [judging.negativeBelow, judging.positiveFrom]
        func probability(_ value: Double) -> String { DecimalText.probability(value, thresholds: thresholds) }
        self.probability = ProgressionView.Cell(
            record.result.verdict.probability, comparison?.probability, unit: "", decimals: 3, write: probability)
        func millilitres(_ value: Double) -> String { DecimalText.fixed(value, places: 0) + " mL" }
        lung = ProgressionView.Cell(
            positive?.lungMillilitres, comparison?.lungMillilitres, unit: " mL", decimals: 0, write: millilitres)
        slices = ProgressionView.Cell(positive, comparison)
    }

    private static func words(_ absence: Progression.Absence) -> String {
        switch absence {
        case .firstStudy: "the first study"
        case .undated: "with none: it has no date, and what came before it is not known"
        case .nothingScored: "with none: no slice of it was scored"
        case .nothingComparable: "with none"
        }
    }

    private static func words(_ obstacle: Progression.Obstacle) -> String {
        switch obstacle {
        case .otherBundle: "it was judged by another network or other rules"
        case .nothingScored: "no slice of it was scored"
        case .orderUnknown: "it is of the same day, and which came first is not known"
        }
    }

    private static func words(_ reservation: Progression.Reservation) -> String {
        switch reservation {
        case .otherScanner: "Scanned by another make or model: not called more or less."
        case .scannerUnknown: "Whether the scanner was the same is not known: not called more or less."
        case .doubtful: "This study is incomplete or doubtful: not called more or less."
        case .previousDoubtful: "The study before is incomplete or doubtful: not called more or less."
        case .failedSince: "This study failed since: not called more or less."
        case .previousFailedSince: "The study before failed since: not called more or less."
        }
    }
}

extension ProgressionView.Cell {
    fileprivate init(
        _ value: Double?, _ measure: Progression.Measure?, unit: String, decimals: Int, write: (Double) -> String
    ) {
        self.value = value.map(write) ?? "not known"
        difference = measure.flatMap { Self.difference($0, unit: unit, decimals: decimals) }
        change = measure.map { Self.words($0.change) }
        isCalled = measure.map { Self.isCalled($0.change) } ?? false
        details = [
            measure.map { "was " + ($0.previous.map(write) ?? "not known") },
            measure.flatMap { measure in
                measure.band.map { "band " + $0.written(decimals: decimals, apartFrom: 0) + unit }
            },
        ].compactMap(\.self)
    }

    /// Positive slices: their number beside the length that is compared.
    fileprivate init(_ positive: PositiveSlices?, _ comparison: Progression.Comparison?) {
        func millimetres(_ value: Double?) -> String {
            value.map { DecimalText.short($0, places: 1) + " mm" } ?? "length not known"
        }
        func words(_ positive: PositiveSlices) -> String {
            "\(positive.count) (\(millimetres(positive.extentMillimetres)))"
        }
        value = positive.map(words) ?? "not known"
        let measure = comparison?.extentMillimetres
        let length = measure.flatMap { Self.difference($0, unit: " mm", decimals: 0) }
        let count = comparison?.sliceDifference.map {
            Self.sign(Double($0)) + counted($0.magnitude.clamped, "slice")
        }
        difference = [count, length].compactMap(\.self).joined(separator: ", ").nonEmpty
        change = measure.map { Self.words($0.change) }
        isCalled = measure.map { Self.isCalled($0.change) } ?? false
        var details = comparison.map { ["was " + words($0.previousPositive)] } ?? []
        if let band = measure?.band { details.append("band \(band.written(decimals: 0, apartFrom: 0)) mm") }
        if let comparison, comparison.sliceDifference == nil,
            let now = comparison.positive.sliceSpacingMillimetres,
            let then = comparison.previousPositive.sliceSpacingMillimetres
        {
            let spacings = [now, then].map { DecimalText.short($0, places: 2) }
            details.append("slices \(spacings[0]) mm apart, before \(spacings[1]) mm: lengths are compared")
        }
        self.details = details
    }

    /// `+0.081`, apart from the band; nil where one of the numbers is not known.
    private static func difference(_ measure: Progression.Measure, unit: String, decimals: Int) -> String? {
        measure.difference.map { difference in
            let text = abs(difference).written(decimals: decimals, apartFrom: measure.band)
            // What rounds to nothing has no sign.
            return (Double(text) == 0 ? "" : sign(difference)) + text + unit
        }
    }

    private static func sign(_ value: Double) -> String { value > 0 ? "+" : value < 0 ? "\u{2212}" : "" }

    private static func isCalled(_ change: Progression.Change) -> Bool { change == .more || change == .less }

    private static func words(_ change: Progression.Change) -> String {
        switch change {
        case .more: "more"
        case .less: "less"
        case .noClearChange: "no clear change"
        case .notMeasured: "no band measured"
        case .notCalled: "not called"
        case .unknown: "change not known"
        }
    }
}

extension UInt {
    fileprivate var clamped: Int { Int(clamping: self) }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
