/// Why phantom studies could not be written.
public struct PhantomError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: Sendable, Hashable {
        /// A folder could not be made.
        case cannotCreateFolder
        /// A file could not be written.
        case cannotWriteFile
        /// The DICOM writer refused an object.
        case cannotEncode
    }

    /// What went wrong.
    public let code: Code
    /// The file or folder.
    public let path: String
    /// What the layer below said.
    public let underlying: String

    /// One sentence.
    public var description: String {
        switch code {
        case .cannotCreateFolder: "the folder \(path) cannot be made: \(underlying)"
        case .cannotWriteFile: "the file \(path) cannot be written: \(underlying)"
        case .cannotEncode: "the object for \(path) cannot be encoded: \(underlying)"
        }
    }
}
