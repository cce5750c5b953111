import CSandbox
import GantryCore

/// A fault of a child process, the memory shared with it, or the channel to it.
public typealias SandboxFault = Fault<SandboxFaultCode>

/// Codes of `SandboxFault`.
public enum SandboxFaultCode: String, FaultCode {
    /// The child could not be started.
    case notStarted
    /// The other end of the channel is closed: the child, or the parent, has ended.
    case channelClosed
    /// No answer in time.
    case timedOut
    /// The other end sent something that is no message.
    case malformedMessage
    /// A message is larger than the channel carries.
    case messageTooLarge
    /// Shared memory cannot be had, or is not what was agreed.
    case memoryUnavailable
    /// A limit could not be set.
    case notLimited
    /// A system call failed; `status` says how.
    case systemCall

    /// Whether trying again can help.
    public var disposition: FaultDisposition {
        switch self {
        case .notStarted, .channelClosed, .timedOut, .memoryUnavailable, .systemCall: .retryable
        case .malformedMessage, .messageTooLarge, .notLimited: .permanent
        }
    }
}

extension csandbox_result {
    /// Whether the call did what it was asked.
    var isSuccess: Bool { status == CSANDBOX_OK }

    /// The errno for a `Fault`, nil where none stands behind the status.
    var errorNumber: Int? { error_number == 0 ? nil : Int(error_number) }

    /// Throws a fault with `code` unless the call succeeded.
    func orThrow(_ code: SandboxFaultCode, _ explanation: String) throws(SandboxFault) {
        guard !isSuccess else { return }
        throw SandboxFault(code, subject: "", status: errorNumber, explanation: explanation + detail)
    }

    /// `: error 2` where an errno is known.
    private var detail: String { errorNumber.map { ": error \($0)" } ?? "" }
}
