import Foundation
import Testing

extension EndToEnd {
    /// `gantry explain`: where a network looked.
    @Suite struct `Explanations` {
        private static func explain(_ arguments: [String], json: Bool = true) throws -> ProcessEnd {
            try Executable.run(["explain"] + arguments + (json ? ["--json"] : []))
        }

        private static func files(_ folder: URL) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        }

        private static func array(_ folder: URL, _ file: String) throws -> NPYArray {
            try NPYArray(contentsOf: folder.appending(path: file))
        }

        @Test func `of a study are those of the slices that a report shows, on one scale`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try SmallBundle.make(in: folder)
                try SmallStudies.copy(1, to: folder.appending(path: "in"), making: true)
                let study = folder.appending(path: "in/a").path
                let output = folder.appending(path: "out")
                let end = try Self.explain([bundle, "--study", study, "--output", output.path])
                #expect(end.status == 0, "\(end.description)")
                let line = try #require(try end.lines(of: "explanation").first)
                #expect(line["class"].text == "covid19" && line["method"].text == "gradcam")
                #expect(line["stage"].text == "last")
                let items = line["items"].list
                #expect(items.count == 6)
                let probabilities = items.compactMap { $0["probability"].number }
                #expect(probabilities.count == 6 && probabilities == probabilities.sorted(by: >))
                #expect(line["scaleTop"].number == items.compactMap { $0["largest"].number }.max())
                for item in items {
                    let map = try Self.array(output, try #require(item["map"].text))
                    #expect(map.type == "<f4" && map.shape == [64, 64])
                    #expect(map.floats.allSatisfy { $0 >= 0 })
                    let largest = try #require(item["largest"].number)
                    #expect(map.floats.allSatisfy { Double($0) <= largest + 1e-6 })
                    if let share = item["outsideBodyShare"].number { #expect((0...1).contains(share)) }
                }
                #expect(try Self.files(output).count == 13)
                let written = try JSON(contentsOf: output.appending(path: "explanation.json"))
                #expect(written["items"].list.count == 6)

                // One slice of it: on the same scale, with the same map.
                let named = try #require(items.last)
                let uid = try #require(named["slice"]["sopInstanceUID"].text)
                let one = folder.appending(path: "one")
                let single = try Self.explain([
                    bundle, "--study", study, "--slice", uid, "--output", one.path,
                ])
                #expect(single.status == 0, "\(single.description)")
                let alone = try #require(try single.lines(of: "explanation").first)
                #expect(alone["items"].list.count == 1 && alone["scaleTop"].number == line["scaleTop"].number)
                let file = try #require(named["map"].text)
                #expect(try Self.array(one, file).floats == Self.array(output, file).floats)
            }
        }

