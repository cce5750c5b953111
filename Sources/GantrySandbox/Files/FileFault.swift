import CSandbox
import GantryCore

/// A fault of opening one file or folder.
public typealias FileFault = Fault<FileFaultCode>

/// Codes of `FileFault`.
public enum FileFaultCode: String, FaultCode {
    /// It is not there.
    case absent
    /// A symbolic link lies on its path or at the end.
    case symbolicLink
    /// The path leaves the folder.
    case outsideFolder
    /// It is no regular file (or no folder, where one was asked for).
    case wrongKind
    /// Its permissions forbid it.
    case notPermitted
    /// The kernel has no `openat2` (Linux 5.6), or a filter forbids it.
    case unsupported
    /// A system call failed; `status` says how.
    case systemCall

    /// Whether trying again can help.
    public var disposition: FaultDisposition {
        switch self {
        case .absent, .notPermitted, .systemCall: .retryable
        case .symbolicLink, .outsideFolder, .wrongKind, .unsupported: .permanent
        }
    }
}

extension FileFault {
    /// The fault that a status from the kernel means.
    init(_ result: csandbox_result, subject: String) {
        let (code, explanation): (FileFaultCode, String) =
            switch result.status {
            case CSANDBOX_ABSENT: (.absent, "it is not there")
            case CSANDBOX_LINK: (.symbolicLink, "a symbolic link, which is never followed")
            case CSANDBOX_OUTSIDE: (.outsideFolder, "the path does not stay below the folder")
            case CSANDBOX_WRONG_KIND: (.wrongKind, "neither a regular file nor a folder that can be opened as asked")
            case CSANDBOX_NOT_PERMITTED: (.notPermitted, "its permissions forbid it")
            case CSANDBOX_UNSUPPORTED: (.unsupported, "this system lacks openat2 (Linux 5.6), or forbids it")
            default: (.systemCall, "it cannot be opened: error \(result.error_number)")
            }
        self.init(code, subject: subject, status: result.errorNumber, explanation: explanation)
    }
}
