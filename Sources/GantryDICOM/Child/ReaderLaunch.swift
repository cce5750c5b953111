import GantrySandbox

/// How reader children are started and how long they may take.
struct ReaderLaunch: Sendable {
    /// Path of the executable.
    var executable: String
    /// Arguments that make it a reader child.
    var arguments: [String]
    /// What the child may use.
    var limits: SandboxLimits
    /// Wall clock for one file or slice, and for the child's own start, seconds.
    var wallClockSecondsPerFile: Double
    /// Told the process identifier of every child that is started.
    var childStarted: @Sendable (Int32) -> Void
}
