import Foundation
import Testing

extension EndToEnd {
    /// Studies as people send them: which series is scored, and which volume of it.
    @Suite struct `Series of the field` {
        /// Unpacks the archive `name` of ../shared/data/`folder` below the input of a new run folder.
        private func use(_ name: String, of folder: String = "field", _ body: (RunFolder) throws -> Void) throws {
            try SharedData.use("\(folder)/\(name).tar.xz") { archive in
                try RunFolder.use { run in
                    _ = try Tools.shell("tar -xJf \"$1\" -C \"$2\"", archive.path, run.input.path)
                    try body(run)
                }
            }
        }

        private func inspected(_ folder: RunFolder) throws -> JSON {
            let end = try Executable.run(["inspect", folder.input.path, "--json"])
            #expect(end.status == 0, "\(end.description)")
            return try #require(try end.lines(of: "inspected-study").first)
        }

        private func report(_ folder: RunFolder, bundle: String = Executable.quickBundle) throws -> JSON {
            let end = try Executable.run(folder.ingest(bundle: bundle))
            #expect(end.status == 0, "\(end.description)")
            return try #require(try folder.reports().values.first)
        }

        private func failures(_ report: JSON) -> [String] {
            report["qualityFindings"].list.filter { $0["isFailure"].flag == true }.compactMap { $0["code"].text }
        }

        @Test func `three cardiac phases in one series are three parts of 16 slices`() throws {
            try use("04e-cardiac-percentage") { folder in
                let study = try inspected(folder)
                #expect(study["series"].list.compactMap { $0["images"].integer } == [16, 16, 16])
                #expect(
                    study["series"].list.compactMap { $0["part"].text } == [
                        "phase 1 of 3 (cardiac phase 0 %)", "phase 2 of 3 (cardiac phase 40 %)",
                        "phase 3 of 3 (cardiac phase 75 %)",
                    ])
                #expect(study["slices"].integer == 16)
                #expect(try !failures(report(folder)).contains("acquisitionConflict"))
            }
        }

        @Test func `where the phase is not told, the verdict is indeterminate`() throws {
            try use("04e-cardiac-percentage") { folder in
                _ = try Tools.shell(
                    "find \"$1\" -name '*.dcm' -exec dcmodify -nb -ea '(0020,9241)' -ea '(0018,1060)' {} +",
                    folder.input.path)
                let report = try report(folder)
                #expect(report["verdict"]["finding"].text == "indeterminate")
                #expect(failures(report) == ["acquisitionConflict"])
                let sentence = report["qualityFindings"].list.first?["detail"].text ?? ""
                #expect(sentence.contains("the one with the higher Instance Number was kept"), "\(sentence)")
            }
        }

