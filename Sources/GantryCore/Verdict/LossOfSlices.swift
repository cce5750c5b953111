/// Whether slices that were lost when a study was judged are worth reading again.
///
/// What is wrong with a file stays wrong: it is not read again. A slow disk, a reader that died and a file that could
/// not be opened may be better next time; what lay beyond a limit is another matter under a higher one.
public enum LossOfSlices {
    /// Whether reading slices that were lost for these `reasons` under `earlier` limits again under `limits` may bring
    /// one back. Where nobody knows the earlier limits (nil), any loss to a limit may.
    public static func mayPass(
        _ reasons: [FileReason], readUnder earlier: ReaderLimits?, limits: ReaderLimits
    ) -> Bool {
        let isLifted = limits.areHigher(than: earlier)
        return reasons.contains { reason in
            switch reason {
            case .unreadable, .readerDied, .readerTimedOut: true
            case .limitExceeded: isLifted
            default: false
            }
        }
    }

    /// Whether a slice that was lost in `earlier` was read in `later`, which are records of the same slices.
    public static func isRegained(_ earlier: [SliceRecord], in later: [SliceRecord]) -> Bool {
        zip(earlier, later).contains { $0.reason.disposition == .rejected && $1.reason.disposition != .rejected }
    }
}

extension ReaderLimits {
    /// Whether some cap is higher than in `other`, or nobody knows that one (nil). Time is not compared: what takes too
    /// long is no loss to a cap.
    public func areHigher(than other: ReaderLimits?) -> Bool {
        guard let other else { return true }
        return Setting.allCases.contains { $0 != .secondsPerFile && self[$0] > other[$0] }
    }
}
