import GantryCore

/// Why a weight file, or the tensors in it, cannot be used.
public typealias WeightsError = Fault<WeightsErrorCode>

/// Codes of `WeightsError`.
public enum WeightsErrorCode: String, FaultCode {
    /// The file does not exist or may not be opened.
    case cannotOpen
    /// The system failed to read bytes of an open file.
    case cannotRead
    /// The system failed to create, write or rename a file.
    case cannotWrite
    /// The file is shorter than its own header says.
    case truncated
    /// The header is not what the format prescribes.
    case malformedHeader
    /// The file wants something that is never done, or that is not understood: a name in a pickle, an operator of a
    /// graph, another file.
    case refusedContent
    /// The bytes are not those that were saved: a checksum differs.
    case damagedContent
    /// A tensor's bytes lie outside the file, overlap another's, or do not fit its shape.
    case inconsistentTensor
    /// The element type cannot be read as numbers of a network.
    case unsupportedElementType
    /// A tensor that was asked for is not there.
    case noSuchTensor
    /// The tensors are not those of the architecture: missing, extra or of another shape.
    case architectureMismatch
    /// A value is NaN, infinite, or a variance below zero.
    case unusableValue
    /// A file holds several networks, and which one is meant was not said.
    case choiceMissing
    /// A library that is loaded at first use is not installed.
    case libraryMissing

    /// A disk that is full or busy may recover; a file's contents stay what they are.
    public var disposition: FaultDisposition {
        switch self {
        case .cannotRead, .cannotWrite: .retryable
        default: .permanent
        }
    }
}

extension Fault<WeightsErrorCode> {
    /// A fault of the tensor `name` in the file or collection `origin`.
    package static func tensor(
        _ code: WeightsErrorCode, _ name: String, in origin: String, _ explanation: String
    ) -> WeightsError {
        WeightsError(code, subject: "tensor \(name) in \(origin)", explanation: explanation)
    }

    package static func noSuchTensor(_ name: String, in origin: String) -> WeightsError {
        .tensor(.noSuchTensor, name, in: origin, "there is no tensor of that name.")
    }

    package static func notSignedBytes(_ name: String, in origin: String, _ type: ElementType) -> WeightsError {
        .tensor(.unsupportedElementType, name, in: origin, "it is stored as \(type.rawValue); I8 is needed.")
    }

    package static func notFloats(_ name: String, in origin: String, _ type: ElementType) -> WeightsError {
        .tensor(
            .unsupportedElementType, name, in: origin,
            "it is stored as \(type.rawValue); F64, F32, F16 or BF16 is needed.")
    }
}
