/// A batch's output in pieces: some whole images, or some rows of one. They follow from the layer and the batch alone.
struct StripPieces {
    private let images: Int
    private let height: Int
    /// A piece's rows are multiples of so many, but for the last.
    private static let unit = 4
    /// Pieces of one image; 1 where a piece is one image or several.
    private let parts: Int
    private let groups: Pieces

    /// Pieces of about `pixels`.
    init(images: Int, height: Int, width: Int, pixels: Int) {
        self.images = images
        self.height = height
        let units = (height + Self.unit - 1) / Self.unit
        parts = max(1, min(units, (height * width + pixels / 2) / pixels))
        groups = Pieces(images, size: parts > 1 ? 1 : pixels / (height * width))
    }

    var count: Int { parts > 1 ? images * parts : groups.count }

    subscript(index: Int) -> (images: Range<Int>, rows: Range<Int>) {
        guard parts > 1 else { return (groups[index], 0..<height) }
        let units = Pieces((height + Self.unit - 1) / Self.unit, count: parts)[index % parts]
        return (
            index / parts..<index / parts + 1,
            units.lowerBound * Self.unit..<min(units.upperBound * Self.unit, height)
        )
    }

    /// The most rows, counted through the images, that a piece has; and the most images.
    var largest: (rows: Int, images: Int) {
        var (rows, images) = (0, 0)
        for index in 0..<count {
            let piece = self[index]
            (rows, images) = (max(rows, piece.rows.count), max(images, piece.images.count))
        }
        return (rows, images)
    }
}
