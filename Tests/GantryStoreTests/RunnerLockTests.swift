import Dispatch
import GantryCore
import GantryStore
import Glibc
import Synchronization
import Testing

/// The lock file of a store where it cannot be written to.
@Suite struct RunnerLockTests {
    @Test func `a lock that cannot name its holder closes its own file once, and nobody else's`() throws {
        let folder = try TemporaryFolder()
        // A FIFO can be opened and locked, and cannot be cut to a length.
        #expect(mkfifo(folder.store + ".lock", 0o600) == 0)
        let path = folder.path + "/other"
        let isDone = Mutex(false)
        let lost = Mutex(0)
        let refused = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 2) { side in
            if side == 0 {
                for _ in 0..<2000 {
                    if case .cannotOpen? = try? storeFault({ _ = try folder.runner() })?.code {
                        refused.withLock { $0 += 1 }
                    }
                }
                return isDone.withLock { $0 = true }
            }
            // Another thread opens and uses files meanwhile, as the workers of a run do: each finds its file whole.
            for _ in 0..<500_000 where !isDone.withLock({ $0 }) {
                let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
                var byte: UInt8 = 1
                let isWritten = write(descriptor, &byte, 1) == 1
                let isWhole = lseek(descriptor, 0, SEEK_END) == 1
                if close(descriptor) != 0 || !isWritten || !isWhole { lost.withLock { $0 += 1 } }
            }
        }
        #expect(refused.withLock { $0 } == 2000)
        #expect(lost.withLock { $0 } == 0)
    }
}
