/// One slice to be read: one frame of one file, and where it lies.
public struct SliceSource: Sendable, Hashable, Codable {
    /// Path of the file below the study's folder.
    public var file: String
    /// (0008,0018)
    public var sopInstanceUID: UID
    /// Frame within the instance, from 1.
    public var frameNumber: Int
    /// (0020,0013)
    public var instanceNumber: Int?
    /// Position along the stack's normal, millimetres.
    public var positionMillimetres: Double
    /// Rows and columns as the header says; the reader must find the same.
    public var rows: Int
    /// See `rows`.
    public var columns: Int
    /// The plane, for `extract`'s geometry.
    public var plane: SlicePlane

    /// A slice at this place.
    public init(
        file: String, sopInstanceUID: UID, frameNumber: Int, instanceNumber: Int?, positionMillimetres: Double,
        rows: Int, columns: Int, plane: SlicePlane
    ) {
        self.file = file
        self.sopInstanceUID = sopInstanceUID
        self.frameNumber = frameNumber
        self.instanceNumber = instanceNumber
        self.positionMillimetres = positionMillimetres
        self.rows = rows
        self.columns = columns
        self.plane = plane
    }
}
