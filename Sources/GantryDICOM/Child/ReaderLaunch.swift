import GantryCore
import GantrySandbox

/// How reader children are started and how long they may take.
struct ReaderLaunch: Sendable {
    /// Path of the executable.
    var executable: String
    /// Arguments that make it a reader child.
    var arguments: [String]
    /// What the child takes on.
    var limits: ReaderLimits
    /// What the child may use.
    var sandbox: SandboxLimits
    /// Wall clock for one file or slice, and for the child's own start, seconds.
    var wallClockSecondsPerFile: Double
    /// Told the process identifier of every child that is started.
    var childStarted: @Sendable (Int32) -> Void
    /// Files that a child reads at once, at most.
    var threads = 1
    /// Whether the children give second opinions, and do nothing else.
    var isSecondOpinion = false
    /// Where a child may wait that was started ahead.
    var spare: SpareReader?
}

extension SandboxLimits {
    /// What a child needs for files within `limits`: a slice in the ring, a deflated data set and a frame being decoded
    /// in its memory. For the defaults these are the defaults.
    init(for limits: ReaderLimits) {
        let usual = ReaderLimits()
        let usualSandbox = SandboxLimits()
        // Caps are below 2^41 bytes: no sum here overflows.
        let moreInflated = max(0, min(limits.mostInflatedBytes, 1 << 40) - usual.mostInflatedBytes)
        // Stored value, component and transform coefficients of a wavelet codec, at most 12 bytes a pixel.
        let morePixels = max(0, min(limits.mostPixels, 1 << 36) - usual.mostPixels)
        self.init(
            addressSpaceBytes: usualSandbox.addressSpaceBytes + moreInflated + 12 * morePixels,
            ringBytes: usualSandbox.ringBytes + 2 * morePixels, processorSecondsPerFile: limits.secondsPerFile)
    }
}
