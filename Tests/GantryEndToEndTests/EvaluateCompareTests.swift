import Foundation
import Testing

extension EndToEnd {
    /// `gantry evaluate --compare` with another bundle, which scores the same.
    @Suite struct `Comparison of bundles` {
        private static func figures(_ arguments: [String]) throws -> JSON {
            let end = try Executable.run(["evaluate"] + arguments + ["--json"])
            return try #require(try end.lines(of: "evaluation").first, "\(end.description)")
        }

        /// Pictures of two of the three classes, a folder each; of each the first `strays` are in the other's, so that
        /// no network is right about all.
        private static func pictures(in folder: URL, strays: Int = 0) throws -> String {
            let pictures = folder.appending(path: "pictures")
            try Pictures.write(8, to: pictures, side: 64)
            for (old, new) in ["high": "owl", "low": "wren"] {
                try FileManager.default.moveItem(
                    at: pictures.appending(path: old), to: pictures.appending(path: new))
            }
            for (name, other) in [("owl", "wren"), ("wren", "owl")] {
                for number in 0..<strays {
                    try FileManager.default.moveItem(
                        at: pictures.appending(path: "\(name)/\(number).png"),
                        to: pictures.appending(path: "\(other)/stray-\(number).png"))
                }
            }
            return pictures.path
        }

        /// A bundle that sees the pictures otherwise.
        private static func other(in folder: URL) throws -> String {
            let own = folder.appending(path: "other")
            try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
            return try ImageBundle.make(in: own, ["--mean", "0.3,0.5,0.2", "--standard-deviation", "0.3,0.2,0.4"])
        }

        /// The probability of `owl` of each picture, by its name.
        private static func predictions(_ bundle: String, _ pictures: String) throws -> [String: Double] {
            let end = try Executable.run(["model", "predict", bundle, pictures, "--json"])
            var found: [String: Double] = [:]
            for line in try end.lines(of: "prediction") {
                let name = try #require(line["file"].text).split(separator: "/").suffix(2).joined(separator: "/")
                let probability: Double = try #require(line["probabilities"]["owl"].number)
                found[name] = probability
            }
            return found
        }

        /// Areas, standard error of their difference, and p by DeLong's definition, over every pair.
        private static let delong = """
            import json, math, sys
            import numpy as np
            labels, first, second = (np.array(v) for v in json.load(sys.stdin))
            def components(scores):
                x, y = scores[labels == 1], scores[labels == 0]
                psi = (x[:, None] > y[None]) + 0.5 * (x[:, None] == y[None])
                return psi.mean(1), psi.mean(0)
            v10, v01 = zip(components(first), components(second))
            s = np.cov(np.stack(v10)) / len(v10[0]) + np.cov(np.stack(v01)) / len(v01[0])
            areas = [float(v.mean()) for v in v10]
            error = math.sqrt(s[0, 0] + s[1, 1] - 2 * s[0, 1])
            z = (areas[0] - areas[1]) / error
            print(json.dumps([*areas, z, math.erfc(abs(z) / math.sqrt(2)),
                              areas[0] - areas[1] - 1.959963984540054 * error]))
            """

        @Test func `of pictures has the areas of each alone, and DeLong's test by its definition`() throws {
            try TemporaryFolder.use { folder in
                let pictures = try Self.pictures(in: folder, strays: 3)
                let bundles = [try ImageBundle.make(in: folder), try Self.other(in: folder)]
                let alone = try bundles.map { try Self.figures(["--bundle", $0, "--images", pictures]) }
                let figures = try Self.figures([
                    "--bundle", bundles[0], "--images", pictures, "--compare", bundles[1],
                ])
                #expect(figures.without(["comparison"]) == alone[0].without(["comparison"]))
                let comparison = figures["comparison"]
                #expect(comparison["other"].text == bundles[1] && comparison["unit"].text == "image")
                let row = try #require(comparison["areas"].list.first { $0["label"].text == "owl" })
                #expect(row["cases"].number == 16)
                // DeLong's areas are sums in another order.
                for (own, whole) in zip(["first", "second"], alone) {
                    #expect(abs((row[own].number ?? .nan) - (whole["imageAUC"].number ?? .infinity)) < 1e-12)
                }
                let scores = try bundles.map { try Self.predictions($0, pictures) }
                let names = scores[0].keys.sorted()
                #expect(names.count == 16 && scores[0] != scores[1])
                let labels: [Double] = names.map { $0.hasPrefix("owl/") ? 1 : 0 }
                let lists: [[Double]] = [labels] + scores.map { of in names.map { of[$0] ?? -1 } }
                let input = String(decoding: try JSONEncoder().encode(lists), as: UTF8.self)
                let file = folder.appending(path: "scores.json")
                try Data(input.utf8).write(to: file)
                let told = try Tools.shell("/usr/bin/python3 -c \"$1\" < \"$2\"", Self.delong, file.path)
                let golden = try JSON(parsing: Data(told.utf8)).list.compactMap(\.number)
                let found =
                    ["first", "second", "z", "probability"].map { row[$0].number ?? .nan }
                    + [row["difference"]["lower"].number ?? .nan]
                #expect(golden.count == 5)
                for (one, other) in zip(found, golden) { #expect(abs(one - other) < 1e-9, "\(found) \(golden)") }
                // Every verdict is in the table, and what agrees stands on its diagonal.
                let table = comparison["agreement"].list.map { $0.list.compactMap(\.number) }
                #expect(table.flatMap(\.self).reduce(0, +) == 16)
                #expect(comparison["same"]["count"].number == (0..<3).reduce(0) { $0 + table[$1][$1] })
                let shown = try Executable.run([
                    "evaluate", "--bundle", bundles[0], "--images", pictures, "--compare", bundles[1],
                ])
                #expect(shown.status == 0 && shown.output.contains("p (DeLong)"), "\(shown.description)")
            }
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
