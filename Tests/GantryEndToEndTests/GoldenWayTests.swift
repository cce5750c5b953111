import Foundation
import Testing

extension EndToEnd {
    /// Golden runs of the whole way: from DICOM files, and through the preprocessing that docs/examples has for Python.
    @Suite struct `The whole way` {
        private static let python = Executable.packageFolder.appending(path: "docs/examples/preprocess.py").path

        /// A bundle, studies that it has scored, and what it said, as a golden run would write it.
        private static func scored(
            in folder: RunFolder
        ) throws -> (bundle: String, lines: [String]) {
            let network = SigmoidBundle.several
            let bundle = try network.make(in: folder.url)
            try SmallStudies.copy(2, to: folder.input)
            let ingest = try Executable.run(folder.ingest(bundle: bundle))
            try #require(ingest.status == 0, "\(ingest.description)")
            let rows = try folder.reports().sorted { $0.key < $1.key }.flatMap { _, report in
                report["slices"].list.compactMap { slice -> String? in
                    let numbers = slice["probabilities"].list.compactMap(\.number)
                    guard let uid = slice["sopInstanceUID"].text, !numbers.isEmpty else { return nil }
                    return ([uid, "\(slice["frameNumber"].integer ?? 1)"] + numbers.map { "\($0)" })
                        .joined(separator: ",")
                }
            }
            return (bundle, ["sop_instance_uid,frame_number," + network.labels.joined(separator: ",")] + rows)
        }

        @Test func `every slice that is scored is compared, and a row too few or too many is named`() throws {
            try RunFolder.use { folder in
                let (bundle, lines) = try Self.scored(in: folder)
                func verify(_ lines: [String]) throws -> (end: ProcessEnd, detail: String) {
                    let table = folder.url.appending(path: "scores.csv")
                    try (lines.joined(separator: "\n") + "\n").write(to: table, atomically: true, encoding: .utf8)
                    let end = try Executable.run([
                        "bundle", "verify", bundle, "--golden-study", folder.input.path, table.path, "--json",
                    ])
                    let checks = try end.lines(of: "bundle-verification").first?["checks"].list ?? []
                    return (end, checks.first { $0["name"].text == "golden-study" }?["detail"].text ?? "")
                }
                let slices = lines.count - 1
                let same = try verify(lines)
                #expect(same.end.status == 0, "\(same.end.description)")
                #expect(same.detail.hasPrefix("\(slices) slices of 2 studies: every probability is the golden run's"))

                let fewer = try verify(Array(lines.dropLast()))
                #expect(
                    fewer.end.status == 78 && fewer.detail.contains("1 of \(slices) slices that the pipeline scores"))
                let last = try #require(lines.last?.split(separator: ",").first)
                #expect(fewer.detail.contains("(first: \(last), frame 1)"), "\(fewer.detail)")

                let more = try verify(lines + ["1.2.3,1,0.5,0.5,0.5", "1.2.4,1,0.5,0.5,0.5"])
                #expect(more.end.status == 78 && more.detail.contains("2 of \(slices + 2) rows of"), "\(more.detail)")
                #expect(more.detail.contains("(first: 1.2.3, frame 1)"), "\(more.detail)")

                var other = lines
                let fields = lines[1].split(separator: ",")
                other[1] = (fields.dropLast() + ["\((Double(fields[4]) ?? 0) + 0.0005)"]).joined(separator: ",")
                let changed = try verify(other)
                #expect(changed.end.status == 78 && changed.detail.contains("a probability differs by 5.0e-04"))
                #expect(changed.detail.contains("\(fields[0]), frame 1"), "\(changed.detail)")

                let none = try verify(["sop_instance_uid,frame_number,effusion", "1.2.3,1,0.5"])
                #expect(none.end.status == 78 && none.detail.contains("effusion, covid19, nodule among them"))
                let absent = try Executable.run([
                    "bundle", "verify", bundle, "--golden-study", folder.url.path + "/nowhere", "scores.csv",
                ])
                #expect(absent.status == 78, "\(absent.description)")
                let one = try Executable.run(["bundle", "verify", bundle, "--golden-study", folder.input.path])
                #expect(one.status == 64 && one.errors.contains("--golden-study takes two paths"), "\(one.description)")
            }
        }

