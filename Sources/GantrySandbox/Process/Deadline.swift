import CSandbox

/// A moment of the monotonic clock after which waiting ends.
public struct Deadline: Sendable, Hashable, Comparable {
    /// Nanoseconds of the monotonic clock; `Int64.max` is never.
    let nanoseconds: Int64

    /// Earlier is less.
    public static func < (left: Deadline, right: Deadline) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Waiting does not end.
    public static let never = Deadline(nanoseconds: .max)

    /// `seconds` from now; not a number, negative and too large values become now and never.
    public static func after(seconds: Double) -> Deadline {
        guard seconds < 1e9 else { return .never }
        let now = csandbox_now_nanoseconds()
        return Deadline(nanoseconds: now + Int64(max(seconds.isNaN ? 0 : seconds, 0) * 1e9))
    }
}
