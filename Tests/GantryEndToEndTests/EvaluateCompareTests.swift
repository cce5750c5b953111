import Foundation
import Testing

extension EndToEnd {
    /// `gantry evaluate --compare` with another bundle, which scores the same.
    @Suite struct `Comparison of bundles` {
        private static func figures(_ arguments: [String]) throws -> JSON {
            let end = try Executable.run(["evaluate"] + arguments + ["--json"])
            return try #require(try end.lines(of: "evaluation").first, "\(end.description)")
        }

        /// Pictures of two of the three classes, a folder each.
        private static func pictures(in folder: URL) throws -> String {
            let pictures = folder.appending(path: "pictures")
            try Pictures.write(8, to: pictures, side: 64)
            for (old, new) in ["high": "owl", "low": "wren"] {
                try FileManager.default.moveItem(
                    at: pictures.appending(path: old), to: pictures.appending(path: new))
            }
            return pictures.path
        }

        @Test func `of studies has both bundles' areas on the same studies, and nobody's store is needed`() throws {
            let cohort = try LabelledCohort.shared()
            try TemporaryFolder.use { folder in
                let other = try SmallBundle.make(in: folder, ["--name", "other"])
                try BundleCopy.edit(other) { $0.replacing("center: -600", with: "center: -300") }
                let seal = try Executable.run(["bundle", "seal", other])
                try #require(seal.status == 0, "\(seal.description)")
                let data = ["--truth", cohort.truth.path, "--studies", cohort.studies.path]
                let alone = try Self.figures(["--bundle", other] + data)
                let figures = try Self.figures(["--bundle", cohort.bundle] + data + ["--compare", other])
                let rows = figures["comparison"]["areas"].list
                #expect(rows.map { $0["unit"].text } == ["study", "slice"])
                // DeLong's areas are sums in another order.
                for (row, key) in zip(rows, ["studyAUC", "sliceAUC"]) {
                    for (member, whole) in [("first", figures), ("second", alone)] {
                        let (own, expected) = (row[member].number ?? .nan, whole[key].number ?? .infinity)
                        #expect(abs(own - expected) < 1e-12, "\(key), \(member): \(own), \(expected)")
                    }
                }
                #expect(alone["sliceAUC"] != figures["sliceAUC"])
                #expect(figures["comparison"]["same"]["all"].number == 6)
                // A store beside the bundle's scores of now: the same network, the same numbers.
                let stored = try Self.figures(["--bundle", cohort.bundle] + data + ["--compare", cohort.store.path])
                #expect(stored["comparison"]["same"]["value"].number == 1)
                #expect(stored["comparison"]["areas"].list.allSatisfy { $0["difference"]["value"].number == 0 })
            }
        }

        @Test func `what cannot be compared is refused with a sentence`() throws {
            let cohort = try LabelledCohort.shared()
            try TemporaryFolder.use { folder in
                let pictures = try Self.pictures(in: folder)
                let bundle = try ImageBundle.make(in: folder)
                let own = folder.appending(path: "wren")
                try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
                let wren = own.appending(path: "bundle").path
                let made = try Executable.run(
                    ImageBundle.create(wren).map { $0 == "owl" ? "wren" : $0 })
                try #require(made.status == 0, "\(made.description)")
                let store = ["--truth", cohort.truth.path, "--store", cohort.store.path]
                let images = ["--bundle", bundle, "--images", pictures]
                let cases: [(arguments: [String], status: Int32, words: String)] = [
                    (images + ["--compare", wren], 64, "judges wren, and what it is compared with judges owl"),
                    (images + ["--compare", cohort.bundle], 78, "is a bundle for CT"),
                    (images + ["--compare", folder.path + "/none"], 66, "there is no such bundle or store"),
                    (store + ["--compare", cohort.bundle], 64, "a bundle needs --studies or --images to score"),
                ]
                for wrong in cases {
                    let end = try Executable.run(["evaluate"] + wrong.arguments)
                    let words = end.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                    #expect(end.status == wrong.status && words.contains(wrong.words), "\(end.description)")
                }
            }
        }
    }
}
