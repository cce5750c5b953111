import Foundation
import Testing

extension EndToEnd {
    @Suite struct `Model quantize` {
        /// A copy of the shipped bundle on small images, for numbers that do not matter.
        private static func bundle(in folder: URL, model: Bool = true, _ edit: (String) -> String = { $0 }) throws
            -> String
        {
            try BundleCopy.make(in: folder, model: model) {
                edit($0.replacing(#/input-size: \d+/#, with: "input-size: 112"))
            }
        }

        private static func quantize(_ studies: URL, _ bundle: String, _ options: String...) throws -> ProcessEnd {
            try Executable.run(
                ["model", "quantize", studies.path, "--pipeline", bundle, "--calibration-slices", "8"] + options)
        }

        /// A bundle in 8 bits and the studies it was quantised on.
        private static func useQuantized(_ body: (RunFolder, String) throws -> Void) throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(to: folder.input)
                let bundle = try bundle(in: folder.url)
                let end = try quantize(folder.input, bundle)
                try #require(end.status == 0, "\(end.description)")
                try BundleCopy.set(precision: "int8", in: bundle)
                try body(folder, bundle)
            }
        }

        @Test func `a bundle that was signed is listed anew, and is not signed any more`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(to: folder.input)
                let bundle = try Self.bundle(in: folder.url)
                func path(_ name: String) -> String { folder.url.appending(path: name).path }
                try #require(try Executable.run(["bundle", "key", path("a.pem"), path("a.pub")]).status == 0)
                try #require(try Executable.run(["bundle", "sign", bundle, "--key", path("a.pem")]).status == 0)
                let end = try Self.quantize(folder.input, bundle)
                #expect(end.status == 0 && end.errors.contains("was signed and is not any more"), "\(end.description)")
                let verified = try Executable.run(["bundle", "verify", bundle])
                #expect(verified.status == 0 && verified.output.contains("model in 8 bits"), "\(verified.description)")
                #expect(!FileManager.default.fileExists(atPath: bundle + "/SHA256SUMS.sig"))
            }
        }

        @Test func `writes the network, names it, and keeps one section of the card up to date`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(to: folder.input)
                let bundle = try Self.bundle(in: folder.url)
                let place = URL(filePath: bundle)
                let card = place.appending(path: "MODEL_CARD.md")
                try "# Trial\n\nOf no use.\n".write(to: card, atomically: true, encoding: .utf8)
                let before = try String(contentsOf: place.appending(path: "pipeline.yaml"), encoding: .utf8)

                let first = try Self.quantize(folder.input, bundle, "--json")
                #expect(first.status == 0, "\(first.description)")
                let summary = try #require(try first.lines(of: "quantization").first)
                #expect(try first.lines.count == 1)
                #expect(summary["calibrationSlices"].integer == 8 && summary["calibrationStudies"].integer == 2)
                #expect(summary["isSeparate"].flag == true && summary["studies"].integer == 1)
                #expect(summary["studyAUC"] == .null)
                let slices = try #require(summary["slices"].integer)
                #expect((8...16).contains(slices))
                let same = try #require(summary["sameTopClass"].number)
                #expect(same > 0.5 && same <= 1)
                let mean = try #require(summary["meanDifference"].number)
                let largest = try #require(summary["largestDifference"].number)
                #expect(mean > 0 && mean <= largest && largest < 0.5)

                let named = try String(contentsOf: place.appending(path: "pipeline.yaml"), encoding: .utf8)
                let digest = try Tools.shell("sha256sum \"$1\" | cut -c1-64", bundle + "/model.int8.safetensors")
                #expect(named.contains("  quantized-sha256: \"\(digest.prefix(64))\"\n"))
                let added = named.split(separator: "\n").filter { $0.contains("quantized-") }
                #expect(added.count == 2)
                #expect(named.replacing(#/ *quantized-.*\n/#, with: "") == before)
                // A quarter of Float32's bytes and a little more.
                let size =
                    try FileManager.default.attributesOfItem(atPath: bundle + "/model.int8.safetensors")[.size] as? Int
                #expect((23_500_000...25_000_000).contains(size ?? 0))

                let written = try String(contentsOf: card, encoding: .utf8)
                #expect(written.hasPrefix("# Trial\n\nOf no use.\n\n## In 8 bits\n"))
                #expect(written.contains("8 slices of 2 studies") && written.contains("% of \(slices) |"))
                try (written + "\n## Limits\n\nAll.\n").write(to: card, atomically: true, encoding: .utf8)

                let second = try Executable.run(
                    ["model", "quantize", folder.input.path, "--pipeline", bundle, "--calibration-slices", "6"])
                #expect(second.status == 0, "\(second.description)")
                #expect(second.output.contains("Wrote \(bundle)/model.int8.safetensors\n"))
                #expect(second.output.contains("precision: int8"))
                let again = try String(contentsOf: card, encoding: .utf8)
                #expect(again.components(separatedBy: "## In 8 bits").count == 2)
                #expect(again.contains("6 slices of 2 studies") && !again.contains("8 slices of 2 studies"))
                #expect(again.hasPrefix("# Trial\n\nOf no use.\n\n") && again.hasSuffix("|\n\n## Limits\n\nAll.\n"))
                let yaml = try String(contentsOf: place.appending(path: "pipeline.yaml"), encoding: .utf8)
                #expect(yaml.split(separator: "\n").count { $0.contains("quantized-") } == 2)
            }
        }

        @Test func `says what it cannot work with`() throws {
            try RunFolder.use { folder in
                let bundle = try Self.bundle(in: folder.url)
                let empty = try Self.quantize(folder.input, bundle)
                #expect(empty.status == 66 && empty.errors.contains("the folder is empty"), "\(empty.description)")

                try SmallStudies.copy(1, to: folder.input)
                let none = try Executable.run(
                    ["model", "quantize", folder.input.path, "--pipeline", bundle, "--calibration-slices", "0"])
                #expect(none.status == 64, "\(none.description)")

                let strict = try Self.bundle(in: folder.url) {
                    $0.replacing("fewest-slices: 10", with: "fewest-slices: 99")
                }
                let unsuitable = try Self.quantize(folder.input, strict)
                #expect(unsuitable.status == 66, "\(unsuitable.description)")
                #expect(unsuitable.errors.contains("no study has a series that the pipeline would score"))

                let incomplete = try Self.bundle(in: folder.url, model: false)
                let absent = try Self.quantize(folder.input, incomplete)
                #expect(absent.status == 78 && absent.errors.contains("model file is absent"), "\(absent.description)")
                for path in [bundle, strict, incomplete] {
                    #expect(!URL(filePath: path).appending(path: "model.int8.safetensors").exists)
                }
            }
        }

        @Test func `tells a person the two lines where it cannot write them itself`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let bundle = try Self.bundle(in: folder.url) { text in
                    let model = text.matches(of: #/\n  sha256: "([0-9a-f]{64})"/#).first?.1 ?? ""
                    return text.replacing(
                        #/model:\n(  .*\n)+/#,
                        with:
                            "model: { sha256: \(model), variant: resnet50-v1.5, classes: [a, b], positive-class: b }\n")
                }
                let yaml = bundle + "/pipeline.yaml"
                let before = try String(contentsOfFile: yaml, encoding: .utf8)
                let end = try Self.quantize(folder.input, bundle)
                #expect(end.status == 78, "\(end.description)")
                let digest = try Tools.shell("sha256sum \"$1\" | cut -c1-64", bundle + "/model.int8.safetensors")
                    .prefix(64)
                #expect(end.errors.contains("quantized-file: model.int8.safetensors, quantized-sha256: \"\(digest)\""))
                #expect(try String(contentsOfFile: yaml, encoding: .utf8) == before)
            }
        }

        @Test func `a study scored in 8 bits says so, and is the same to the bit with every instruction set`() throws {
            try Self.useQuantized { folder, bundle in
                let places = ["own", "avx2"].map { RunFolder(url: folder.url.appending(path: $0)) }
                for (place, environment) in zip(places, [[:], ["GANTRY_CPU": "avx2"]]) {
                    let end = try Executable.run(
                        ["ingest", folder.input.path, "--json"] + place.options(bundle: bundle),
                        environment: environment)
                    #expect(end.status == 0, "\(end.description)")
                }
                let reports = try places.map { try $0.comparableReports() }
                #expect(reports[0].count == 3)
                #expect(reports[0] == reports[1])
                let digest = try Tools.shell("sha256sum \"$1\" | cut -c1-64", bundle + "/model.int8.safetensors")
                    .prefix(64)
                for report in reports[0].values {
                    #expect(report["provenance"]["precision"].text == "int8")
                    #expect(report["provenance"]["modelSHA256"].text == String(digest))
                    #expect(report["slices"].list.contains { $0["reason"].text == "scored" })
                }
            }
        }

        @Test func `a changed precision scores studies again`() throws {
            try Self.useQuantized { folder, bundle in
                func scores(_ precision: String) throws -> [[Double]] {
                    try BundleCopy.set(precision: precision, in: bundle)
                    let end = try Executable.run(folder.ingest(bundle: bundle))
                    #expect(end.status == 0, "\(end.description)")
                    let reports = try folder.reports()
                    #expect(reports.values.allSatisfy { $0["provenance"]["scoresFromStore"].flag == false })
                    return reports.sorted { $0.key < $1.key }.flatMap { report in
                        report.value["slices"].list.map { $0["probabilities"].list.compactMap(\.number) }
                    }
                }
                let (bytes, exact) = (try scores("int8"), try scores("f32"))
                #expect(bytes.count == exact.count && bytes != exact)
                #expect(try folder.status().allSatisfy { $0["revision"].integer == 2 })
            }
        }

        @Test func `an altered file is refused, and so is one made from another model`() throws {
            try Self.useQuantized { folder, bundle in
                let file = URL(filePath: bundle).appending(path: "model.int8.safetensors")
                let whole = try Data(contentsOf: file)
                var altered = whole
                altered[altered.count - 1] ^= 1
                try altered.write(to: file)
                let refused = try Executable.run(folder.ingest(bundle: bundle))
                #expect(refused.status == 78, "\(refused.description)")
                #expect(refused.errors.contains("model.int8.safetensors: not the model that pipeline.yaml names"))
                try whole.write(to: file)

                // A new model under the old name, and the 8-bit file of the one before.
                try BundleCopy.edit(bundle) { $0.replacing(#/(\n  sha256: ")[0-9a-f]{8}/#) { $0.1 + "00000000" } }
                let stale = try Executable.run(folder.ingest(bundle: bundle))
                #expect(
                    stale.status == 78 && stale.errors.contains("Run `gantry model quantize` again"),
                    "\(stale.description)")
                #expect(try folder.reports().isEmpty)
            }
        }

        @Test func `bf16 on a CPU without it is computed in f32, and a note says so`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let bundle = try Self.bundle(in: folder.url)
                let exact = RunFolder(url: folder.url.appending(path: "exact"))
                let environment = ["GANTRY_CPU": "avx512"]
                let plain = try Executable.run(
                    ["ingest", folder.input.path] + exact.options(bundle: bundle), environment: environment)
                #expect(plain.status == 0 && !plain.errors.contains("Note:"), "\(plain.description)")
                try BundleCopy.set(precision: "bf16", in: bundle)
                let end = try Executable.run(folder.ingest(bundle: bundle), environment: environment)
                #expect(end.status == 0, "\(end.description)")
                #expect(end.errors.contains("Note: the pipeline asks for bf16"), "\(end.description)")
                #expect(end.errors.contains("computed in f32"))
                let slices = try [exact, folder].map { try $0.reports().values.map { $0["slices"] } }
                #expect(slices[0].count == 1 && slices[0] == slices[1])
            }
        }
    }
}
