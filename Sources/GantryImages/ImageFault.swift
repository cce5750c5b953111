import GantryCore

/// Why a picture, a folder of pictures or a file of them cannot be used. The subject is its path.
public typealias ImageFault = Fault<ImageFaultCode>

/// Codes of `ImageFault`.
public enum ImageFaultCode: String, FaultCode {
    /// Neither PNG nor JPEG.
    case notAnImage
    /// It begins as a picture and does not decode completely, without a warning.
    case damaged
    /// A side, the number of pixels or the file is beyond the limits.
    case tooLarge
    /// A form of PNG or JPEG that is not decoded: lossless or 12-bit JPEG.
    case unsupported
    /// It is not there, no regular file, or its permissions forbid it.
    case unreadable
    /// A symbolic link on its path leads out of the folder, or `..` does.
    case outsideFolder
    /// The process that decoded it ended on it.
    case childDied
    /// Decoding took longer than is allowed.
    case timedOut
    /// The process that decodes cannot be started, or does not work here: of no picture in particular.
    case readerUnavailable

    /// There is no picture in the folder or the file.
    case noImages
    /// The folder has no classes, or its sides do not fit each other; a class in validation or test that training has
    /// not, a name that is two sides.
    case classesDoNotFit
    /// A file of arrays is not as MedMNIST writes it.
    case malformed
    /// A file of arrays has several labels an image.
    case multipleLabels

    /// The settings of a preparation contradict themselves.
    case preparation
    /// libpng cannot write it.
    case cannotEncode

    /// Whether trying again can help.
    public var disposition: FaultDisposition {
        switch self {
        case .unreadable, .childDied, .timedOut, .readerUnavailable: .retryable
        default: .permanent
        }
    }
}
