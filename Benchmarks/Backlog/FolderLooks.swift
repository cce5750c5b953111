import Foundation
import GantryIntake

/// What looks of the real drop folder cost with so many studies on disk, each a folder of `MadeStudies.slices` files.
struct FolderLooks {
    /// Seconds of the first look, which is at everything.
    private(set) var first = 0.0
    /// Seconds of each look with nothing changed since the one before.
    private(set) var idle: [Double] = []
    /// Seconds of each look with one study added since the one before.
    private(set) var added: [Double] = []

    /// Makes the studies below `folder`, which is to be new, and looks: `repetitions` times with a study added.
    init(in folder: String, studies: Int, repetitions: Int) throws {
        for study in 0..<studies { try Self.write(study, in: folder) }
        let drop = try PollingDropFolder(path: folder, settleSeconds: 0)
        first = try Self.seconds { _ = try drop.look() }
        _ = try drop.look()
        for study in studies..<(studies + repetitions) {
            try Self.write(study, in: folder)
            added.append(
                try Self.seconds {
                    guard try drop.look().unsettled.count == MadeStudies.slices else {
                        throw BacklogFault(description: "study \(study) was not seen at the next look")
                    }
                })
            _ = try drop.look()
            idle.append(try Self.seconds { _ = try drop.look() })
        }
    }

    private static func write(_ study: Int, in folder: String) throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/\(study)", withIntermediateDirectories: true)
        for file in MadeStudies.files(of: study) {
            let descriptor = open("\(folder)/\(file)", O_CREAT | O_WRONLY | O_EXCL, 0o600)
            guard descriptor >= 0 else { throw BacklogFault(description: "\(folder)/\(file): errno \(errno)") }
            close(descriptor)
        }
    }

    private static func seconds(_ work: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try work()
        return (ContinuousClock.now - start).inSeconds
    }
}