        @Test func `create proves a study too, and what is proven stays with what was compared`() throws {
            try RunFolder.use { folder in
                let (_, lines) = try Self.scored(in: folder)
                let table = folder.url.appending(path: "scores.csv")
                try (lines.joined(separator: "\n") + "\n").write(to: table, atomically: true, encoding: .utf8)
                let bundle = folder.url.appending(path: "proven").path
                let create = try Executable.run(
                    SigmoidBundle.several.create(
                        bundle, in: folder.url,
                        SigmoidBundle.seeing + [
                            "--activation", "sigmoid", "--golden-study", folder.input.path, table.path,
                        ]))
                try #require(create.status == 0, "\(create.description)")
                func whole() throws -> String? {
                    let end = try Executable.run(["bundle", "verify", bundle, "--json"])
                    let checks = try end.lines(of: "bundle-verification").first?["checks"].list ?? []
                    return checks.first { $0["name"].text == "whole way" }?["outcome"].text
                }
                func edit(_ old: String, _ new: String) throws {
                    let file = URL(filePath: bundle + "/pipeline.yaml")
                    let text = try String(contentsOf: file, encoding: .utf8)
                    try #require(text.contains(old))
                    try text.replacing(old, with: new).write(to: file, atomically: true, encoding: .utf8)
                }
                #expect(try whole() == "passed")
                try edit("precision: f32", "precision: bf16")
                #expect(try whole() == "passed", "the network is proven in f32")
                try edit("center: -600", "center: -500")
                #expect(try whole() == "failed")
                let key = folder.url.appending(path: "key.pem").path
                _ = try Executable.run(["bundle", "key", key, key + ".pub"])
                let seal = try Executable.run(["bundle", "seal", bundle])
                #expect(seal.status == 0 && seal.errors.contains("the proof of the whole way"), "\(seal.description)")
                #expect(try whole() == nil)
                let sign = try Executable.run(["bundle", "sign", bundle, "--key", key])
                #expect(sign.status == 0, "\(sign.description)")
            }
        }

        /// Windows as the pipeline file and as preprocess.py have them, the convention, and the size.
        private static let preparations: [(windows: [String], convention: String, side: Int)] = [
            (["-600,1500,LINEAR"], "torch", 64), (["-600,1500,LINEAR_EXACT"], "tf", 48),
            (["-600,1500,SIGMOID"], "caffe", 40), (["-600,1,LINEAR"], "torch", 64),
            (["-400,700,SIGMOID", "-600.5,1500,LINEAR_EXACT", "40,400,LINEAR"], "caffe", 50),
        ]

        /// preprocess.py makes the tensor, the network its logits, NumPy the probabilities: what the pipeline makes of
        /// the Hounsfield units at once must be the same.
        @Test(arguments: preparations.indices) func `preprocess.py prepares as the pipeline does`(
            number: Int
        ) throws {
            let (windows, convention, side) = Self.preparations[number]
            try RunFolder.use { folder in
                func path(_ name: String) -> String { folder.url.appending(path: name).path }
                let network = SigmoidBundle.one
                // The file's windows stand in the order of the channels, which is reversed with blue first.
                let inOrder = convention == "caffe" ? windows.reversed() : windows
                let create = try Executable.run(
                    network.create(
                        path("bundle"), in: folder.url,
                        ["--input-convention", convention, "--activation", "sigmoid"]
                            + windows.flatMap { _ in ["--window", "-600,1500"] },
                        model: convention == "caffe" ? "caffe.pth" : "model.pth"
                    ).map { $0 == "64" ? "\(side)" : $0 })
                try #require(create.status == 0, "\(create.description)")
                let file = URL(filePath: path("bundle/pipeline.yaml"))
                var text = try String(contentsOf: file, encoding: .utf8)
                let flows = inOrder.map { window in
                    let parts = window.split(separator: ",")
                    return "    - { center: \(parts[0]), width: \(parts[1]), function: \(parts[2]) }"
                }
                let listed = try #require(text.firstMatch(of: #/ {2}windows:\n( {4}- .*\n)+/#)).range
                text.replaceSubrange(listed, with: "  windows:\n" + flows.joined(separator: "\n") + "\n")
                try text.write(to: file, atomically: true, encoding: .utf8)
                let seal = try Executable.run(["bundle", "seal", path("bundle")])
                try #require(seal.status == 0, "\(seal.description)")

                try SmallStudies.copy(1, to: folder.input)
                let extract = try Executable.run(["extract", folder.input.path, "--output", path("arrays")])
                try #require(extract.status == 0, "\(extract.description)")
                let hu = try #require(
                    folder.url.appending(path: "arrays").filesBelow.first { $0.pathExtension == "npy" }
                ).path
                /// Whether the pipeline makes of the slices what preprocess.py, the network and NumPy make of them.
                func isEqual(_ windows: [String]) throws -> ProcessEnd {
                    _ = try Tools.shell(
                        "/usr/bin/python3 \"$1\" \"$2\" \"$3\" --input-convention \"$4\" --input-size \"$5\" $6",
                        Self.python, hu, path("x.npy"), convention, "\(side)",
                        windows.map { "--window=" + $0 }.joined(separator: " "))
                    let run = try Executable.run([
                        "model", "run", path("bundle"), "--input", path("x.npy"), "--output", path("y.npy"), "--force",
                    ])
                    try #require(run.status == 0, "\(run.description)")
                    _ = try Tools.python(
                        "import sys, numpy; y = numpy.load(sys.argv[1]).astype('f8'); "
                            + "numpy.save(sys.argv[2], 1 / (1 + numpy.exp(-y)))", [path("y.npy"), path("p.npy")])
                    return try Executable.run(
                        ["bundle", "verify", path("bundle"), "--golden-hu", hu, path("p.npy")])
                }
                let same = try isEqual(windows)
                #expect(same.status == 0 && same.output.contains("16 slices: every probability"), "\(same.description)")
                // What is compared depends on the window.
                let other = try isEqual(windows.map { _ in "-300,1500" })
                #expect(other.status == 78, "\(other.description)")
            }
        }
    }
}
