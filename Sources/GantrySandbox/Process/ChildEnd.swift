import CSandbox

/// How a child process ended.
public enum ChildEnd: Sendable, Hashable {
    /// It exited with this status.
    case exited(Int32)
    /// This signal ended it.
    case signal(Int32)

    /// SIGXCPU: it used more processor time than it was allowed.
    public static let outOfProcessorTime = ChildEnd.signal(24)

    /// `ended by signal 11 (SIGSEGV)`, `exited with status 1`.
    public var explanation: String {
        switch self {
        case .exited(let status): "exited with status \(status)"
        case .signal(let number): "ended by signal \(number)" + (Self.names[number].map { " (\($0))" } ?? "")
        }
    }

    private static let names: [Int32: String] = [
        4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV",
        15: "SIGTERM", 24: "SIGXCPU", 31: "SIGSYS",
    ]
}
