/// One slice as a windowed picture.
public struct KeyPicture: Sendable, Equatable, Codable {
    /// Index of the slice in slice order.
    public var sliceIndex: Int
    /// The window it was made with.
    public var window: Window
    /// Which side is which.
    public var orientation: PatientOrientation
    /// Rows of the picture.
    public var rows: Int
    /// Columns of the picture.
    public var columns: Int
    /// An 8-bit greyscale PNG.
    public var png: [UInt8]
    /// Where the network looked; nil where that was not asked for, and in records of versions that did not know it.
    public var explanation: SliceExplanation?

    /// A picture.
    public init(
        sliceIndex: Int, window: Window, orientation: PatientOrientation, rows: Int, columns: Int, png: [UInt8],
        explanation: SliceExplanation? = nil
    ) {
        self.sliceIndex = sliceIndex
        self.window = window
        self.orientation = orientation
        self.rows = rows
        self.columns = columns
        self.png = png
        self.explanation = explanation
    }
}
