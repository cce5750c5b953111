import Foundation
import GantryCore
import Glibc

/// The right to be the only runner of a store: an advisory lock (`flock`) on `<store>.lock`, which names its holder.
///
/// The kernel drops the lock when the process ends, however it ends; the file stays.
final class RunnerLock: Sendable {
    private let descriptor: Int32
    /// How often the lock is tried for, and the pause between.
    private static let (tries, pauseMicroseconds) = (50, useconds_t(10_000))

    /// Takes the lock, or finds within half a second that a runner holds it.
    ///
    /// **Throws** `.heldByAnotherRunner` with the holder's pid in the sentence, `.cannotOpen`.
    init(storePath: String, name: String) throws(StoreFault) {
        let path = storePath + ".lock"
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else {
            throw StoreFault(.cannotOpen, subject: path, status: Int(errno), explanation: StoreFiles.sentence(errno))
        }
        let status = Self.take(opened)
        guard status == 0 else {
            let holder = Self.text(opened)
            close(opened)
            guard status == EWOULDBLOCK else {
                throw StoreFault(
                    .cannotOpen, subject: path, status: Int(status), explanation: StoreFiles.sentence(status))
            }
            throw StoreFault(
                .heldByAnotherRunner, subject: storePath, status: Int(status),
                explanation: "another runner holds the store: "
                    + (holder.isEmpty ? "it has not written its pid yet" : holder))
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

    /// Who holds the lock of the store at `storePath`. Nothing is written, and no file is made.
    ///
    /// To ask is to take the lock beside others who ask, for an instant, in which no runner can have it: a runner tries
    /// more than once. (`/proc/locks` would tell without that, but not of a runner in another container.)
    static func holder(ofStore storePath: String) -> StoreRunner {
        let opened = open(storePath + ".lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard opened >= 0 else { return errno == ENOENT ? .absent : .unknown(StoreFiles.sentence(errno)) }
        defer { close(opened) }
        guard flock(opened, LOCK_SH | LOCK_NB) != 0 else {
            flock(opened, LOCK_UN)
            return .absent
        }
        let status = errno
        return status == EWOULDBLOCK ? StoreRunner(holder: text(opened)) : .unknown(StoreFiles.sentence(status))
    }

    /// Zero, or the error number with which the last try for the lock ended.
    private static func take(_ descriptor: Int32) -> Int32 {
        var status: Int32 = 0
        for attempt in 1...tries {
            guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return 0 }
            status = errno
            guard status == EWOULDBLOCK || status == EINTR else { return status }
            if attempt < tries { usleep(pauseMicroseconds) }
        }
        return status
    }

    /// What the holder wrote; empty where it has not come to it yet.
    private static func text(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 200)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
