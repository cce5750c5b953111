import BenchmarkSupport
import Foundation
import GantryCore

/// An engine that scores the network in one precision, in a process of its own: see `peer_loop.py` for what it is
/// asked.
struct Contestant {
    let precision: Precision
    /// What it is called before it has said its name and version.
    let name: String
    /// The executable, then its arguments.
    let command: [String]
    /// Whether it is Gantry's own.
    let isOwn: Bool

    /// A process that has been started and has said its name; its network is not loaded yet. **Throws** why there is
    /// none.
    func start() throws -> (name: String, process: LineProcess) {
        let process = try LineProcess(command)
        guard let name = try? process.line() else { throw ContestantFailure(sentence: "does not start here") }
        if name.hasPrefix("absent: ") { throw ContestantFailure(sentence: String(name.dropFirst(8))) }
        return (name, process)
    }
}

/// Images at a time, and threads.
struct Load: Hashable {
    let batch: Int
    let threads: Int

    static let all = [Load(batch: 1, threads: 1), Load(batch: 1, threads: 2), Load(batch: 8, threads: 1), .largest]
    static let largest = Load(batch: 8, threads: 2)

    var words: [String] { ["\(batch)", "\(threads)"] }
}
