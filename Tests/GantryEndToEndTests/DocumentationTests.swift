import Foundation
import Testing

extension EndToEnd {
    /// What the pages show in `console` blocks: commands that exist, and the output that they have on what ships.
    @Suite struct `The pages` {
        /// Blocks that are not run, and why.
        private static let notRun = [
            "docs/install.md: make static": "it builds and installs as root; Scripts/check-install.sh installs"
        ]

        /// Pages that go on where another one ends, in its folder.
        private static let goingOn = [
            "docs/deidentify.md": "docs/ingest.md", "docs/export.md": "docs/ingest.md",
            "docs/fhir.md": "docs/ingest.md", "docs/objects.md": "docs/ingest.md",
            "docs/reports.md": "docs/ingest.md", "docs/why.md": "docs/ingest.md",
        ]

        /// Files that the commands of a page write, with the examples that docs/ has of them.
        private static let examples = [
            "docs/examples/README.md": (written: "reports", shown: "docs/examples/reports"),
            "docs/export.md": (written: "tables", shown: "docs/examples/export"),
        ]

        /// Pages with blocks, together those that are read in one folder, in the order in which they are read.
        static let walks: [[String]] = {
            var walks: [[String]] = []
            let pages = ConsoleBlock.all.map(\.page)
            for page in pages.filter({ goingOn[$0] == nil }) + pages.filter({ goingOn[$0] != nil })
            where !walks.joined().contains(page) {
                if let first = goingOn[page], let walk = walks.firstIndex(where: { $0.contains(first) }) {
                    walks[walk].append(page)
                } else {
                    walks.append([page])
                }
            }
            return walks
        }()

        @Test(arguments: ConsoleBlock.all) func `show commands and options that there are`(
            block: ConsoleBlock
        ) throws {
            for command in block.commands {
                let words = command.text.prefix { $0 != "#" && $0 != "|" && $0 != ">" }.split(separator: " ").map(
                    String.init)
                guard words.first == "gantry" else { continue }
                let isNested = words.count > 2 && ["model", "bundle"].contains(words[1])
                let help = try Executable.run(Array(words.dropFirst().prefix(isNested ? 2 : 1)) + ["--help"])
                #expect(help.status == 0, "\(block): \(help.description)")
                for option in words where option.hasPrefix("--") {
                    let name = option.prefix { $0 != "=" }
                    #expect(help.output.contains(name), "\(block): there is no \(name)")
                }
            }
        }

        @Test(arguments: walks) func `show what their commands print`(pages: [String]) throws {
            try TemporaryFolder.use { folder in
                try Self.bring(for: pages[0], to: folder)
                var outputs = ShownOutput()
                for page in pages {
                    for block in ConsoleBlock.all where block.page == page && Self.notRun[block.description] == nil {
                        for command in block.commands { try Self.run(command, of: page, in: folder, &outputs) }
                    }
                    try Self.compareExamples(of: page, in: folder, &outputs)
                }
            }
        }

        /// The examples of a page are what its commands have written, by the same keys as its console shows.
        private static func compareExamples(of page: String, in folder: URL, _ outputs: inout ShownOutput) throws {
            guard let (written, shown) = examples[page] else { return }
            let (made, example) = (folder.appending(path: written), Executable.packageFolder.appending(path: shown))
            #expect(made.everythingBelow == example.everythingBelow && !made.everythingBelow.isEmpty)
            for written in made.filesBelow {
                let name = String(written.path.dropFirst(made.path.count + 1))
                let expected = example.appending(path: name)
                guard try Data(contentsOf: written) != Data(contentsOf: expected) else { continue }
                func lines(_ file: URL) throws -> [String] {
                    try text(of: file).components(separatedBy: "\r\n")
                }
                #expect(
                    try outputs.matches(lines(expected), printed: lines(written)),
                    "\(shown)/\(name) is not what \(page) writes: make it anew with Scripts/make-examples.sh")
            }
        }

