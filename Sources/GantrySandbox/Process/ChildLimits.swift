import CSandbox

/// What a child process does to itself before it touches anything it was not given by its parent.
public enum ChildLimits {
    /// This process's identifier, to be told to a child as its parent.
    public static var processID: Int32 { csandbox_process_id() }

    /// Limits this process for good: ends with `parent`; no new privileges, no core dump, no file written, files made
    /// by nobody else readable; address space of `addressSpaceBytes`.
    ///
    /// **Throws** `.channelClosed` where the parent has ended already; `.notLimited`.
    public static func apply(parent: Int32, addressSpaceBytes: Int) throws(SandboxFault) {
        let result = csandbox_limit_self(parent, UInt64(max(addressSpaceBytes, 0)))
        if result.status == CSANDBOX_CLOSED {
            throw SandboxFault(.channelClosed, subject: "", explanation: "the parent process has ended")
        }
        try result.orThrow(.notLimited, "the process could not be limited")
    }

    /// Allows `seconds` of processor time from now on, whatever was used before; SIGXCPU ends the process after that.
    ///
    /// **Throws** `.notLimited`.
    public static func allowProcessorTime(seconds: Int) throws(SandboxFault) {
        let result = csandbox_allow_processor_time(UInt32(clamping: seconds))
        try result.orThrow(.notLimited, "processor time could not be limited")
    }
}
