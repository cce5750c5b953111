import Foundation

/// An open file, closed when the last reference goes. Reads by position, so that threads may share it.
package final class FileDescriptor: Sendable {
    /// Where it was found.
    package let path: String
    /// What system calls know the file by; valid as long as this object lives.
    package let number: Int32

    /// Opens the file. **Throws** `cannotOpen`.
    package init(readingFrom path: String) throws(WeightsError) {
        // A pipe that nobody writes to must not hold the opening up.
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { throw .system(.cannotOpen, "open", path) }
        self.path = path
        self.number = number
    }

    /// A file without a name that holds `bytes`, and is called `path` in messages. **Throws** `cannotOpen`,
    /// `cannotWrite`.
    package init(holding bytes: [UInt8], as path: String) throws(WeightsError) {
        var name = Array((NSTemporaryDirectory() + "/gantry-XXXXXX").utf8CString)
        let number = mkstemp(&name)
        guard number >= 0 else { throw .system(.cannotOpen, "make a temporary file for", path) }
        self.path = path
        self.number = number
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        unlink(name)
        let written = bytes.withUnsafeBytes { buffer in
            var done = 0
            while let base = buffer.baseAddress, done < buffer.count {
                let count = write(number, base + done, buffer.count - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                done += count
            }
            return done
        }
        guard written == bytes.count else { throw .system(.cannotWrite, "write a temporary file for", path) }
    }

    /// The file's size. **Throws** `cannotOpen` where it is not a regular file.
    package func byteCount() throws(WeightsError) -> Int {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw .system(.cannotRead, "inspect", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw WeightsError(.cannotOpen, subject: path, explanation: "not a regular file.")
        }
        return Int(status.st_size)
    }

    /// Fills `buffer` from `offset` on; returns the bytes read, fewer than asked only at the end of the file.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(WeightsError) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        var done = 0
        while done < buffer.count {
            let count = pread(number, base + done, buffer.count - done, off_t(offset + done))
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(.cannotRead, "read", path)
            }
            done += count
        }
        return done
    }

    /// `count` bytes from `offset` on; the caller has bounded `count`. **Throws** `cannotRead`, `truncated`.
    package func bytes(_ count: Int, at offset: Int) throws(WeightsError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        try fill(&bytes, at: offset)
        return bytes
    }

    /// Fills `elements` with the bytes from `offset` on. **Throws** `cannotRead`, `truncated`.
    package func fill<Element: BitwiseCopyable>(_ elements: inout [Element], at offset: Int) throws(WeightsError) {
        let wanted = elements.count * MemoryLayout<Element>.size
        let result = elements.withUnsafeMutableBytes { buffer -> Result<Int, WeightsError> in
            Result { () throws(WeightsError) in try read(into: buffer, at: offset) }
        }
        guard try result.get() == wanted else {
            throw WeightsError(.truncated, subject: path, explanation: "the file ends before its data does.")
        }
    }

    /// `count` elements whose bytes begin at `offset`; the caller has bounded `count`. **Throws** `cannotRead`,
    /// `truncated`.
    package func elements<Element: BitwiseCopyable>(
        _ count: Int, of type: Element.Type, at offset: Int
    ) throws(WeightsError) -> [Element] {
        var result = Result<Int, WeightsError>.success(0)
        // What is read has not been zeroed before.
        let elements = [Element](unsafeUninitializedCapacity: count) { buffer, initialised in
            result = Result { () throws(WeightsError) in
                try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            }
            initialised = ((try? result.get()) ?? 0) / MemoryLayout<Element>.stride
        }
        guard try result.get() == count * MemoryLayout<Element>.stride else {
            throw WeightsError(.truncated, subject: path, explanation: "the file ends before its data does.")
        }
        return elements
    }

    deinit { close(number) }
}

extension WeightsError {
    /// A failed system call, with `errno` as its status.
    static func system(_ code: WeightsErrorCode, _ action: String, _ path: String) -> WeightsError {
        let status = errno
        return WeightsError(
            code, subject: path, status: Int(status),
            explanation: "cannot \(action): \(String(cString: strerror(status))).")
    }
}
