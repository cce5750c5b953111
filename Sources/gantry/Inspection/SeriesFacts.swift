import GantryCore

/// What the images of a series look like: the numbers of the ledger that no rule asks for.
struct SeriesFacts: Encodable {
    /// Number of images: frames, where the objects are multi-frame.
    var images: Int
    /// Rows and columns of most images; nil where no instance has an image.
    var rows: Int?
    /// See `rows`.
    var columns: Int?
    /// Distances between rows and between columns of most images, millimetres; nil where none states them.
    var pixelSpacingMillimetres: [Double]?
    /// Whether not all images have the same rows, columns and pixel spacing.
    var differ: Bool

    /// The facts of `series`.
    init(_ series: Series) {
        images = series.instances.reduce(0) { $0 + max(1, $1.frames.count) }
        let matrices = series.instances.compactMap { instance in
            instance.pixels.map { [$0.rows, $0.columns] }
        }
        let spacings = series.instances.flatMap(\.frames).compactMap { frame in
            frame.plane.map { [$0.rowSpacingMillimetres, $0.columnSpacingMillimetres] }
        }
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
