import GantryCore
import GantryGround
import Synchronization

/// Takes a study's content digest on a thread of its own, while its slices are read and scored.
final class BackgroundDigest: Sendable {
    /// The work, which does not hold its thread.
    private final class Work: Sendable {
        let isStopped = Mutex(false)
        let outcome = Mutex<Result<String?, ReaderFault>>(.success(nil))
    }

    private let work = Work()
    private let thread: JoinableThread?

    /// Begins at once; on the calling thread where the system refuses another.
    init(reader: any StudyReader, root: String, slices: [SliceSource], control: WorkControl) {
        let take: @Sendable () -> Void = { [work] in
            let result = Result { () throws(ReaderFault) in
                try reader.contentDigest(root: root, slices: slices) { _ in
                    work.isStopped.withLock { $0 } ? .stop : control.ask()
                }
            }
            work.outcome.withLock { $0 = result }
        }
        thread = try? JoinableThread(name: "digest", take)
        if thread == nil { take() }
    }

    /// Waits for the digest; nil where the control said stop meanwhile. **Throws** what the reader threw.
    func digest() throws(ReaderFault) -> String? {
        thread?.join()
        return try work.outcome.withLock { $0 }.get()
    }

    /// Ends the work, soon if not at once, and waits for its end. Without effect where it is done.
    func stop() {
        work.isStopped.withLock { $0 = true }
        thread?.join()
    }
}