        @Test func `of stages, classes and by covering differ`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try ImageBundle.make(in: folder)
                let picture = folder.appending(path: "a.png")
                let pixels = PNGFile.pattern(width: 96, height: 80, channels: 3, seed: 4)
                try PNGFile.file(width: 96, height: 80, channels: 3, pixels: pixels).write(to: picture)
                var maps: [[Float]] = []
                for (index, options) in [
                    [], ["--stage", "layer1"], ["--class", "wren", "--stage", "stem"], ["--method", "occlusion"],
                ].enumerated() {
                    let output = folder.appending(path: "out\(index)")
                    let end = try Self.explain([bundle, "--image", picture.path, "--output", output.path] + options)
                    #expect(end.status == 0, "\(end.description)")
                    #expect(try Self.files(output) == ["explanation.json", "image.npy", "image.png"])
                    let map = try Self.array(output, "image.npy")
                    #expect(map.shape == [80, 96])
                    maps.append(map.floats)
                }
                #expect(Set(maps).count == 4)
            }
        }

        @Test func `of a picture whose centre was cut out have no number outside it`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try ImageBundle.make(
                    in: folder, ["--input-convention", "torch", "--resize", "torchvision"])
                let picture = folder.appending(path: "wide.png")
                let pixels = PNGFile.pattern(width: 200, height: 73, channels: 1, seed: 4)
                try PNGFile.file(width: 200, height: 73, channels: 1, pixels: pixels).write(to: picture)
                let output = folder.appending(path: "out")
                let end = try Self.explain(
                    [bundle, "--image", picture.path, "--output", output.path], json: false)
                #expect(end.status == 0 && end.output.contains("gradcam at the last stage"), "\(end.description)")
                let map = try Self.array(output, "image.npy")
                #expect(map.shape == [73, 200])
                // 64 of 73 rows and as many columns in the middle.
                let row = map.floats[36 * 200..<37 * 200]
                #expect((62...66).contains(row.count { !$0.isNaN }))
                #expect(row.first?.isNaN == true && row.last?.isNaN == true)
                #expect(map.floats[0..<200].allSatisfy { $0.isNaN })
            }
        }

        @Test func `of every kind are described as the published schema says`() throws {
            try RunFolder.use { folder in
                let bundle = try SmallBundle.make(in: folder.url)
                let images = try ImageBundle.make(in: folder.url)
                try SmallStudies.copy(1, to: folder.input)
                let study = folder.input.appending(path: "a").path
                let picture = folder.url.appending(path: "a.png")
                let pixels = PNGFile.pattern(width: 64, height: 64, channels: 3, seed: 4)
                try PNGFile.file(width: 64, height: 64, channels: 3, pixels: pixels).write(to: picture)
                let ingest = try Executable.run(folder.ingest(bundle: bundle))
                #expect([0, 8].contains(ingest.status), "\(ingest.description)")
                let key = try #require(try folder.status().first?["studyKey"].key)
                var files: [String] = []
                for (index, arguments) in [
                    [bundle, "--study", study], [bundle, "--study", study, "--class", "negative", "--stage", "stem"],
                    [images, "--image", picture.path], [images, "--image", picture.path, "--method", "occlusion"],
                    [key, "--store", folder.store.path],
                ].enumerated() {
                    let output = folder.url.appending(path: "maps-\(index)")
                    let end = try Self.explain(arguments + ["--output", output.path])
                    #expect(end.status == 0, "\(end.description)")
                    let file = output.appending(path: "explanation.json")
                    // The file and the line are one object.
                    #expect(try JSON(contentsOf: file) == end.lines(of: "explanation").first)
                    files.append(file.path)
                }
                let schema = Executable.packageFolder.appending(path: "docs/schema/explanation-1.schema.json").path
                try Tools.validate(files, by: schema)
                // A schema that takes anything would not have seen a thing.
                let text = try String(contentsOfFile: files[0], encoding: .utf8)
                for (part, other) in [("\"gradcam\"", "\"occlusion\""), ("\"largest\"", "\"greatest\"")] {
                    let wrong = folder.url.appending(path: "wrong.json")
                    try Data(text.replacing(part, with: other).utf8).write(to: wrong)
                    #expect(try Tools.errors(wrong.path, by: schema) > 0, "\(other)")
                }
            }
        }

        /// What is stored beside what the images give, in each arithmetic; the maps of fewer bits beside those of f32.
        @Test(arguments: ["f32", "bf16", "int8"])
        func `of stored key slices need no image, and are those of the images`(precision: String) throws {
            try RunFolder.use { folder in
                let bundle = try SmallBundle.make(in: folder.url)
                try SmallStudies.copy(1, to: folder.input)
                let exact = folder.url.appending(path: "exact")
                let study = folder.input.appending(path: "a").path
                let inFull = try Self.explain([bundle, "--study", study, "--output", exact.path])
                #expect(inFull.status == 0, "\(inFull.description)")
                try Self.set(precision, in: bundle, studies: folder.input)
                let ingest = try Executable.run(folder.ingest(bundle: bundle))
                #expect([0, 8].contains(ingest.status), "\(ingest.description)")
                let direct = folder.url.appending(path: "direct")
                let first = try Self.explain([
                    bundle, "--study", folder.input.appending(path: "a").path, "--output", direct.path,
                ])
                #expect(first.status == 0, "\(first.description)")
                try FileManager.default.removeItem(at: folder.input.appending(path: "a"))

                let key = try #require(try folder.status().first?["studyKey"].text)
                let stored = folder.url.appending(path: "stored")
                let end = try Self.explain([key, "--store", folder.store.path, "--output", stored.path])
                #expect(end.status == 0, "\(end.description)")
                let (one, other) = (
                    try #require(try first.lines(of: "explanation").first),
                    try #require(try end.lines(of: "explanation").first)
                )
                #expect(other["items"].list.count == 6 && other["scaleTop"].number == one["scaleTop"].number)
                #expect(try Self.files(stored) == Self.files(direct))
                for item in other["items"].list {
                    let file = try #require(item["map"].text)
                    #expect(try Self.array(stored, file).floats == Self.array(direct, file).floats, "\(file)")
                    let picture = try #require(item["overlay"].text)
                    #expect(
                        try Data(contentsOf: stored.appending(path: picture))
                            == Data(contentsOf: direct.appending(path: picture)), "\(picture)")
                }
                try Self.expectNear(
                    one, direct, try #require(try inFull.lines(of: "explanation").first), exact, precision)
                let report = try #require(try folder.reports().values.first)
                let shares = report["keyPictures"].list.map { $0["map"]["outsideBodyShare"].number }
                #expect(shares == other["items"].list.map { $0["outsideBodyShare"].number })
            }
        }

        /// Makes a bundle score in this precision; in 8 bits by the scales that `studies` give.
        private static func set(_ precision: String, in bundle: String, studies: URL) throws {
            guard precision != "f32" else { return }
            if precision == "int8" {
                let end = try Executable.run(["model", "quantize", studies.path, "--pipeline", bundle])
                try #require(end.status == 0, "\(end.description)")
            }
            try BundleCopy.edit(bundle) { $0.replacing("  precision: f32\n", with: "  precision: \(precision)\n") }
            let seal = try Executable.run(["bundle", "seal", bundle])
            try #require(seal.status == 0, "\(seal.description)")
        }

        /// The maps of the slices that both have explained are alike: no number is farther apart than the share of the
        /// scale that rounding at every layer takes (8 bits of mantissa of bf16, 8 bits of all in int8).
        private static func expectNear(
            _ found: JSON, _ folder: URL, _ exact: JSON, _ exactFolder: URL, _ precision: String
        ) throws {
            let tolerances: [String: Double] = ["f32": 0, "bf16": 0.05, "int8": 0.25]
            let tolerance = tolerances[precision] ?? 0
            let top = try #require(exact["scaleTop"].number)
            var (compared, largest) = (0, 0.0)
            for item in found["items"].list {
                guard
                    let other = exact["items"].list.first(where: {
                        $0["slice"]["sopInstanceUID"] == item["slice"]["sopInstanceUID"]
                    })
                else { continue }
                let maps = (
                    try array(folder, item["map"].text ?? "").floats,
                    try array(exactFolder, other["map"].text ?? "").floats
                )
                largest = zip(maps.0, maps.1).reduce(largest) { max($0, Double(abs($1.0 - $1.1))) }
                compared += 1
            }
            #expect(compared >= 3 && largest <= tolerance * top, "\(precision): \(largest) of \(top)")
            print("\(precision): maps of \(compared) slices differ by \(largest / top) of the scale")
        }

        @Test func `refuse what cannot be in a sentence, with its code`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try SmallBundle.make(in: folder)
                let pictures = try ImageBundle.make(in: folder)
                try SmallStudies.copy(2, to: folder.appending(path: "in"), making: true)
                let study = folder.appending(path: "in/a").path
                let (both, output) = (folder.appending(path: "in").path, folder.appending(path: "out").path)
                try Data("no picture".utf8).write(to: folder.appending(path: "bad.png"))
                let bad = folder.appending(path: "bad.png").path
                let cases: [(arguments: [String], status: Int32, words: String)] = [
                    ([bundle, "--output", output], 64, "one of --study, --image and --store"),
                    ([bundle, "--study", study, "--image", bad, "--output", output], 64, "one of"),
                    ([bundle, "--study", study, "--class", "cat", "--output", output], 64, "negative, covid19"),
                    ([bundle, "--study", study, "--stage", "layer9", "--output", output], 64, "layer1, layer2"),
                    ([bundle, "--study", study, "--slice", "x", "--output", output], 64, "--slice takes a UID"),
                    ([bundle, "--study", study, "--slice", "1.2.3", "--output", output], 66, "is none of the"),
                    ([bundle, "--study", both, "--output", output], 64, "holds 2 studies"),
                    ([bundle, "--study", study + "/none", "--output", output], 66, "none"),
                    ([bundle, "--study", study, "--output", study + "/out"], 64, "nothing is written there"),
                    ([bundle, "--image", bad, "--output", output], 78, "is a bundle for CT studies"),
                    ([pictures, "--study", study, "--output", output], 78, "is a bundle for images"),
                    ([pictures, "--image", bad, "--output", output], 65, "bad.png"),
                    ([pictures, "--image", both, "--output", output], 64, "takes one PNG or JPEG file"),
                    (
                        [pictures, "--image", bad, "--stage", "stem", "--method", "occlusion", "--output", output], 64,
                        "--stage is for gradcam"
                    ),
                    (["a1b2", "--store", folder.path + "/none", "--output", output], 66, "no store here"),
                    (["a1b2", "--store", "s", "--class", "x", "--output", output], 64, "need the images"),
                ]
                for one in cases {
                    let end = try Self.explain(one.arguments)
                    #expect(end.status == one.status, "\(one.arguments): \(end.description)")
                    let words = end.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                    #expect(words.contains(one.words), "\(one.arguments): \(end.errors)")
                }
                #expect(!FileManager.default.fileExists(atPath: output))
            }
        }

        /// The same PNG files as the test side of an array file, in the order of their names.
        private static func arrays(of pictures: URL, in folder: URL) throws -> String {
            let file = folder.appending(path: "pictures.npz").path
            let program = """
                import sys, zlib, struct, numpy as np
                def pixels(path):
                    data, place, parts = open(path, "rb").read(), 8, b""
                    while place < len(data):
                        size, kind = struct.unpack(">I4s", data[place:place + 8])
                        body = data[place + 8:place + 8 + size]
                        if kind == b"IHDR": width, height, depth, colour = struct.unpack(">IIBB", body[:10])
                        if kind == b"IDAT": parts += body
                        place += size + 12
                    rows = np.frombuffer(zlib.decompress(parts), "u1").reshape(height, 1 + 3 * width)
                    assert depth == 8 and colour == 2 and not rows[:, 0].any()
                    return rows[:, 1:].reshape(height, width, 3)
                images = np.stack([pixels(path) for path in sys.argv[2:]])
                labels = np.zeros((len(images), 1), "u1")
                np.savez(sys.argv[1], train_images=images[:1] * 0, train_labels=labels[:1], test_images=images,
                         test_labels=labels)
                """
            _ = try Tools.python(program, [file] + pictures.filesBelow.map(\.path))
            return file
        }

        @Test func `of a network must change with its layers, which evaluate tests`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try ImageBundle.make(in: folder)
                let pictures = folder.appending(path: "pictures")
                try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: true)
                for seed in 1...8 {
                    let pixels = PNGFile.pattern(width: 64, height: 64, channels: 3, seed: seed)
                    try PNGFile.file(width: 64, height: 64, channels: 3, pixels: pixels)
                        .write(to: pictures.appending(path: "\(seed).png"))
                }
                let arguments = ["evaluate", "--sanity", "--bundle", bundle, "--images", pictures.path]
                let end = try Executable.run(arguments + ["--json"])
                #expect(end.status == 0, "\(end.description)")
                let line = try #require(try end.lines(of: "sanity").first)
                #expect(line["layers"].list.map { $0["layer"].text } == ["fc", "layer3", "layer2", "layer1", "stem"])
                #expect(line["class"].text == "owl" && (line["inputs"].number ?? 0) > 0)
                let table = try Executable.run(arguments)
                #expect(table.status == 0 && table.output.contains("rank correlation"), "\(table.description)")

                // An array file's test side: the same pictures have the same maps, whatever they lie in.
                let arrays = try Self.arrays(of: pictures, in: folder)
                let sanity = ["evaluate", "--sanity", "--bundle", bundle, "--json", "--images"]
                let same = try Executable.run(sanity + [arrays])
                #expect(try same.lines(of: "sanity").first == line, "\(same.description)")
                // Several labels a picture are no hindrance: nothing is learned from them.
                let chest = Executable.packageFolder.appending(path: "Tests/GantryEndToEndTests/Golden/chest.npz").path
                let labels = try Executable.run(sanity + [chest])
                let looked = try #require(try labels.lines(of: "sanity").first, "\(labels.description)")
                #expect(looked["layers"].list.count == 5 && (looked["inputs"].number ?? 99) <= 24)

                let lacking = try Executable.run(["evaluate", "--sanity", "--bundle", bundle])
                #expect(lacking.status == 64 && lacking.errors.contains("--studies or --images"))
                let none = try Executable.run(["evaluate"])
                #expect(none.status == 64 && none.errors.contains("--truth"))
                let empty = folder.appending(path: "empty")
                try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
                let nothing = try Executable.run(
                    ["evaluate", "--sanity", "--bundle", bundle, "--images", empty.path])
                #expect(nothing.status == 66, "\(nothing.description)")
            }
        }
    }
}

extension SmallStudies {
    /// The same into a folder that is made first.
    fileprivate static func copy(_ count: Int, to folder: URL, making: Bool) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: making)
        try copy(count, to: folder)
    }
}
