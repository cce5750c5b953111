import GantryCore
import Synchronization

/// The wish to stop, from whichever thread; never taken back. The first reason stays.
public final class StopFlag: Sendable {
    private let reason = Mutex<StopReason?>(nil)

    /// A flag that is not raised.
    public init() {}

    /// Why work shall stop; nil while it shall not.
    public var stopped: StopReason? { reason.withLock { $0 } }

    /// Raises the flag.
    public func stop(_ why: StopReason) {
        reason.withLock { if $0 == nil { $0 = why } }
    }
}

/// Why a run ends before its work is done.
public enum StopReason: Sendable, Equatable {
    /// A signal of this number (SIGINT 2, SIGTERM 15): studies in flight are handed back.
    case signal(Int32)
    /// Too little disk space at this path: studies in flight are finished, no other is begun.
    case lowDisk(path: String, freeBytes: Int64)
    /// The store failed: nothing can be kept any more.
    case storeFault(StoreFault)
    /// Nothing can be scored: studies in flight are handed back.
    case scorerFault(ScorerFault)
}
