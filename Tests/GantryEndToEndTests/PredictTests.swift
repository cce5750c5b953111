import Foundation
import Testing

extension EndToEnd {
    /// `gantry model predict`: the class of pictures.
    @Suite struct `Predictions` {
        /// Writes a picture of 64 x 64 into `folder`; its pixels.
        @discardableResult
        private static func picture(
            _ name: String, in folder: URL, channels: Int = 3, seed: Int = 1
        ) throws -> [UInt8] {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            let pixels = PNGFile.pattern(width: 64, height: 64, channels: channels, seed: seed)
            try PNGFile.file(width: 64, height: 64, channels: channels, pixels: pixels).write(to: file)
            return pixels
        }

        private static func predict(_ arguments: String..., json: Bool = true) throws -> ProcessEnd {
            try Executable.run(["model", "predict"] + arguments + (json ? ["--json"] : []))
        }

        /// What a network says of pixels, by `model run`: the first channel is of `order[0]`, and so on.
        private static func expected(
            _ pixels: [UInt8], order: [Int], mean: [Float], deviation: [Float], bundle: String, in folder: URL
        ) throws -> [Double] {
            let plane = 64 * 64
            let input = (0..<3 * plane).map { index in
                let channel = index / plane
                let value = Float(pixels[index % plane * 3 + order[channel]]) / 255
                return (value - mean[channel]) / deviation[channel]
            }
            let (x, y) = (folder.appending(path: "x.npy"), folder.appending(path: "y.npy"))
            try NPYArray.file(shape: [1, 3, 64, 64], floats: input).write(to: x)
            let end = try Executable.run(
                ["model", "run", bundle, "--input", x.path, "--output", y.path, "--force"])
            try #require(end.status == 0, "\(end.description)")
            let exponentials = try NPYArray(contentsOf: y).floats.map { exp(Double($0)) }
            return exponentials.map { $0 / exponentials.reduce(0, +) }
        }

