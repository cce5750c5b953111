import GantryCore
import Glibc
import Synchronization

/// A second reader that agrees, but on the files it is told to read differently or to say nothing about. Held to the
/// same suite as the real one.
package final class FakeSecondReader: SecondReader {
    /// Every call's files.
    package let asked = Mutex<[[String]]>([])
    private let differing: Set<String>
    private let refused: Set<String>
    /// Files at which it hangs until it is told to stop, and what happens over and over meanwhile.
    private let hangsAt: Set<String>
    private let meanwhile: @Sendable () -> Void

    package init(
        differing: Set<String> = [], refused: Set<String> = [], hangsAt: Set<String> = [],
        meanwhile: @escaping @Sendable () -> Void = {}
    ) {
        self.differing = differing
        self.refused = refused
        self.hangsAt = hangsAt
        self.meanwhile = meanwhile
    }

    package func opinions(root: String, slices: [SliceSource], waiting: () -> ReadControl) -> [SliceOpinion] {
        asked.withLock { $0.append(slices.map(\.file)) }
        guard waiting() == .proceed else { return [] }
        let answered = slices.firstIndex { hangsAt.contains($0.file) }
        if answered != nil {
            while waiting() == .proceed {
                meanwhile()
                sched_yield()
            }
        }
        return slices.prefix(answered ?? slices.count).map { slice in
            if refused.contains(slice.file) { return .missing(on: slice, because: "it died") }
            let difference = SliceOpinion.Difference(attribute: "RescaleIntercept", ours: "-1024", theirs: "0")
            return SliceOpinion(
                sopInstanceUID: slice.sopInstanceUID, frameNumber: slice.frameNumber, compared: .pixels,
                differences: differing.contains(slice.file) ? [difference] : [])
        }
    }
}
