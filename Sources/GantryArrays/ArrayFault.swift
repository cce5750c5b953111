import GantryCore
import GantryTensors

/// Why an array file (`.npy`, `.npz`) cannot be used.
public typealias ArrayFault = Fault<ArrayFaultCode>

/// Codes of `ArrayFault`.
public enum ArrayFaultCode: String, FaultCode {
    /// The file is not there, or the system refuses it.
    case cannotRead
    /// Its content is not what its kind prescribes.
    case malformed
    /// It holds more than is read.
    case tooLarge
    /// An array that was asked for is not in it.
    case absent

    /// A file's content stays what it is.
    public var disposition: FaultDisposition { .permanent }
}

extension Fault<ArrayFaultCode> {
    /// A fault of the zip archive that an `.npz` is.
    init(_ fault: WeightsError) {
        let code: ArrayFaultCode =
            switch fault.code {
            case .cannotOpen, .cannotRead: .cannotRead
            default: .malformed
            }
        self.init(code, subject: fault.subject, status: fault.status, explanation: fault.explanation)
    }
}
