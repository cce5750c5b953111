import GantryCore

/// What the images of a series, or of a part of it, look like: the numbers that no rule asks for.
struct SeriesFacts: Encodable {
    /// Rows and columns of most images; nil where there is no image.
    var rows: Int?
    /// See `rows`.
    var columns: Int?
    /// Distances between rows and between columns of most images, millimetres; nil where none states them.
    var pixelSpacingMillimetres: [Double]?
    /// Whether not all images have the same rows, columns and pixel spacing.
    var differ: Bool

    /// The facts of a whole series.
    init(_ series: Series) {
        self.init(
            matrices: series.instances.compactMap { instance in instance.pixels.map { [$0.rows, $0.columns] } },
            planes: series.instances.flatMap(\.frames).compactMap(\.plane))
    }

    /// The facts of one stack.
    init(_ stack: SliceStack) {
        self.init(matrices: stack.slices.map { [$0.rows, $0.columns] }, planes: stack.slices.map(\.plane))
    }

    private init(matrices: [[Int]], planes: [SlicePlane]) {
        let spacings = planes.map { [$0.rowSpacingMillimetres, $0.columnSpacingMillimetres] }
        let matrix = Self.mostFrequent(matrices)
        rows = matrix?.first
        columns = matrix?.last
        pixelSpacingMillimetres = Self.mostFrequent(spacings)
        differ = Set(matrices).count > 1 || Set(spacings).count > 1
    }

    private static func mostFrequent<Number: Comparable & Hashable>(_ values: [[Number]]) -> [Number]? {
        Dictionary(grouping: values) { $0 }
            .max { ($0.value.count, $1.key[0]) < ($1.value.count, $0.key[0]) }?.key
    }
}
