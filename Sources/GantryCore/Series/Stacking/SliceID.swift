/// What tells the slices of one study apart: the instance, and the frame within it.
public struct SliceID: Sendable, Hashable {
    /// (0008,0018)
    public var sopInstanceUID: UID
    /// Frame within the instance, from 1.
    public var frameNumber: Int

    /// The slice of this instance and frame.
    public init(sopInstanceUID: UID, frameNumber: Int) {
        self.sopInstanceUID = sopInstanceUID
        self.frameNumber = frameNumber
    }

    /// The slice to be read from `source`.
    public init(_ source: SliceSource) {
        self.init(sopInstanceUID: source.sopInstanceUID, frameNumber: source.frameNumber)
    }

    /// The slice that `record` tells of.
    public init(_ record: SliceRecord) {
        self.init(sopInstanceUID: record.sopInstanceUID, frameNumber: record.frameNumber)
    }
}
