import CSandbox
import Glibc

/// A running child process in a process group of its own; killed and reaped with its owner, so none is left behind.
///
/// The child gets the descriptors it is given as 3, 4, ..., stdin and stdout on `/dev/null`, and nothing else that is
/// open here.
public struct ChildProcess: ~Copyable, Sendable {
    /// The identifier; of this child as long as this value lives.
    public let processID: Int32

    /// Starts `executable` (a path, never looked for) with `arguments` after its own name.
    ///
    /// `descriptors` are borrowed for the call. `environment` entries read `NAME=value`.
    ///
    /// **Throws** `.notStarted`.
    public init(
        executable: String, arguments: [String], environment: [String] = ChildProcess.environment,
        descriptors: [Int32], standardError: StandardError = .discarded
    ) throws(SandboxFault) {
        guard !([executable] + arguments + environment).contains(where: { $0.utf8.contains(0) }) else {
            throw SandboxFault(.notStarted, subject: "", explanation: "an argument has a NUL character in it")
        }
        var process: Int32 = 0
        let result = withCStrings([executable] + arguments) { argumentPointers in
            withCStrings(environment) { environmentPointers in
                csandbox_spawn(
                    executable, argumentPointers, environmentPointers, descriptors, descriptors.count,
                    standardError == .inherited, &process)
            }
        }
        try result.orThrow(.notStarted, "the process could not be started")
        processID = process
    }

    /// Where the child's error output goes.
    public enum StandardError: Sendable {
        /// Nowhere: what a library says about a file may name a patient.
        case discarded
        /// Where this process's goes.
        case inherited
    }

    /// Ends the child if it still runs, and says how it ended.
    ///
    /// A child that was ending by itself keeps its own cause; one that was still running ends by SIGKILL. One that
    /// waits for a disk that does not answer, where no signal reaches it, is left to end by itself after 10 s.
    ///
    /// **Throws** `.systemCall` where somebody else has reaped it.
    public consuming func end() throws(SandboxFault) -> ChildEnd {
        let process = processID
        discard self
        var end = csandbox_child_end()
        try csandbox_end_child(process, &end).orThrow(.systemCall, "the process could not be waited for")
        return end.signal == 0 ? .exited(end.exit_code) : .signal(end.signal)
    }

    deinit {
        var end = csandbox_child_end()
        // Nobody is left to tell; the only failure is that somebody else has reaped it.
        _ = csandbox_end_child(processID, &end)
    }

    /// The few variables of this process's environment that a child needs; no crash handler, which would hold pixels.
    public static var environment: [String] {
        var entries = ["SWIFT_BACKTRACE=enable=no"]
        for name in [
            "DCMDICTPATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "TSAN_OPTIONS",
        ] {
            if let value = getenv(name) { entries.append(name + "=" + String(cString: value)) }
        }
        return entries
    }
}

/// Calls `body` with `texts` as a NULL-terminated array of C strings, valid for the call.
private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    // One block for all bytes: no allocation has to be freed by hand.
    var bytes: [CChar] = []
    var starts: [Int] = []
    for text in texts {
        starts.append(bytes.count)
        bytes.append(contentsOf: text.utf8CString)
    }
    return bytes.withUnsafeBufferPointer { block in
        var pointers: [UnsafePointer<CChar>?] = starts.map { block.baseAddress?.advanced(by: $0) }
        pointers.append(nil)
        return pointers.withUnsafeBufferPointer { array in
            guard let base = array.baseAddress else { preconditionFailure("an array with an element has an address") }
            return body(base)
        }
    }
}
