import FoundationEssentials
import Glibc

/// A new empty folder that goes with its owner.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        var template = Array((FileManager.default.temporaryDirectory.path + "/gantry-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXFailure(number: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
        let file = path + "/" + name
        if let slash = file.lastIndex(of: "/") {
            try FileManager.default.createDirectory(
                atPath: String(file[..<slash]), withIntermediateDirectories: true)
        }
        try Data(bytes).write(to: URL(filePath: file))
    }

    package func makeLink(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }

    package func makeFIFO(_ name: String) throws {
        guard mkfifo(path + "/" + name, 0o600) == 0 else { throw POSIXFailure(number: errno) }
    }

    /// A socket that nobody listens on.
    package func makeSocket(_ name: String) throws {
        let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw POSIXFailure(number: errno) }
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array((path + "/" + name).utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw POSIXFailure(number: 36) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { throw POSIXFailure(number: errno) }
    }
}

/// An errno.
package struct POSIXFailure: Error {
    package var number: Int32

    package init(number: Int32) { self.number = number }
}
