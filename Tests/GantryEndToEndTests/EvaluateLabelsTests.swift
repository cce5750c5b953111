import Foundation
import Testing

extension EndToEnd {
    /// `gantry evaluate` and `model calibrate` of an array file whose pictures may have several labels.
    @Suite struct `Evaluation of several labels a picture` {
        private static let golden = Executable.packageFolder.appending(path: "Tests/GantryEndToEndTests/Golden")
        private static let pictures = golden.appending(path: "chest.npz").path
        private static let expected = Result { try JSON(contentsOf: golden.appending(path: "chest.json")) }

        /// Of a network in Float32 beside PyTorch's in Float64.
        private static let tolerance = 1e-4

        private static func bundle(_ network: SigmoidBundle = .several, in folder: URL) throws -> String {
            let bundle = folder.appending(path: "bundle").path
            let create = try Executable.run(
                network.create(
                    bundle, in: folder,
                    ["--input", "images", "--input-convention", "torch", "--activation", "sigmoid"]))
            try #require(create.status == 0, "\(create.description)")
            return bundle
        }

        private func expect(
            _ found: JSON, _ expected: JSON, within tolerance: Double = 1e-9, _ what: Comment,
            location: SourceLocation = #_sourceLocation
        ) {
            let difference = (found.number ?? .nan) - (expected.number ?? .nan)
            #expect(abs(difference) <= tolerance, what, sourceLocation: location)
        }

        @Test func `each label is a row of its own, with PyTorch's and scikit-learn's figures`() throws {
            let rows = try Self.expected.get()["rows"]
            try TemporaryFolder.use { folder in
                let end = try Executable.run([
                    "evaluate", "--bundle", Self.bundle(in: folder), "--images", Self.pictures, "--json",
                ])
                let figures = try #require(try end.lines(of: "evaluation").first, "\(end.description)")
                #expect(figures["images"].number == 40 && figures["activation"].text == "sigmoid")
                let level = figures["levels"].list[0]
                #expect(level["labels"].list.map { $0["label"].text } == ["covid19", "effusion", "nodule"])
                #expect(level["confusion"] == .null)
                for row in level["labels"].list {
                    let name = row["label"].text ?? ""
                    let golden = rows[name]
                    #expect(row["cases"].number == 40 && row["positives"] == golden["positives"])
                    // No order and no side of a threshold hangs on rounding, as the script has made sure.
                    expect(row["area"]["value"], golden["area"], "\(name): area")
                    expect(row["averagePrecision"]["value"], golden["averagePrecision"], "\(name): precision")
                    let calibration = row["calibration"]
                    expect(calibration["brierScore"], golden["brierScore"], within: Self.tolerance, "\(name): Brier")
                    expect(
                        calibration["expectedError"], golden["expectedError"], within: Self.tolerance, "\(name): error")
                    let told = try #require(
                        row["thresholds"].list.first {
                            ["label-holds-from", "positive-from"].contains($0["name"].text)
                        })
                    // The positive one has thresholds of its own.
                    guard name != "covid19" else { continue }
                    #expect(told["threshold"].number == 0.5)
                    for share in ["sensitivity", "specificity"] {
                        let (found, wanted) = (told[share], golden[share].list)
                        #expect(found["count"] == wanted[0] && found["all"] == wanted[1], "\(name): \(share)")
                        expect(found["value"], wanted[2], "\(name): \(share)")
                        expect(found["lower"], wanted[3], "\(name): \(share)")
                        expect(found["upper"], wanted[4], "\(name): \(share)")
                    }
                }
            }
        }

        @Test func `a temperature is fitted over all labels`() throws {
            let golden = try Self.expected.get()
            try TemporaryFolder.use { folder in
                let bundle = try Self.bundle(in: folder)
                let end = try Executable.run([
                    "model", "calibrate", bundle, "--images", Self.pictures, "--split", "test", "--json",
                ])
                let fit = try #require(try end.lines(of: "calibration").first, "\(end.description)")
                #expect(fit["fittedOn"].text == "image" && fit["fittedCases"].number == 120)
                #expect(fit["positives"] == golden["rows"]["covid19"]["positives"])
                let temperature = try #require(golden["temperature"].number)
                expect(fit["temperature"], golden["temperature"], within: 1e-3 * temperature, "temperature")
                let rest = try Executable.run(["model", "calibrate", bundle, "--images", Self.pictures])
                #expect(rest.status == 66 && rest.errors.contains("no validation images"), "\(rest.description)")
            }
        }

        @Test func `labels that are not the bundle's are refused with a sentence`() throws {
            try TemporaryFolder.use { folder in
                let medmnist = Executable.packageFolder.appending(path: "Tests/GantryImagesTests/Golden/medmnist").path
                let several = try Self.bundle(in: folder)
                let classes = try ImageBundle.make(in: folder)
                let own = folder.appending(path: "one")
                try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
                let one = try Self.bundle(.one, in: own)
                let cases: [(bundle: String, file: String, words: String)] = [
                    (classes, Self.pictures, "has 3 labels a picture, of which several may hold"),
                    (several, medmnist + "/multiple.npz", "has 14 labels a picture; the bundle has 3: effusion"),
                    (several, medmnist + "/labels-beyond.npz", "has 2 as label 1 of picture 2"),
                    (several, medmnist + "/labels-misfit.npz", "have 3 and 2 labels a picture"),
                    (one, Self.pictures, "has 3 labels a picture; the bundle has 1: covid19"),
                    (one, medmnist + "/grey.npz", "has a label 2; the bundle has one label"),
                ]
                for wrong in cases {
                    for command in [["evaluate", "--bundle"], ["model", "calibrate"]] {
                        let end = try Executable.run(
                            command + [wrong.bundle, "--images", wrong.file, "--split", "train"])
                        let words = end.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                        #expect(end.status == 65 && words.contains(wrong.words), "\(wrong.words): \(end.description)")
                    }
                }
                // Two numbers of one label: whether a picture has it.
                let truth = try Executable.run([
                    "evaluate", "--bundle", one, "--images", medmnist + "/colour.npz", "--split", "train", "--json",
                ])
                let label = try #require(try truth.lines(of: "evaluation").first, "\(truth.description)")["levels"]
                    .list[0]["labels"].list[0]
                #expect(label["cases"].number == 2 && label["positives"].number == 1)
                let trained = try Executable.run([
                    "train", "--images", Self.pictures, "--model", ImageBundle.weights, "--stride", "v1.5",
                    "--output", folder.appending(path: "trained").path,
                ])
                #expect(trained.status == 65 && trained.errors.contains("labels a picture"), "\(trained.description)")
            }
        }
    }
}