        @Test func `two passes half a step apart are two parts of 16 slices`() throws {
            try use("04f-two-acq-half-step") { folder in
                let study = try inspected(folder)
                #expect(
                    study["series"].list.compactMap { $0["part"].text } == [
                        "phase 1 of 2 (acquisition 1)", "phase 2 of 2 (acquisition 2)",
                    ])
                #expect(study["series"].list.compactMap { $0["images"].integer } == [16, 16])
                #expect(try failures(report(folder)).isEmpty)
            }
        }

        @Test func `slices that leave less out come before thinner ones`() throws {
            try use("37-hrct-gap-vs-contiguous") { folder in
                let study = try inspected(folder)
                #expect(study["slices"].integer == 32)
                let reasons = study["series"].list.compactMap { $0["reason"].text }
                #expect(reasons.first?.contains("coverage 0.54 instead of 0.05") == true, "\(reasons)")
            }
        }

        /// A bundle that takes slices of up to 10 mm, so that nothing but its images refuses the head at hand.
        private func thickBundle(_ folder: RunFolder) throws -> String {
            try BundleCopy.make(in: folder.url) {
                $0.replacing(#/input-size: \d+/#, with: "input-size: 112")
                    .replacing("largest-slice-thickness-mm: 5", with: "largest-slice-thickness-mm: 10")
            }
        }

        @Test func `a head alone is no chest: indeterminate, not failed`() throws {
            try use("ge_head_tilt18_gap4to7_28", of: "series") { folder in
                let report = try report(folder, bundle: thickBundle(folder))
                #expect(report["verdict"]["finding"].text == "indeterminate")
                #expect(failures(report).contains("notAChest"))
                let air = report["series"].list.first?["trial"]["enclosedAirMillilitres"].number ?? -1
                // Sinuses and mastoid cells.
                #expect(air > 30 && air < 70, "\(air)")
            }
        }

        @Test(arguments: [true, false])
        func `a chest beside a head is scored, whether headers say so or the image`(areNamed: Bool) throws {
            try use("ge_head_tilt18_gap4to7_28", of: "series") { folder in
                try SmallStudies.copy(1, to: folder.input)
                // One study of one patient; without words only the images are left to tell the two apart.
                _ = try Tools.shell(
                    """
                    find "$1" -type f | tr '\\n' '\\0' | xargs -0 dcmodify -nb -i "0020,000d=2.25.1234" \
                        -i "0010,0020=TRAUMA"
                    if [ "$2" = false ]; then
                        find "$1" -type f | tr '\\n' '\\0' | xargs -0 dcmodify -nb -i "0018,0015=" -i "0008,103e=" \
                            -i "0018,1030="
                    fi
                    """, folder.input.path, "\(areNamed)")
                let bundle = try thickBundle(folder)
                let report = try report(folder, bundle: bundle)
                let series = report["series"].list
                let chosen = try #require(series.first { $0["isChosen"].flag == true })
                #expect(chosen["geometry"]["positions"].integer == 16, "\(chosen["reason"])")
                #expect(!failures(report).contains("notAChest"), "\(failures(report))")
                #expect(series.compactMap { $0["trial"]["left"].text } == (areNamed ? [] : ["notAChest"]))
                // Once more: nothing is decoded, nothing is new.
                let again = try Executable.run(folder.ingest(bundle: bundle))
                #expect(try again.lines(of: "study-end").compactMap { $0["end"].text } == ["unchanged"])
            }
        }

        @Test func `where no slice of the chosen series can be decoded, the next one is scored`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                // A copy that comes first, in RLE whose headers name 99 segments: no attribute says that.
                _ = try Tools.shell(
                    """
                    cp -r "$1/a" "$1/first"
                    find "$1/first" -name '*.dcm' | while read -r file; do
                        dcmcrle "$file" "$file.rle" && mv "$file.rle" "$file"
                        dcmodify -nb -gin -i "0020,000e=2.25.99" -i "0020,0011=0" "$file"
                    done
                    """, folder.input.path)
                let spoil = """
                    import pathlib, sys
                    for path in pathlib.Path(sys.argv[1]).rglob("*.dcm"):
                        data = bytearray(path.read_bytes())
                        item = bytes.fromhex("feff00e0")
                        fragment = data.index(item, data.index(item, data.index(bytes.fromhex("e07f1000"))) + 8)
                        data[fragment + 8:fragment + 12] = (99).to_bytes(4, "little")
                        path.write_bytes(data)
                    """
                _ = try Tools.python(spoil, [folder.input.appending(path: "first").path])
                let report = try report(folder)
                let series = report["series"].list
                #expect(series.compactMap { $0["trial"]["left"].text } == ["nothingDecodable"])
                let chosen = try #require(series.first { $0["isChosen"].flag == true })
                #expect(chosen["seriesInstanceUID"].text != "2.25.99")
                #expect(chosen["trial"]["detail"].text != nil && failures(report).isEmpty, "\(chosen)")
                let again = try Executable.run(folder.ingest())
                #expect(try again.lines(of: "study-end").compactMap { $0["end"].text } == ["unchanged"])
            }
        }

        @Test func `a volume in two series is indeterminate where the first ends within the lung`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                // The upper half becomes a series of its own.
                _ = try Tools.shell(
                    """
                    for file in $(find "$1" -name '*.dcm'); do
                        number=$(dcmdump +P InstanceNumber "$file" | sed 's/.*\\[\\(.*\\)\\].*/\\1/')
                        if [ "$number" -gt 10 ]; then dcmodify -nb -i "0020,000e=2.25.99" "$file"; fi
                    done
                    """, folder.input.path)
                let report = try report(folder)
                #expect(report["verdict"]["finding"].text == "indeterminate")
                #expect(failures(report).contains("seriesContinues"), "\(failures(report))")
            }
        }
    }
}
