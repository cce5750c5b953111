/// Reads slices that a `StudyReader` has read once more, by other code, and says where the two differ.
///
/// Calls block; run them on a thread of their own. Nothing that happens to the second reader is a fault of the study:
/// where it refuses, dies or takes too long, that is the remark of the slice's opinion.
public protocol SecondReader: Sendable {
    /// The opinion on each of `slices`, in their order. `waiting` is asked several times a second whether to go on;
    /// where it says stop, those on the first slices come back, as far as they are there.
    func opinions(root: String, slices: [SliceSource], waiting: () -> ReadControl) -> [SliceOpinion]
}
