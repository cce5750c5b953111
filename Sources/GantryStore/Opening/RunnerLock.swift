import Foundation
import GantryCore
import Glibc

/// The right to be the only runner of a store: an advisory lock (`flock`) on `<store>.lock`, which names its holder.
///
/// The kernel drops the lock when the process ends, however it ends; the file stays.
final class RunnerLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock at once or not at all.
    ///
    /// **Throws** `.heldByAnotherRunner` with the holder's pid in the sentence, `.cannotOpen`.
    init(storePath: String, name: String) throws(StoreFault) {
        let path = storePath + ".lock"
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else {
            throw StoreFault(.cannotOpen, subject: path, status: Int(errno), explanation: StoreFiles.sentence(errno))
        }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let status = errno
            let holder = Self.holder(opened)
            close(opened)
            guard status == EWOULDBLOCK else {
                throw StoreFault(
                    .cannotOpen, subject: path, status: Int(status), explanation: StoreFiles.sentence(status))
            }
            throw StoreFault(
                .heldByAnotherRunner, subject: storePath, status: Int(status),
                explanation: "another runner holds the store: \(holder)")
        }
        let line = Array("pid \(getpid()) (\(name))\n".utf8)
        guard ftruncate(opened, 0) == 0, pwrite(opened, line, line.count, 0) == line.count else {
            let status = errno
            close(opened)
            throw StoreFault(.cannotOpen, subject: path, status: Int(status), explanation: StoreFiles.sentence(status))
        }
        // Last: once every property has its value, a throw runs `deinit` too, which would close a number that another
        // file may have by then.
        descriptor = opened
    }

    deinit {
        // A clean end leaves no name behind; closing drops the lock.
        ftruncate(descriptor, 0)
        close(descriptor)
    }

    /// What the holder wrote; it may not have come to it yet.
    private static func holder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 200)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? "it has not written its pid yet" : text
    }
}
