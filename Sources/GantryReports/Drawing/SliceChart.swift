import GantryCore

/// The slices' probabilities along the body: x the position from feet to head in millimetres, y the probability.
struct SliceChart {
    /// Several layouts, since text of a drawing that is scaled down cannot be read.
    enum Layout: String {
        case wide
        case narrow
        /// Of a printed page's width.
        case sheet
    }

    /// One slice of the chart.
    struct Slice {
        /// Number from 1 in slice order.
        var number: Int
        var positionMillimetres: Double
        /// Probability of the positive class; nil where it was not scored.
        var probability: Double?
        var disposition: FileDisposition
        /// Why it was not scored, in words.
        var reason: String
    }

    /// A slice with a picture on the page.
    struct Flag {
        /// From 1, the highest probability first.
        var rank: Int
        /// Place in `slices`.
        var slice: Int
    }

    /// By increasing position.
    let slices: [Slice]
    let gaps: [SeriesGeometry.Gap]
    let flags: [Flag]
    let judging: JudgingDefinition
    /// True where positions grow towards the head, false towards the feet, nil where the planes are not axial.
    let growsHeadward: Bool?
    let texts: ReportTexts

    /// The drawing; nil where there is no slice with a position.
    func svg(_ layout: Layout) -> String? { drawing(layout)?.markup }

    /// Likewise, shape by shape.
    func drawing(_ layout: Layout) -> SVGDrawing? {
        guard let frame = SliceChartFrame(self, layout: layout) else { return nil }
        let scored = slices.count { $0.probability != nil }
        var drawing = SVGDrawing(
            width: frame.width, height: frame.height, cssClass: "chart \(layout.rawValue)",
            label: texts(.sliceChartLabel, ["scored": String(scored), "all": String(slices.count)]))
        frame.drawAxes(in: &drawing)
        drawGaps(in: &drawing, frame)
        frame.drawThresholds(in: &drawing)
        drawSlices(in: &drawing, frame)
        drawStrip(in: &drawing, frame)
        drawFlags(in: &drawing, frame)
        return drawing
    }

    private func drawGaps(in drawing: inout SVGDrawing, _ frame: SliceChartFrame) {
        for gap in gaps where gap.missingSlices > 0 && gap.afterSlice >= 0 && gap.afterSlice < slices.count - 1 {
            let ends = [gap.afterSlice, gap.afterSlice + 1].map { frame.x(slices[$0].positionMillimetres) }.sorted()
            let inset = min(frame.slicePitch / 2, (ends[1] - ends[0]) / 4)
            let width = max(2, ends[1] - ends[0] - 2 * inset)
            let words = texts(.missingInGap, count: gap.missingSlices)
            drawing.rectangle(
                x: ends[0] + inset, y: frame.top, width: width, height: frame.stripBottom - frame.top, "gap",
                title: words)
            if width > 62 {
                drawing.text(ends[0] + inset + width / 2, frame.bottom - 8, words, "small middle gap-word")
            } else if width > 16 {
                drawing.uprightText(ends[0] + inset + width / 2 + 4, frame.bottom - 34, words, "small middle gap-word")
            }
        }
    }

    private func drawSlices(in drawing: inout SVGDrawing, _ frame: SliceChartFrame) {
        let holes = Set(gaps.filter { $0.missingSlices > 0 }.map(\.afterSlice))
        var run: [(x: Double, y: Double)] = []
        for (index, slice) in slices.enumerated() {
            if let probability = slice.probability {
                run.append((frame.x(slice.positionMillimetres), frame.y(probability)))
            }
            if slice.probability == nil || holes.contains(index) || index == slices.count - 1 {
                drawing.polyline(run, "trace")
                run = []
            }
        }
        let radius = max(1.2, min(3.4, frame.slicePitch * 0.45))
        for slice in slices {
            guard let probability = slice.probability else { continue }
            let isPositive = probability >= judging.slicePositiveFrom
            let words = texts(
                .sliceDot,
                [
                    "number": String(slice.number), "position": texts.fixed(slice.positionMillimetres, places: 1),
                    "probability": texts.probability(probability, thresholds: [judging.slicePositiveFrom]),
                ])
            drawing.circle(
                frame.x(slice.positionMillimetres), frame.y(probability), radius: radius,
                isPositive ? "dot high" : "dot low", title: words)
        }
    }

    /// The strip below the axis: what became of every slice, in runs of the same end.
    private func drawStrip(in drawing: inout SVGDrawing, _ frame: SliceChartFrame) {
        var start = 0
        while start < slices.count {
            var end = start
            while end + 1 < slices.count, slices[end + 1].disposition == slices[start].disposition,
                slices[end + 1].reason == slices[start].reason, !gaps.contains(where: { $0.afterSlice == end })
            {
                end += 1
            }
            let ends = [start, end].map { frame.x(slices[$0].positionMillimetres) }.sorted()
            let half = max(0.6, frame.slicePitch / 2)
            let words = texts(
                start == end ? .sliceStrip : .sliceRunStrip,
                [
                    "number": String(slices[start].number), "first": String(slices[start].number),
                    "last": String(slices[end].number), "reason": slices[start].reason,
                ])
            drawing.rectangle(
                x: ends[0] - half, y: frame.stripTop, width: ends[1] - ends[0] + 2 * half,
                height: frame.stripBottom - frame.stripTop, "strip \(slices[start].disposition.rawValue)", title: words)
            if slices[start].disposition == .rejected {
                for index in start...end where frame.slicePitch >= 3 || index == start {
                    drawCross(in: &drawing, x: frame.x(slices[index].positionMillimetres), y: frame.bottom - 7)
                }
            }
            start = end + 1
        }
    }

    private func drawCross(in drawing: inout SVGDrawing, x: Double, y: Double) {
        drawing.line(x - 3.5, y - 3.5, x + 3.5, y + 3.5, "cross")
        drawing.line(x - 3.5, y + 3.5, x + 3.5, y - 3.5, "cross")
    }

    private func drawFlags(in drawing: inout SVGDrawing, _ frame: SliceChartFrame) {
        let room = Int((frame.right - frame.left) / 20) + 1
        let shown = flags.filter { slices.indices.contains($0.slice) && slices[$0.slice].probability != nil }.prefix(
            room)
        let wanted = shown.map { frame.x(slices[$0.slice].positionMillimetres) }
        let places = LabelSpread.places(wanted, distance: 20, within: frame.left...frame.right)
        for (flag, (x, place)) in zip(shown, zip(wanted, places)) {
            let slice = slices[flag.slice]
            let y = frame.y(slice.probability ?? 0)
            let label = texts(.pictureFlag, ["rank": String(flag.rank), "number": String(slice.number)])
            drawing.link(to: "#picture-\(flag.rank)", label: label) { drawing in
                drawing.polyline([(place, 19), (place, 24), (x, 34), (x, y - 5)], "leader")
                drawing.circle(x, y, radius: max(3.2, min(5, frame.slicePitch * 0.6)), "top")
                drawing.circle(place, 11, radius: 8.5, "flag")
                drawing.text(place, 14.8, String(flag.rank), "flag-word middle")
            }
        }
    }
}
