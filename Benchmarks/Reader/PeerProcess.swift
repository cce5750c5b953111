import BenchmarkSupport

/// A peer in a process of its own, which waits for commands: see `peer_loop.py`.
final class PeerProcess: Contestant {
    let name: String
    private let process: LineProcess

    /// Starts every peer script; one that cannot start (its library is absent) is left out with a word.
    static func startAll(python: String?, scripts: String?) -> [PeerProcess] {
        guard let python, let scripts else { return [] }
        return ["pydicom", "gdcm", "simpleitk"].compactMap { peer in
            do {
                return try PeerProcess(python: python, script: "\(scripts)/peer_\(peer).py")
            } catch {
                print("\(peer) does not start here and is left out.")
                return nil
            }
        }
    }

    private init(python: String, script: String) throws {
        process = try LineProcess([python, script])
        name = try process.line()
    }

    func scan(_ folder: String) throws -> Lap { try process.askForLap(["scan", folder, "1000"]) }

    func decode(_ folder: String, readers: Int) throws -> Lap {
        try process.askForLap(["decode", folder, "\(readers)"])
    }

    func sum(_ folder: String) throws -> Int { try process.askForLap(["sum", folder]).count }
}
