import Foundation
import Testing

extension EndToEnd {
    @Suite struct `Extracting` {
        @Test func `extract as png gives one windowed picture of 8 bits a slice`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let end = try Executable.run(
                    [
                        "extract", folder.input.path, "--output", folder.output.path, "--format", "png", "--window",
                        "40,400",
                    ])
                #expect(end.status == 0, "\(end.description)")
                let pictures = folder.output.filesBelow.filter { $0.pathExtension == "png" }
                #expect(pictures.map(\.lastPathComponent) == (1...16).map { $0 < 10 ? "000\($0).png" : "00\($0).png" })
                for picture in pictures {
                    let data = try Data(contentsOf: picture)
                    // PNG, first chunk IHDR: width, height, bit depth 8, colour type 0 (greyscale).
                    #expect(data.prefix(8) == Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
                    #expect(data[12..<26] == Data([0x49, 0x48, 0x44, 0x52, 0, 0, 0, 64, 0, 0, 0, 64, 8, 0]))
                }
                #expect(Set(try pictures.map { try Data(contentsOf: $0) }).count == 16)
                #expect(folder.output.everythingBelow.count == 18, "\(folder.output.everythingBelow)")
                // Again, with other pictures: the folder is replaced as a whole.
                let first = try Data(contentsOf: pictures[0])
                let again = try Executable.run(
                    ["extract", folder.input.path, "--output", folder.output.path, "--format", "png"])
                #expect(again.status == 0 && folder.output.everythingBelow.count == 18, "\(again.description)")
                #expect(try Data(contentsOf: pictures[0]) != first)
            }
        }

        @Test func `an array takes its name when it is whole, and replaces the one before`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let arguments = ["extract", folder.input.path, "--output", folder.output.path]
                #expect(try Executable.run(arguments).status == 0)
                let array = try #require(folder.output.filesBelow.first { $0.pathExtension == "npy" })
                let (before, whole) = (
                    try FileManager.default.attributesOfItem(atPath: array.path), try Data(contentsOf: array)
                )
                #expect(try Executable.run(arguments).status == 0)
                let after = try FileManager.default.attributesOfItem(atPath: array.path)
                // Another file under the same name: whoever has the first one open still reads it.
                #expect(before[.systemFileNumber] as? Int != after[.systemFileNumber] as? Int)
                #expect(try Data(contentsOf: array) == whole)
                #expect(folder.output.everythingBelow.count == 2, "\(folder.output.everythingBelow)")
            }
        }

        @Test func `padding has its value beside the array, and a mask where it is asked for`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(to: folder.input)
                let arguments = ["extract", folder.input.path, "--output", folder.output.path]
                let end = try Executable.run(arguments + ["--padding-mask"])
                try #require(end.status == 0, "\(end.description)")
                var padded = 0
                for file in folder.output.filesBelow where file.pathExtension == "json" {
                    let about = try JSON(contentsOf: file)
                    let base = file.deletingPathExtension()
                    #expect(about["paddingMask"].text == base.lastPathComponent + ".mask.npy")
                    let array = try NPYArray(contentsOf: base.appendingPathExtension("npy"))
                    let mask = try NPYArray(contentsOf: base.appendingPathExtension("mask.npy"))
                    #expect(mask.type == "|b1" && mask.shape == array.shape)
                    let (flags, bytes) = (Array(mask.values), Array(array.values))
                    let area = array.shape[1] * array.shape[2]
                    for (index, slice) in about["slices"].list.enumerated() {
                        let marked = (index * area..<(index + 1) * area).filter { flags[$0] == 1 }
                        #expect(marked.count == slice["paddingPixels"].integer)
                        let values = marked.map { pixel in
                            Int(Int16(bitPattern: UInt16(bytes[2 * pixel]) | UInt16(bytes[2 * pixel + 1]) << 8))
                        }
                        let range = slice["paddingHU"].list.compactMap(\.integer)
                        #expect(range == [values.min(), values.max()].compactMap(\.self))
                        padded += marked.isEmpty ? 0 : 1
                    }
                    #expect(flags.allSatisfy { $0 <= 1 })
                }
                #expect(padded >= 16)
                // A mask of an earlier array is not left beside another.
                try #require(try Executable.run(arguments).status == 0)
                #expect(!folder.output.everythingBelow.contains { $0.hasSuffix(".mask.npy") })
                #expect(try Executable.run(arguments + ["--padding-mask", "--format", "png"]).status == 64)
            }
        }

        @Test func `a series of two phases is two candidates, two arrays with names of their own`() throws {
            try RunFolder.use { folder in
                for phase in ["1", "2"] {
                    let place = folder.input.appending(path: phase).path
                    let made = try Executable.run(
                        ["phantom", "--output", place, "--studies", "1", "--slices", "12", "--matrix", "32"])
                    try #require(made.status == 0, "\(made.description)")
                    _ = try Tools.shell(
                        """
                        rm "$1/truth.csv"
                        find "$1" -name '*.dcm' -exec dcmodify -q -nb -gin -i "TemporalPositionIdentifier=$2" {} \\;
                        """, place, phase)
                }
                let inspected = try Executable.run(["inspect", folder.input.path])
                for words in ["1 series, 24 images", "phase 1 of 2 (temporal position 1)", "Series 2 phase 2 of 2: "] {
                    #expect(inspected.output.contains(words), "\(words)\n\(inspected.output)")
                }
                let study = try #require(
                    try Executable.run(["inspect", folder.input.path, "--json"]).lines(of: "inspected-study").first)
                #expect(study["series"].list.compactMap { $0["images"].integer } == [12, 12])
                let uid = try #require(study["chosenSeriesInstanceUID"].text)
                let all = try Executable.run(
                    ["extract", folder.input.path, "--output", folder.output.path, "--series", uid])
                #expect(all.status == 0, "\(all.description)")
                let names = [uid + "-1.json", uid + "-1.npy", uid + "-2.json", uid + "-2.npy"]
                #expect(folder.output.everythingBelow == names)
                let parts = try ["-1", "-2"].map {
                    try JSON(contentsOf: folder.output.appending(path: uid + $0 + ".json"))
                }
                #expect(parts.map { $0["part"].text?.prefix(12) } == ["phase 1 of 2", "phase 2 of 2"])
                let uids = parts.map { Set($0["slices"].list.compactMap { $0["sopInstanceUID"].text }) }
                #expect(uids.map(\.count) == [12, 12] && uids[0].isDisjoint(with: uids[1]))
                // The chosen one alone has the same name.
                let chosen = folder.url.appending(path: "chosen")
                #expect(try Executable.run(["extract", folder.input.path, "--output", chosen.path]).status == 0)
                #expect(chosen.everythingBelow == Array(names.prefix(2)))
            }
        }

        @Test func `extract takes another series by its UID`() throws {
            try TemporaryFolder.use { output in
                let folder = Executable.samples.appending(path: "PHANTOM-0002").path
                let study = try #require(
                    try Executable.run(["inspect", folder, "--json"]).lines(of: "inspected-study").first)
                let other = try #require(
                    study["series"].list.first { $0["isChosen"].flag == false }?["seriesInstanceUID"].text)
                let end = try Executable.run(["extract", folder, "--output", output.path, "--series", other])
                #expect(end.status == 0, "\(end.description)")
                let array = try NPYArray(contentsOf: output.appending(path: other + ".npy"))
                #expect(array.shape == [36, 256, 256] && array.type == "<i2")
                #expect(
                    try Executable.run(["extract", folder, "--output", output.path, "--series", "1.2.3"]).status == 66)
            }
        }
    }

    @Suite struct `The network` {
        /// torchvision's resnet50 has 25,557,032 parameters with 1,000 classes; the last layer's 2048 x 1000 weights
        /// and 1,000 biases give way to 2048 x 2 and 2.
        private let parameters = 25_557_032 - (2048 * 1000 + 1000) + (2048 * 2 + 2)

        @Test func `has the layers and the parameters of a ResNet-50 of two classes`() throws {
            let model = try #require(
                try Executable.run(["model", "inspect", Executable.bundle, "--json"]).lines(of: "model").first)
            #expect(model["parameters"].integer == parameters)
            let layers = model["layers"].list
            #expect(layers.reduce(0) { $0 + ($1["parameters"].integer ?? 0) } == parameters)
            #expect(layers.count { $0["type"].text?.hasPrefix("Conv2d") == true } == 53)
            let last = try #require(layers.last)
            #expect(last["name"].text == "fc" && last["outputShape"].list.compactMap(\.integer) == [2])
            let file = Executable.bundle + "/model.safetensors"
            let table = try Executable.run(["model", "inspect", file, "--stride", "v1.5"])
            #expect(table.status == 0 && table.output.contains("23,512,130 parameters"), "\(table.description)")
        }

        @Test func `gives finite logits, the same to the last bit alone and in a batch`() throws {
            try TemporaryFolder.use { folder in
                func run(_ floats: [Float], images: Int, _ options: String...) throws -> NPYArray {
                    let (input, output) = (folder.appending(path: "x.npy"), folder.appending(path: "y.npy"))
                    try NPYArray.file(shape: [images, 3, 64, 64], floats: floats).write(to: input)
                    let end = try Executable.run(
                        ["model", "run", Executable.bundle, "--input", input.path, "--output", output.path, "--force"]
                            + options)
                    try #require(end.status == 0, "\(end.description)")
                    return try NPYArray(contentsOf: output)
                }
                let size = 3 * 64 * 64
                // Numbers between -2 and 2 without a pattern that a mistake in the layout would keep.
                let floats = (0..<3 * size).map { Float(($0 &* 2_654_435_761) >> 7 & 0xFFFF) / 16384 - 2 }
                let together = try run(floats, images: 3)
                #expect(together.shape == [3, 2] && together.type == "<f4")
                let logits = together.floats
                #expect(logits.count == 6 && logits.allSatisfy(\.isFinite))
                #expect(Set(logits).count == 6)
                for image in 0..<3 {
                    let alone = try run(Array(floats[image * size..<(image + 1) * size]), images: 1)
                    #expect(alone.shape == [1, 2])
                    #expect(alone.floats.map(\.bitPattern) == logits[image * 2..<image * 2 + 2].map(\.bitPattern))
                }
                let features = try run(floats, images: 3, "--features")
                #expect(features.shape == [3, 2048] && features.floats.allSatisfy { $0.isFinite && $0 >= 0 })
            }
        }

        @Test func `refuses an array of another shape with 65`() throws {
            try TemporaryFolder.use { folder in
                let (input, output) = (folder.appending(path: "x.npy"), folder.appending(path: "y.npy"))
                try NPYArray.file(shape: [64, 64], floats: Array(repeating: 0, count: 4096)).write(to: input)
                let end = try Executable.run(
                    ["model", "run", Executable.bundle, "--input", input.path, "--output", output.path])
                #expect(end.status == 65 && end.errors.contains("[N, 3, H, W]"), "\(end.description)")
                #expect(!output.exists)
            }
        }
    }
}
