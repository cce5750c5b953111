import CSandbox

/// What a child process does to itself before it touches anything it was not given by its parent.
public enum ChildLimits {
    /// This process's identifier, to be told to a child as its parent.
    public static var processID: Int32 { csandbox_process_id() }

    /// Limits and confines this process for good: ends with `parent`; no new privileges, no core dump, no file written;
    /// address space of `addressSpaceBytes`; opens what lies at or below the open folder or file `readable`, for
    /// reading, and nothing else; starts no process, connects to nothing, signals nobody, loads no code.
    ///
    /// To be called before the first byte of a file and after the libraries have loaded what they need. What this
    /// kernel cannot do is left out: `missing` says it.
    ///
    /// **Throws** `.channelClosed` where the parent has ended already; `.notLimited`, also where this process has
    /// threads already.
    public static func apply(parent: Int32, addressSpaceBytes: Int, readable: Int32) throws(SandboxFault) {
        let limited = csandbox_limit_self(parent, UInt64(max(addressSpaceBytes, 0)))
        if limited.status == CSANDBOX_CLOSED {
            throw SandboxFault(.channelClosed, subject: "", explanation: "the parent process has ended")
        }
        try limited.orThrow(.notLimited, "the process could not be limited")
        try csandbox_confine_self(readable).orThrow(.notLimited, "the process could not be confined")
    }

    /// What children lack on this kernel, a sentence; nil where they are confined in full.
    public static var missing: String? {
        switch csandbox_missing(csandbox_missing_confinement()) {
        case csandbox_missing(0): nil
        case CSANDBOX_NO_LANDLOCK:
            "this kernel has no Landlock, or a container forbids it (Linux 5.13): a file that took over the process "
                + "that "
                + "reads it could open other files of this user, and make or empty some."
        case CSANDBOX_NO_FILTER:
            "system calls cannot be filtered here: a file that took over the process that reads it could start "
                + "programs and connect to the network."
        default:
            "neither Landlock (Linux 5.13) nor a filter of system calls is there: a file that took over the process "
                + "that "
                + "reads it could do whatever this user can."
        }
    }

    /// Lets every other process that wants to compute go first.
    public static func lowerPriority() { csandbox_lower_priority() }

    /// Allows `seconds` of processor time from now on, whatever was used before; SIGXCPU ends the process after that.
    ///
    /// **Throws** `.notLimited`.
    public static func allowProcessorTime(seconds: Int) throws(SandboxFault) {
        let result = csandbox_allow_processor_time(UInt32(clamping: seconds))
        try result.orThrow(.notLimited, "processor time could not be limited")
    }

    /// Allows each work `seconds` of its thread's processor time, to the second; SIGXCPU ends the process where one
    /// uses more. In place of `allowProcessorTime`, for a process with several threads.
    ///
    /// **Throws** `.notLimited`.
    package static func watchProcessorTime(seconds: Int) throws(SandboxFault) {
        let result = csandbox_watch_processor_time(UInt32(clamping: seconds))
        try result.orThrow(.notLimited, "processor time could not be limited")
    }

    /// Calls `body`, whose processor time is watched: the work of the calling thread, which is known as `worker`, from
    /// 0 to 63. What is waited for in it costs nothing.
    package static func watching<Value>(worker: Int, _ body: () -> Value) -> Value {
        csandbox_begin_work(UInt32(clamping: worker))
        defer { csandbox_end_work(UInt32(clamping: worker)) }
        return body()
    }
}
