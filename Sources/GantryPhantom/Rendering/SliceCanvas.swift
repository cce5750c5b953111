/// The pixels of one slice while tissue after tissue is painted on it.
struct SliceCanvas {
    let geometry: SliceGeometry
    /// **Shape**: `[rows, columns]` each. HU; share of lung; share of disease (both 0 to 1).
    var hounsfield: [Float]
    var lung: [Float]
    var lesion: [Float]
    /// Pixels of lung that show each ``LungFinding``, by its index.
    private(set) var areas = [Float](repeating: 0, count: LungFinding.allCases.count)
    /// What was counted of each pixel: a bit for each ``LungFinding``.
    private var counted: [UInt8]
    /// Edges are blended over this many millimetres.
    let edgeMillimetres: Float
    /// Lowest and highest z of any pixel.
    let heights: ClosedRange<Float>

    init(_ geometry: SliceGeometry) {
        self.geometry = geometry
        let count = geometry.matrix * geometry.matrix
        hounsfield = [Float](repeating: ChestAnatomy.airHU, count: count)
        lung = [Float](repeating: 0, count: count)
        lesion = [Float](repeating: 0, count: count)
        counted = [UInt8](repeating: 0, count: count)
        edgeMillimetres = max(geometry.pixelSpacingMillimetres * 1.3, 0.9)
        let first = geometry.position(row: 0, column: 0).z
        let last = geometry.position(row: geometry.matrix - 1, column: 0).z
        heights = min(first, last)...max(first, last)
    }

    /// How much of a pixel a surface at this signed distance covers.
    @inline(__always)
    func coverage(_ distance: Float) -> Float {
        clamp(0.5 - distance / edgeMillimetres, 0, 1)
    }

    /// Rows and columns whose pixels can lie in a box; nil where none does.
    func window(_ box: Box) -> (rows: Range<Int>, columns: Range<Int>)? {
        let margin = edgeMillimetres
        if box.high.z + margin < heights.lowerBound || box.low.z - margin > heights.upperBound { return nil }
        let spacing = geometry.pixelSpacingMillimetres
        let origin = geometry.imagePosition
        let down = geometry.columnDirection.y * spacing
        let limit = Float(geometry.matrix)
        let firstColumn = Int(clamp((box.low.x - margin - origin.x) / spacing, 0, limit))
        let lastColumn = Int(clamp((box.high.x + margin - origin.x) / spacing + 1, 0, limit))
        let firstRow = Int(clamp((box.low.y - margin - origin.y) / down, 0, limit))
        let lastRow = Int(clamp((box.high.y + margin - origin.y) / down + 1, 0, limit))
        if firstColumn >= lastColumn || firstRow >= lastRow { return nil }
        return (firstRow..<lastRow, firstColumn..<lastColumn)
    }

    /// Visits the pixels of a box that lie within its height.
    @inline(__always)
    mutating func forEachPixel(
        in box: Box, _ body: (_ canvas: inout SliceCanvas, _ index: Int, _ point: SIMD3<Float>) -> Void
    ) {
        guard let window = window(box) else { return }
        for row in window.rows {
            var point = geometry.position(row: row, column: window.columns.lowerBound)
            if point.z < box.low.z - edgeMillimetres || point.z > box.high.z + edgeMillimetres { continue }
            var index = row * geometry.matrix + window.columns.lowerBound
            for _ in window.columns {
                body(&self, index, point)
                index += 1
                point.x += geometry.pixelSpacingMillimetres
            }
        }
    }

    /// Paints a solid over what is there; lung below it is no longer lung.
    @inline(__always)
    mutating func paint(
        in box: Box, hounsfield value: Float, distance: (_ point: SIMD3<Float>) -> Float
    ) {
        forEachPixel(in: box) { canvas, index, point in
            let share = canvas.coverage(distance(point))
            if share > 0 { canvas.cover(index, value, share) }
        }
    }

    @inline(__always)
    mutating func cover(_ index: Int, _ value: Float, _ share: Float) {
        hounsfield[index] = mix(hounsfield[index], value, share)
        lung[index] *= 1 - share
        lesion[index] *= 1 - share
    }

    /// Counts a pixel that shows a finding, by the finding's index, once.
    @inline(__always)
    mutating func count(_ index: Int, _ finding: Int, share: Float) {
        let bit: UInt8 = 1 << UInt8(finding)
        if counted[index] & bit != 0 { return }
        counted[index] |= bit
        areas[finding] += share
    }

    /// Paints tubes of one density.
    mutating func paint(_ tubes: [Tube], hounsfield value: Float, widenedBy millimetres: Float = 0) {
        for tube in tubes {
            let wide = millimetres == 0 ? tube : tube.widened(by: millimetres)
            paint(in: wide.box(margin: 0), hounsfield: value) { wide.distance($0) }
        }
    }

    /// Paints bone: a shell of dense cortex around spongy marrow.
    @inline(__always)
    mutating func paintBone(
        in box: Box, cortexHU: Float, marrowHU: Float, cortexMillimetres: Float,
        distance: (_ point: SIMD3<Float>) -> Float
    ) {
        forEachPixel(in: box) { canvas, index, point in
            let reach = distance(point)
            let share = canvas.coverage(reach)
            if share > 0 {
                let inner = clamp(0.5 - (reach + cortexMillimetres) / (canvas.edgeMillimetres + 0.6), 0, 1)
                canvas.cover(index, mix(cortexHU, marrowHU, inner), share)
            }
        }
    }
}