        @Test(arguments: [
            (
                "torch", [0, 1, 2], [Float(0.485), 0.456, 0.406], [Float(0.229), 0.224, 0.225]
            ),
            (
                "caffe", [2, 1, 0], [Float(103.939), 116.779, 123.68].map { $0 / 255 },
                [Float](repeating: 1 / 255, count: 3)
            ),
        ])
        func `are what the network says of the pixels, in the convention's colours`(
            convention: String, order: [Int], mean: [Float], deviation: [Float]
        ) throws {
            try TemporaryFolder.use { folder in
                let bundle = try ImageBundle.make(in: folder, ["--input-convention", convention])
                let pixels = try Self.picture("a.png", in: folder)
                let end = try Self.predict(bundle, folder.appending(path: "a.png").path)
                #expect(end.status == 0 && end.errors.isEmpty, "\(end.description)")
                let line = try #require(try end.lines(of: "prediction").first)
                let found = ImageBundle.classes.compactMap { line["probabilities"][$0].number }
                let expected = try Self.expected(
                    pixels, order: order, mean: mean, deviation: deviation, bundle: bundle, in: folder)
                try #require(found.count == 3)
                // Two roundings of Float32 in the normalisation, and what the network makes of them.
                for (one, other) in zip(found, expected) { #expect(abs(one - other) < 1e-5, "\(found) \(expected)") }
                let highest = try #require(expected.indices.max { expected[$0] < expected[$1] })
                #expect(line["class"].text == ImageBundle.classes[highest])
                #expect(line["file"].text == folder.appending(path: "a.png").path)
                let owl = expected[1]
                #expect(line["finding"].text == (owl >= 0.6 ? "positive" : owl < 0.4 ? "negative" : "indeterminate"))
            }
        }

        @Test func `come in the order of the arguments, those of a folder by path, the same with any threads`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try ImageBundle.make(in: folder)
                for (seed, name) in ["in/b/2.png", "in/a/1.PNG", "in/c.png", "z.png"].enumerated() {
                    try Self.picture(name, in: folder, channels: seed == 2 ? 1 : 3, seed: seed)
                }
                try Data("x".utf8).write(to: folder.appending(path: "in/labels.csv"))
                func path(_ name: String) -> String { folder.appending(path: name).path }
                let one = try Self.predict(bundle, path("z.png"), path("in"), "--threads", "1")
                #expect(one.status == 0 && one.errors.contains("1 file whose name ends in none of .png"), "\(one)")
                #expect(
                    try one.lines.map { $0["file"].text }
                        == [path("z.png"), path("in/a/1.PNG"), path("in/b/2.png"), path("in/c.png")])
                let several = try Self.predict(bundle, path("z.png"), path("in"), "--threads", "3")
                #expect(several.output == one.output)
                let alone = try Self.predict(bundle, path("in/b/2.png"))
                #expect(try alone.lines == [one.lines[2]])
            }
        }

        @Test func `stand in a table of 80 columns, however long the names are`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try ImageBundle.make(in: folder)
                let long = String(repeating: "deep/", count: 20) + "a.png"
                for name in ["in/\(long)", "in/b.png"] { try Self.picture(name, in: folder) }
                let end = try Self.predict(bundle, folder.appending(path: "in").path, json: false)
                #expect(end.status == 0, "\(end.description)")
                let lines = end.output.split(separator: "\n")
                #expect(lines.first?.split(separator: " ") == ["file", "class", "finch", "owl", "wren"])
                #expect(lines.allSatisfy { $0.count <= 80 } && lines.count == 4, "\(end.description)")
                #expect(lines.last?.hasPrefix("2 images: ") == true)
                try BundleCopy.edit(bundle) {
                    $0.replacing("finch", with: String(repeating: "finch ", count: 8) + "1")
                        .replacing("wren", with: String(repeating: "wren ", count: 8) + "1")
                }
                let narrow = try Self.predict(bundle, folder.appending(path: "in/b.png").path, json: false)
                #expect(narrow.status == 0 && narrow.output.contains("probabilities"), "\(narrow.description)")
            }
        }

        @Test func `of two classes are judged by the thresholds`() throws {
            try TemporaryFolder.use { folder in
                let weights = try SmallBundle.weights(in: folder)
                let bundle = folder.appending(path: "grey").path
                let created = try Executable.run([
                    "bundle", "create", bundle, "--model", weights, "--classes", "negative,covid19", "--positive-class",
                    "covid19", "--input", "images", "--mean", "0.5", "--standard-deviation", "0.25", "--input-size",
                    "28",
                ])
                try #require(created.status == 0, "\(created.description)")
                try Self.picture("a.png", in: folder)
                let file = folder.appending(path: "a.png").path
                for (thresholds, finding) in [((0, 0), "positive"), ((0, 1), "indeterminate"), ((1, 1), "negative")] {
                    try BundleCopy.edit(bundle) {
                        $0.replacing(#/negative-below: .*/#, with: "negative-below: \(thresholds.0)")
                            .replacing(#/positive-from: .*/#, with: "positive-from: \(thresholds.1)")
                    }
                    let end = try Self.predict(bundle, file)
                    #expect(try end.lines.first?["finding"].text == finding, "\(end.description)")
                    let table = try Self.predict(bundle, file, json: false)
                    #expect(table.output.contains("judged") && table.output.contains(finding), "\(table.description)")
                }
            }
        }

        @Test func `name what cannot be read, and go on with the others`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try ImageBundle.make(in: folder)
                func path(_ name: String) -> String { folder.appending(path: name).path }
                try Self.picture("in/a.png", in: folder)
                let whole = try Data(contentsOf: folder.appending(path: "in/a.png"))
                try whole.prefix(whole.count / 2).write(to: folder.appending(path: "in/half.png"))
                try Data("no picture".utf8).write(to: folder.appending(path: "in/text.jpg"))
                let some = try Self.predict(bundle, path("in"))
                #expect(some.status == 8, "\(some.description)")
                for words in ["in/half.png: ", "in/text.jpg: ", "2 of 3 files cannot be read"] {
                    #expect(some.errors.contains(words), "\(some.description)")
                }
                #expect(try some.lines.map { $0["file"].text } == [path("in/a.png")])
                let none = try Self.predict(bundle, path("in/half.png"), path("in/text.jpg"))
                #expect(none.status == 65 && none.output.isEmpty, "\(none.description)")
            }
        }

        @Test func `need pictures, and say of DICOM what reads it`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try ImageBundle.make(in: folder)
                func refused(_ path: String, _ status: Int32, _ words: String) throws {
                    let end = try Self.predict(bundle, path)
                    #expect(
                        end.status == status && end.errors.contains(words) && end.output.isEmpty, "\(end.description)")
                }
                let empty = folder.appending(path: "empty")
                try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
                try refused(empty.path, 66, "no file whose name ends in .png, .jpg, .jpeg")
                try refused(folder.appending(path: "absent").path, 66, "there is no such file or folder")
                let studies = folder.appending(path: "studies")
                try SmallStudies.copy(1, to: studies)
                try refused(studies.path, 66, "`gantry ingest` scores")
                let slice = try #require(studies.filesBelow.first)
                try refused(slice.path, 65, "is DICOM, neither PNG nor JPEG")
            }
        }

        @Test func `need a bundle for images`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try SmallBundle.make(in: folder)
                // Nothing of the pictures is looked at.
                let end = try Self.predict(bundle, folder.appending(path: "absent").path)
                #expect(end.status == 78 && end.errors.contains("is a bundle for CT studies"), "\(end.description)")
            }
        }
    }
}