        /// What an example says. A PDF, also one within an object, has other bytes with another cairo or font; then
        /// what it says is compared, and of the `.json` beside the object all but the object's digest. Other objects
        /// have no text here: each has the same bytes or is another.
        private static func text(of file: URL) throws -> String {
            switch file.lastPathComponent {
            case "report.pdf": return try Tools.shell("pdftotext -layout \"$1\" -", file.path)
            case "revision-1-report.dcm":
                return try Tools.shell(
                    "dcmdump +L \"$1\" | grep -v '(0042,001[15])'; dcm2pdf \"$1\" /dev/stdout | pdftotext -layout - -",
                    file.path)
            case "revision-1-report.json":
                return try String(contentsOf: file, encoding: .utf8).replacing(#/[0-9a-f]{64}/#, with: "")
            case let name where name.hasSuffix(".dcm"): return file.path
            default: return try String(contentsOf: file, encoding: .utf8)
            }
        }

        @Test func `show no block that is neither run nor there`() {
            #expect(Set(ConsoleBlock.all.map(\.description)).isSuperset(of: Self.notRun.keys))
            #expect(ConsoleBlock.all.count > 20, "is a fence written otherwise?")
        }

        @Test func `are compared by everything that does not vary`() {
            func isSame(_ shown: String, _ printed: String) -> Bool {
                var outputs = ShownOutput()
                return outputs.matches(
                    shown.components(separatedBy: "\n"), printed: printed.components(separatedBy: "\n"))
            }
            let (key, other) = ("aac62bc0b2f8d2e2", "9c448d74d4b9f0ed")
            #expect(isSame("\(key)  0.90  2026-11-22 16:18", "\(other)  0.91  2026-11-30 04:30"))
            #expect(isSame("2 files in 13.9 s.\nto 8.4e-07 of", "2 files in 1.2 s.\nto 0.0e+00 of"))
            #expect(isSame("80 slices, 85 slices a second.", "80 slices, 4.1 slices a second."))
            #expect(!isSame("80 slices, 85 slices a second.", "81 slices, 85 slices a second."))
            #expect(isSame("gantry: 2026-11-22T14:06:40.007Z stopping", "gantry: 2026-11-30T05:10:50.274Z stopping"))
            #expect(isSame("a", "gantry: study 2 of 3, slice 15 of 33, 1.7 slices scored a second, about 26 s left\na"))
            #expect(isSame("a\n…\nb", "a\nb") && isSame("a\n…\nb", "a\n1\n2\nb"))
            let epoch = "1/4    0.6696    57.8 %    2.6039    50.0 %  1.000        19      4 s  best"
            #expect(isSame(epoch, "1/4    0.6703    56.3 %    2.5000    50.0 %  0.984       190      1 s"))
            #expect(isSame("Wrote a: epoch 4, validation 100 %, AUC 1.000", "Wrote a: epoch 3, validation 98.1 %"))
            #expect(!isSame(epoch, epoch.replacing("1/4", with: "1/5")) && !isSame(epoch, "1/4 no figures"))
            #expect(!isSame("Wrote a: epoch 4, validation 1 %", "Wrote b: epoch 4, validation 1 %"))
            #expect(!isSame("0.90", "0.92") && !isSame("to 8.4e-07", "to 8.4e-03") && !isSame("40 of 48", "41 of 48"))
            #expect(!isSame("\(key) \(key)", "\(key) \(other)") && !isSame("a", "a\nb") && !isSame("a\nb", "a"))
            #expect(!isSame("a\n…\nb", "a\n1\nc") && !isSame("positive", "negative") && !isSame("a  b", "a b"))
        }

        /// Runs a command in `folder` and compares. One with `^C` among its lines is stopped when those before have
        /// come.
        private static func run(
            _ command: ConsoleBlock.Command, of page: String, in folder: URL, _ outputs: inout ShownOutput
        ) throws {
            try #require(command.text.hasPrefix("gantry "), "\(page): \(command.text): neither run nor listed")
            // /srv is there on no machine of ours, and a study need not rest for a minute.
            var (text, shown) = (outputs.typed(command.text).replacing(" /srv/", with: " srv/"), command.output)
            let stop = shown.firstIndex(of: "^C")
            if let stop {
                text += " --settle 1 --study-quiet 0"
                shown.remove(at: stop)
            }
            let path = URL(filePath: Executable.path).deletingLastPathComponent().path + ":/usr/bin:/bin"
            let process = try RunningProcess(
                "/bin/sh", ["-euc", "cd \"$1\"; exec 2>&1; exec \(text)", "sh", folder.path],
                environment: ["PATH": path], input: "PHANTOM-0003\n", watching: .output)
            if let stop {
                #expect(process.waits(for: "\n", times: stop), "\(page): \(text)\n\(process.textSoFar)")
                process.send(SIGINT)
            }
            let end = try process.finish()
            #expect(end.status == (stop == nil ? 0 : 130), "\(page): \(text)\n\(end.description)")
            let printed = end.output.trimmingCharacters(in: .newlines)
            let isSame = outputs.matches(
                shown.map { $0.replacing("/srv/", with: "srv/") },
                printed: printed.isEmpty ? [] : printed.components(separatedBy: "\n"))
            #expect(isSame, "\(page): \(text)\n\(end.output)")
        }

        /// What a page's reader has before its first command: the package's folder, and what the page takes for given.
        private static func bring(for page: String, to folder: URL) throws {
            let files = FileManager.default
            try files.createSymbolicLink(
                at: folder.appending(path: "SampleStudies"), withDestinationURL: Executable.samples)
            try bringBundle("Pipelines/covid19-chest-ct", to: folder)
            let ownBundle = folder.appending(path: "my-bundle")
            switch page {
            case "docs/examples/README.md":
                try files.copyItem(
                    at: Executable.packageFolder.appending(path: "docs/examples/gantry.sqlite"),
                    to: folder.appending(path: "gantry.sqlite"))
            case "docs/bundle.md":
                try bringNetwork("model.pth", as: "checkpoint.pth", to: folder)
                try files.moveItem(
                    atPath: SigmoidBundle.one.file("model.pth", in: folder),
                    toPath: folder.appending(path: "one-output.pth").path)
                try bringImages(8, side: 224, to: folder)
                // The framework's part is played by `model run`.
                let run = "model run checkpoint.pth --stride v1.5 --input x.npy --output y.npy"
                _ = try Tools.shell("cd \"$1\"; \"$2\" \(run)", folder.path, Executable.path)
                try files.copyItem(
                    at: Executable.samples.appending(path: "PHANTOM-0003"), to: folder.appending(path: "studies"))
            case "docs/model.md":
                try bringNetwork("model.pth", as: "checkpoint.pth", to: folder)
                try bringNetwork("folded.onnx", as: "exported.onnx", to: folder)
                try bringImages(1, side: 224, to: folder)
                try bringPictures(["garden/a.png", "garden/b.png", "IMG_0042.png"], to: folder)
                try bringBundle("my-bundle", to: folder)
            case "docs/pipeline.md":
                // The remark behind the command says what is otherwise in this bundle.
                let command = try #require(ConsoleBlock.all.first { $0.page == page }?.commands.first)
                let setting = try #require(command.text.components(separatedBy: "#").last)
                try bringBundle("my-bundle", to: folder)
                try BundleCopy.edit(ownBundle.path) {
                    $0.replacing(
                        #/preferred-kernels: .*/#, with: setting.trimmingCharacters(in: .whitespaces))
                }
            case "docs/train.md":
                try Pictures.write(40, to: folder.appending(path: "photos"))
            case "docs/watch.md":
                let drop = folder.appending(path: "srv/dicom/incoming")
                try files.createDirectory(at: drop, withIntermediateDirectories: true)
                try files.copyItem(
                    at: Executable.samples.appending(path: "PHANTOM-0003"), to: drop.appending(path: "PHANTOM-0003"))
            default: break
            }
        }

        /// The bundle that ships, with a link to its model, which is replaced and never written to.
        private static func bringBundle(_ name: String, to folder: URL) throws {
            let bundle = folder.appending(path: name)
            try FileManager.default.createDirectory(at: bundle, withIntermediateDirectories: true)
            let shipped = URL(filePath: Executable.bundle)
            for file in try FileManager.default.contentsOfDirectory(atPath: shipped.path) {
                let (source, copy) = (shipped.appending(path: file), bundle.appending(path: file))
                if file == "model.safetensors" {
                    try FileManager.default.createSymbolicLink(at: copy, withDestinationURL: source)
                } else {
                    try FileManager.default.copyItem(at: source, to: copy)
                }
            }
        }

        /// A ResNet-50 of base width 8 and three classes, saved by PyTorch.
        private static func bringNetwork(_ file: String, as name: String, to folder: URL) throws {
            _ = try Tools.shell(
                "tar -xOf \"$1\" resnet50/\(file) > \"$2\"",
                Executable.packageFolder.appending(path: "Tests/GantryWeightImportTests/Golden/family.tar.xz").path,
                folder.appending(path: name).path)
        }

        /// Pictures of 64 x 64, in colour.
        private static func bringPictures(_ names: [String], to folder: URL) throws {
            for (index, name) in names.enumerated() {
                let file = folder.appending(path: name)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                let pixels = PNGFile.pattern(width: 64, height: 64, channels: 3, seed: index + 1)
                try PNGFile.file(width: 64, height: 64, channels: 3, pixels: pixels).write(to: file)
            }
        }

        /// `x.npy`: some images of three channels.
        private static func bringImages(_ count: Int, side: Int, to folder: URL) throws {
            let pattern = (0..<1009).map { Float($0 * 7919 % 1009) / 504.5 - 1 }
            let numbers = count * 3 * side * side
            let values = [[Float]](repeating: pattern, count: numbers / pattern.count + 1).joined().prefix(numbers)
            try NPYArray.file(shape: [count, 3, side, side], floats: Array(values))
                .write(to: folder.appending(path: "x.npy"))
        }
    }
}
