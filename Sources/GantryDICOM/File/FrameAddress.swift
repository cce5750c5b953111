import GantryCore

/// Which image of which file, and what its header said when it was scanned: all that decoding it takes.
package struct FrameAddress: Sendable, Hashable {
    /// Path of the file below the study's folder.
    package var file: String
    /// (0008,0018)
    package var sopInstanceUID: UID
    /// Frame within the instance, from 1.
    package var frameNumber: Int
    /// (0028,0010)
    package var rows: Int
    /// (0028,0011)
    package var columns: Int

    /// The address of this frame.
    package init(file: String, sopInstanceUID: UID, frameNumber: Int, rows: Int, columns: Int) {
        self.file = file
        self.sopInstanceUID = sopInstanceUID
        self.frameNumber = frameNumber
        self.rows = rows
        self.columns = columns
    }

    /// The address of a slice.
    package init(_ slice: SliceSource) {
        self.init(
            file: slice.file, sopInstanceUID: slice.sopInstanceUID, frameNumber: slice.frameNumber, rows: slice.rows,
            columns: slice.columns)
    }
}
