import Foundation
import GantryGround
import Synchronization

/// Values of many samples, on the disk instead of in memory: a file without a name, which is gone with the process.
///
/// What was read lately stays in the system's cache. Records are appended by one thread at a time and read by any.
package final class SampleFile: Sendable {
    /// Where a record lies.
    package struct Place: Sendable, Hashable {
        /// From the file's beginning, bytes.
        let offset: Int
        /// Bytes.
        let byteCount: Int
    }

    private let descriptor: Int32
    private let folder: String
    private let end = Mutex(0)

    /// An empty file in `folder`. **Throws** where the system refuses it.
    package init(in folder: String) throws(FileFailure) {
        self.folder = folder
        var name = Array((folder + "/.samples.XXXXXX").utf8CString)
        descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw FileFailure(path: folder, status: errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(name)
    }

    deinit { close(descriptor) }

    /// Bytes written.
    package var byteCount: Int { end.withLock { $0 } }

    /// Appends these values. **Throws** where the disk is full.
    package func append<Element: BitwiseCopyable>(
        _ values: UnsafeBufferPointer<Element>
    ) throws(FileFailure) -> Place {
        let bytes = UnsafeRawBufferPointer(values)
        let place = end.withLock { end in
            defer { end += bytes.count }
            return Place(offset: end, byteCount: bytes.count)
        }
        var done = 0
        while done < bytes.count {
            let count = pwrite(
                descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(place.offset + done))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw FileFailure(path: folder, status: errno) }
            done += count
        }
        return place
    }

    /// Reads the record at `place` into `values`, which it fills. **Throws** where the disk fails.
    package func read<Element: BitwiseCopyable>(
        _ place: Place, into values: UnsafeMutableBufferPointer<Element>
    ) throws(FileFailure) {
        let bytes = UnsafeMutableRawBufferPointer(values)
        precondition(bytes.count == place.byteCount, "a record is read whole")
        var done = 0
        while done < bytes.count {
            let count = pread(
                descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(place.offset + done))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw FileFailure(path: folder, status: count == 0 ? EIO : errno) }
            done += count
        }
    }
}
