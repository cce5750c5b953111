import GantryCore

/// The chosen series' slices: the chart, its legend, the geometry, and every slice as a row.
struct SlicesView {
    let chartWide: String?
    let chartNarrow: String?
    let hasSlices: Bool
    let geometryText: String?
    let hasGaps: Bool
    let hasSkipped: Bool
    let hasRejected: Bool
    let hasFlags: Bool
    /// Whether distances to the training data are known.
    let hasDistances: Bool
    let slicePositiveFrom: String
    let rows: [Row]
    let countText: String

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

    init(_ result: StudyResult) {
        let judging = result.provenance.judging
        let chosen = result.seriesDecisions.first(where: \.isChosen)
        let total = result.slices.count
        let normal = chosen?.geometry?.normal
        let chart = SliceChart(
            slices: result.slices.map { slice in
                SliceChart.Slice(
                    number: slice.index &+ 1, positionMillimetres: slice.positionMillimetres,
                    probability: result.positiveProbability(of: slice), disposition: slice.reason.disposition,
                    reason: slice.reason.heading)
            },
            gaps: chosen?.geometry?.gaps ?? [],
            flags: result.keyPictures.enumerated().compactMap { offset, picture in
                result.slices.firstIndex { $0.index == picture.sliceIndex }.map {
                    SliceChart.Flag(rank: offset + 1, slice: $0)
                }
            },
            judging: judging,
            // A plane whose normal has a smaller part along the body is nearer to sagittal or coronal.
            growsHeadward: normal.flatMap { abs($0.z) < 0.7 ? nil : $0.z > 0 })
        chartWide = chart.svg(.wide)
        chartNarrow = chart.svg(.narrow)
        hasSlices = total > 0
        hasGaps = chart.gaps.contains { $0.missingSlices > 0 }
        hasSkipped = chart.slices.contains { $0.disposition == .skipped }
        hasRejected = chart.slices.contains { $0.disposition == .rejected }
        hasDistances = result.unlikeTraining != nil
        hasFlags = !chart.flags.isEmpty
        slicePositiveFrom = DecimalText.threshold(judging.slicePositiveFrom)
        let scored = chart.slices.count { $0.probability != nil }
        countText = "\(scored) of \(CodeText.count(total, "slice")) scored"
        geometryText = chosen?.geometry.map(Self.words)
        let multiFrame = result.multiFrameUIDs
        let limit = result.unlikeTraining?.limit
        rows = zip(result.slices, chart.slices).map { slice, point in
            Row(
                number: point.number, position: DecimalText.fixed(slice.positionMillimetres, places: 1),
                probability: point.probability.map {
                    DecimalText.probability($0, thresholds: [judging.slicePositiveFrom])
                },
                lung: slice.lungFraction.map { DecimalText.fixed($0 * 100, places: 1) + " %" },
                distance: slice.distance.map {
                    $0.written(decimals: 2, apartFrom: limit) + ($0 > limit ?? .infinity ? ", unlike" : "")
                },
                reason: point.reason, uid: slice.name(multiFrame))
        }
    }

    /// `45 positions, 5 mm apart (5 to 15 mm), 2 slices missing in 1 gap, tilt 0°`.
    static func words(_ geometry: SeriesGeometry) -> String {
        var parts = [CodeText.count(geometry.positions, "position")]
        if let words = geometry.spacingWords {
            var text = "\(DecimalText.trimmed(words.median)) mm apart"
            if let range = words.range {
                text += " (\(DecimalText.trimmed(range.smallest)) to \(DecimalText.trimmed(range.largest)) mm)"
            }
            parts.append(text)
        }
        let missing = geometry.gaps.filter { $0.missingSlices > 0 }
        if missing.isEmpty {
            parts.append(geometry.isRegular ? "no slice missing" : "irregular spacing, no whole slice missing")
        } else {
            let slices = missing.reduce(0) { $0.addingReportingOverflow($1.missingSlices).partialValue }
            parts.append("\(CodeText.count(slices, "slice")) missing in \(CodeText.count(missing.count, "gap"))")
        }
        parts.append("tilt \(DecimalText.short(geometry.tiltDegrees, places: 1))\u{B0}")
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
