import Glibc
import Synchronization

/// The reader children that a test's reader has started.
final class StartedChildren: Sendable {
    private let processes = Mutex<[Int32]>([])

    func add(_ process: Int32) { processes.withLock { $0.append(process) } }

    var all: [Int32] { processes.withLock { $0 } }

    /// The latest, to be told something; 0 signals nobody.
    func signal(_ number: Int32) {
        if let process = all.last { kill(process, number) }
    }

    /// None is there any more, neither running nor waiting to be reaped.
    var areGone: Bool { all.allSatisfy { kill($0, 0) != 0 && errno == ESRCH } }
}

/// A text file of `/proc`, empty where it cannot be read.
func procText(_ path: String) -> String {
    guard let file = fopen("/proc/" + path, "r") else { return "" }
    defer { fclose(file) }
    var text: [UInt8] = []
    while case let byte = fgetc(file), byte != EOF { text.append(UInt8(truncatingIfNeeded: byte)) }
    return String(decoding: text, as: UTF8.self)
}

extension StartedChildren {
    /// The latest sleeps: it waits for its parent.
    var isWaiting: Bool {
        guard let process = all.last else { return false }
        // `pid (name) state ...`
        return procText("\(process)/stat").split(separator: ")").last?.hasPrefix(" S") ?? false
    }
}
