import Foundation
import Testing

/// Three chest phantoms of 16 slices of 64 x 64, made once by `gantry phantom`: small, and judged like any other.
enum SmallStudies {
    /// Names of the studies' folders below `RunFolder.input`.
    static let names = ["a", "b", "c"]

    private static let made = Result<URL, any Error> {
        let folder = try TemporaryFolder.make()
        let end = try Executable.run([
            "phantom", "--output", folder.path, "--seed", "7", "--studies", "3", "--slices", "16", "--matrix", "64",
        ])
        try #require(end.status == 0, "\(end.description)")
        try FileManager.default.removeItem(at: folder.appending(path: "truth.csv"))
        return folder
    }

    /// Copies the first `count` studies below `folder`, one folder each, under `names`.
    static func copy(_ count: Int = 3, to folder: URL) throws {
        let source = try made.get()
        let patients = try FileManager.default.contentsOfDirectory(atPath: source.path).sorted()
        try #require(patients.count == names.count)
        for (patient, name) in zip(patients, names).prefix(count) {
            try FileManager.default.copyItem(at: source.appending(path: patient), to: folder.appending(path: name))
        }
    }
}
