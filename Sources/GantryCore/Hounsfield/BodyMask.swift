/// Which parts of a slice are body: tissue and all that it encloses, without the couch.
///
/// **Shape** `[rows, columns]` over the whole slice, row by row: the grid of `LungArea`, whose longest side is at most
/// 256.
public struct BodyMask: Sendable, Hashable {
    /// Rows of the grid.
    public let rows: Int
    /// Columns of the grid.
    public let columns: Int
    /// Whether each part is body.
    public let isInside: [Bool]

    /// A mask of these parts, as many as `rows` x `columns`.
    public init(rows: Int, columns: Int, isInside: [Bool]) {
        precondition(rows > 0 && columns > 0 && isInside.count == rows * columns, "a mask has rows x columns parts")
        self.rows = rows
        self.columns = columns
        self.isInside = isInside
    }
}
