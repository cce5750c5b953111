import GantryCore
import GantryGround

/// The content digests of the stacks that one analysis tries, each taken once: in the background while slices are
/// scored, or before.
final class StackDigests {
    private let reader: any StudyReader
    private let root: String
    private let stacks: [SliceStack]
    private let control: WorkControl
    private var known: [Int: String] = [:]
    private var begun: [Int: BackgroundDigest] = [:]

    /// Digests of `stacks`, none taken yet; `control` is asked while one is.
    init(reader: any StudyReader, root: String, stacks: [SliceStack], control: WorkControl) {
        self.reader = reader
        self.root = root
        self.stacks = stacks
        self.control = control
    }

    /// Begins with that of the stack at `index`, on a thread of its own, unless it is known or begun.
    func begin(_ index: Int) {
        guard known[index] == nil, begun[index] == nil else { return }
        begun[index] = BackgroundDigest(reader: reader, root: root, slices: stacks[index].slices, control: control)
    }

    /// The digest over the first `count` stacks, taken here and now; nil where the control says stop.
    ///
    /// **Throws** what the reader threw.
    func take(first count: Int) throws(ReaderFault) -> String? {
        for index in 0..<count where known[index] == nil {
            let slices = stacks[index].slices
            let digest = try reader.contentDigest(root: root, slices: slices) { _ in
                control.ask(done: 0, of: slices.count, scored: 0)
            }
            guard let digest else { return nil }
            known[index] = digest
        }
        return combined(count)
    }

    /// The digest over the first `count` stacks, each of which was begun or taken; waits for those that are not ready.
    /// Nil where the control said stop.
    ///
    /// **Throws** what the reader threw.
    func content(first count: Int) throws(ReaderFault) -> String? {
        for (index, background) in begun where index < count && known[index] == nil {
            guard let digest = try background.digest() else { return nil }
            known[index] = digest
        }
        return combined(count)
    }

    /// Ends what is still being taken.
    func stop() {
        for background in begun.values { background.stop() }
    }

    /// That of the only stack as it is, so that a study whose first candidate is kept has the digest that it always
    /// had; of several, SHA-256 over all of them in the order in which they were tried.
    private func combined(_ count: Int) -> String? {
        let digests = (0..<count).compactMap { known[$0] }
        guard digests.count == count, count > 1 else { return digests.count == count ? digests.first : nil }
        let text = "gantry content of \(count) stacks\n" + digests.joined(separator: "\n")
        return SHA256.hash(text.utf8).hexadecimal
    }
}
