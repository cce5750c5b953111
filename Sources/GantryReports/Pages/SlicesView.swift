import GantryCore

/// The chosen series' slices: the chart, its legend, the geometry, and every slice as a row.
struct SlicesView {
    let chartWide: String?
    let chartNarrow: String?
    let hasSlices: Bool
    let hasGaps: Bool
    let hasSkipped: Bool
    let hasRejected: Bool
    let hasFlags: Bool
    /// Whether distances to the training data are known.
    let hasDistances: Bool
    /// What the dots of the chart are.
    let dotsKey: String
    let rows: [Row]
    /// What the chart is of.
    let line: String
    /// What the table is.
    let summary: String

    /// One slice.
    struct Row {
        let number: Int
        let position: String
        let probability: String?
        let lung: String?
        let distance: String?
        let reason: String
        let uid: String
    }

    init(_ result: StudyResult, _ texts: ReportTexts) {
        let judging = result.provenance.judging
        let chosen = result.seriesDecisions.first(where: \.isChosen)
        let total = result.slices.count
        let chart = SliceChart(result, texts)
        chartWide = chart.svg(.wide)
        chartNarrow = chart.svg(.narrow)
        hasSlices = total > 0
        hasGaps = chart.gaps.contains { $0.missingSlices > 0 }
        hasSkipped = chart.slices.contains { $0.disposition == .skipped }
        hasRejected = chart.slices.contains { $0.disposition == .rejected }
        hasDistances = result.unlikeTraining != nil
        hasFlags = !chart.flags.isEmpty
        dotsKey = texts(.dotsKey, ["threshold": texts.threshold(judging.slicePositiveFrom)])
        summary = texts(.everySliceSummary, ["scored": Self.scored(chart, texts)])
        line = Self.line(chart, chosen?.geometry, texts)
        let multiFrame = result.multiFrameUIDs
        let limit = result.unlikeTraining?.limit
        rows = zip(result.slices, chart.slices).map { slice, point in
            Row(
                number: point.number, position: texts.fixed(slice.positionMillimetres, places: 1),
                probability: point.probability.map {
                    texts.probability($0, thresholds: [judging.slicePositiveFrom])
                },
                lung: slice.lungFraction.map { texts(.percent, ["number": texts.fixed($0 * 100, places: 1)]) },
                distance: slice.distance.map {
                    let distance = texts.decimal($0.written(decimals: 2, apartFrom: limit))
                    return $0 > limit ?? .infinity ? texts(.unlikeDistance, ["distance": distance]) : distance
                },
                reason: point.reason, uid: slice.name(multiFrame))
        }
    }

    /// `40 of 45 slices scored; series of 45 positions, 5 mm apart.`
    static func line(_ chart: SliceChart, _ geometry: SeriesGeometry?, _ texts: ReportTexts) -> String {
        let scored = scored(chart, texts)
        guard let geometry else { return texts(.slicesLine, ["scored": scored]) }
        return texts(.slicesLineOfSeries, ["scored": scored, "geometry": words(geometry, texts)])
    }

    private static func scored(_ chart: SliceChart, _ texts: ReportTexts) -> String {
        texts(
            .scoredOf,
            [
                "scored": String(chart.slices.count { $0.probability != nil }),
                "slices": texts(.slices, count: chart.slices.count),
            ])
    }

    /// `45 positions, 5 mm apart (5 to 15 mm), 2 slices missing in 1 gap, tilt 0°`.
    static func words(_ geometry: SeriesGeometry, _ texts: ReportTexts) -> String {
        func number(_ text: String) -> String { texts.decimal(DecimalText.trimmed(text)) }
        var parts = [texts(.positions, count: geometry.positions)]
        if let words = geometry.spacingWords {
            var values = ["distance": number(words.median)]
            if let range = words.range {
                values["smallest"] = number(range.smallest)
                values["largest"] = number(range.largest)
            }
            parts.append(texts(words.range == nil ? .spacing : .spacingRange, values))
        }
        let missing = geometry.gaps.filter { $0.missingSlices > 0 }
        if missing.isEmpty {
            parts.append(texts(geometry.isRegular ? .nothingMissing : .irregularSpacing))
        } else {
            let slices = missing.reduce(0) { $0.addingReportingOverflow($1.missingSlices).partialValue }
            parts.append(texts(.missingSlices, count: slices, ["gaps": texts(.gaps, count: missing.count)]))
        }
        parts.append(texts(.tilt, ["degrees": texts.short(geometry.tiltDegrees, places: 1)]))
        return parts.joined(separator: ", ")
    }
}

extension SliceRecord {
    /// The SOP Instance UID, and the frame where the instance is one of `multiFrame`.
    func name(_ multiFrame: Set<UID>) -> String {
        multiFrame.contains(sopInstanceUID) ? "\(sopInstanceUID), frame \(frameNumber)" : sopInstanceUID.value
    }
}

extension StudyResult {
    /// Instances of which a slice is not the only frame.
    var multiFrameUIDs: Set<UID> {
        var seen: Set<UID> = []
        return Set(
            slices.filter { !seen.insert($0.sopInstanceUID).inserted || $0.frameNumber > 1 }.map(\.sopInstanceUID))
    }

    /// The slice's probability of the positive class; nil where it was not scored.
    func positiveProbability(of slice: SliceRecord) -> Double? {
        guard slice.reason == .scored, let index = provenance.classes.firstIndex(of: provenance.positiveClass),
            slice.probabilities.indices.contains(index)
        else { return nil }
        return slice.probabilities[index]
    }
}

extension SliceChart {
    /// The chart of a study's chosen series.
    init(_ result: StudyResult, _ texts: ReportTexts) {
        let geometry = result.seriesDecisions.first(where: \.isChosen)?.geometry
        self.init(
            slices: result.slices.map { slice in
                SliceChart.Slice(
                    number: slice.index &+ 1, positionMillimetres: slice.positionMillimetres,
                    probability: result.positiveProbability(of: slice), disposition: slice.reason.disposition,
                    reason: texts(.reason(slice.reason)))
            },
            gaps: geometry?.gaps ?? [],
            flags: result.keyPictures.enumerated().compactMap { offset, picture in
                result.slices.firstIndex { $0.index == picture.sliceIndex }.map {
                    SliceChart.Flag(rank: offset + 1, slice: $0)
                }
            },
            judging: result.provenance.judging,
            // A plane whose normal has a smaller part along the body is nearer to sagittal or coronal.
            growsHeadward: geometry.flatMap { abs($0.normal.z) < 0.7 ? nil : $0.normal.z > 0 }, texts: texts)
    }
}
