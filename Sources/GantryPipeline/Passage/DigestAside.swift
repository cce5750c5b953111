import Dispatch
import Foundation
import GantryCore
import Synchronization

/// Takes a study's content digest on a thread of its own, while its slices are read and scored.
final class DigestAside: Sendable {
    private let isStopped = Mutex(false)
    private let outcome = Mutex<Result<String?, ReaderFault>>(.success(nil))
    private let work = DispatchGroup()

    /// Begins at once.
    init(reader: any StudyReader, root: String, slices: [SliceSource]) {
        work.enter()
        let thread = Thread { [self] in
            let result = Result { () throws(ReaderFault) in
                try reader.contentDigest(root: root, slices: slices) { _ in
                    self.isStopped.withLock { $0 } ? .stop : .proceed
                }
            }
            outcome.withLock { $0 = result }
            work.leave()
        }
        thread.name = "digest"
        thread.start()
    }

    /// Waits for the digest. **Throws** what the reader threw.
    func digest() throws(ReaderFault) -> String? {
        work.wait()
        return try outcome.withLock { $0 }.get()
    }

    /// Ends the work, soon if not at once, and waits for its end. Without effect where it is done.
    func stop() {
        isStopped.withLock { $0 = true }
        work.wait()
    }
}
