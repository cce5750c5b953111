import FoundationEssentials
import Glibc

/// The built executable of this name, `gantry` unless said otherwise, which the child processes of tests are: it lies
/// beside the test binary.
package func builtExecutable(_ name: String = "gantry") throws -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let own = String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // Swift Testing's helper loads the test binary; then its path is an argument.
    let candidates = [own] + CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
    for candidate in candidates {
        guard let slash = candidate.lastIndex(of: "/") else { continue }
        let path = candidate[..<slash] + "/" + name
        if FileManager.default.isExecutableFile(atPath: String(path)) { return String(path) }
    }
    throw POSIXFailure(number: ENOENT)
}
