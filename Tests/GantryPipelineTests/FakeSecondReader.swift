import GantryCore
import Synchronization

/// A second reader that agrees, but on the files it is told to read differently or to say nothing about.
final class FakeSecondReader: SecondReader {
    /// Every call's files.
    let asked = Mutex<[[String]]>([])
    let differing: Set<String>
    let refused: Set<String>

    init(differing: Set<String> = [], refused: Set<String> = []) {
        self.differing = differing
        self.refused = refused
    }

    func opinions(root: String, slices: [SliceSource], waiting: () -> ReadControl) -> [SliceOpinion]? {
        asked.withLock { $0.append(slices.map(\.file)) }
        guard waiting() == .proceed else { return nil }
        return slices.map { slice in
            if refused.contains(slice.file) { return .missing(on: slice, because: "it died") }
            let difference = SliceOpinion.Difference(attribute: "RescaleIntercept", ours: "-1024", theirs: "0")
            return SliceOpinion(
                sopInstanceUID: slice.sopInstanceUID, frameNumber: slice.frameNumber, compared: .pixels,
                differences: differing.contains(slice.file) ? [difference] : [])
        }
    }
}
