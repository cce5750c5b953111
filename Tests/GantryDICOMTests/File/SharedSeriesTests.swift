import Foundation
import GantryCore
import GantryDICOM
import Testing

/// What is decided on the real series of the shared data, with what the table of series shows of each.
@Suite struct `Deciding on the shared series` {
    private let reader: DICOMFileReader

    init() throws { reader = try DICOMFileReader() }

    /// The studies of every file in `folders` below the series folder; archives are unpacked.
    private func withStudies(
        _ folders: [String], files: Int, _ body: ([Study]) throws -> Void
    ) throws {
        try SharedData.require(files) { data in
            try withTemporaryFolder { temporary in
                var instances: [SOPInstance] = []
                for (path, name, _) in try SharedData.manifest(data, unpackedBelow: temporary)
                where folders.contains(where: { name.hasPrefix("series/" + $0) }) {
                    instances.append(try reader.header(openPath: path, file: name))
                }
                #expect(instances.count == files)
                try body(Study.grouping(instances))
            }
        }
    }

    private func rows(_ decision: SeriesDecision) -> [String: String] {
        Dictionary(decision.rules.map { ($0.rule.rawValue, $0.measured) }, uniquingKeysWith: { first, _ in first })
    }

    @Test func `the chest of 133 slices is chosen, and its duplicated file is one`() throws {
        try withStudies(["lidc0001_chest_133", "lidc0001_duplicate_slices"], files: 134) { studies in
            let study = try #require(studies.first)
            let selection = SeriesSelection.decide(study, rules: SeriesRules())
            let decision = try #require(selection.decisions.first)
            #expect(studies.count == 1 && selection.decisions.count == 1 && decision.isChosen && decision.part == nil)
            #expect(decision.instances == 133 && selection.chosen?.slices.count == 133)
            #expect(selection.outcomes.map(\.reason) == [.duplicateInstance])
            let rows = rows(decision)
            #expect(rows["modality"] == "CT" && rows["ct image"] == "CT Image Storage")
            #expect(rows["image"] == "one frame of 512 x 512, MONOCHROME2")
            #expect(rows["hounsfield"] == "slope 1.000, intercept -1024")
            #expect(rows["axial"] == "1.00" && rows["gantry tilt"] == "0.0 degrees")
            #expect(rows["slice thickness"] == "2.5 mm" && rows["even thickness"] == "0.00 mm")
            #expect(rows["square pixels"] == "1.000 (0.703 x 0.703 mm)")
            #expect(rows["regular spacing"] == "2.50 mm" && rows["gaps"] == "none")
            #expect(rows["one image a position"] == "everywhere" && rows["slices"] == "133")
            #expect(rows["lossy compression"] == "none declared")
            #expect(selection.evidence == StackEvidence())
        }
    }

    @Test func `the tilted head with gaps and two thicknesses is too thick, and every measure is shown`() throws {
        try withStudies(["ge_head_tilt18_gap4to7_28"], files: 28) { studies in
            let selection = SeriesSelection.decide(try #require(studies.first), rules: SeriesRules())
            let decision = try #require(selection.decisions.first)
            #expect(selection.decisions.count == 1 && selection.chosen == nil)
            #expect(decision.rules.filter { !$0.passed }.map(\.rule) == [.sliceThickness])
            let rows = rows(decision)
            #expect(rows["slice thickness"] == "7.0 mm (4.0 to 7.0 mm)" && rows["even thickness"] == "3.00 mm")
            #expect(rows["gantry tilt"] == "18.5 degrees" && rows["axial"] == "0.95")
            #expect(rows["regular spacing"] == "4.00 mm (1.08 to 7.00 mm)")
            #expect(rows["gaps"] == "none; the step changes to 7.00 mm from slice 15 to slice 28")
            #expect(selection.outcomes.allSatisfy { $0.reason == .seriesNotChosen })
        }
    }

    @Test func `localizer, exam summary and dose report are refused, each by its rule`() throws {
        try withStudies(["philips_"], files: 3) { studies in
            let selections = studies.map { SeriesSelection.decide($0, rules: SeriesRules(fewestSlices: 1)) }
            #expect(selections.allSatisfy { $0.chosen == nil })
            let reasons = selections.flatMap(\.decisions).map(\.reason).sorted()
            // The summary and the dose report are one series.
            #expect(reasons.count == 2)
            #expect(reasons.contains { $0.contains("its objects are Secondary Capture Image Storage") })
            #expect(reasons.contains { $0.contains("Image Type says LOCALIZER: an overview image, not a volume") })
            #expect(
                selections.flatMap(\.outcomes).map(\.reason.rawValue).sorted()
                    == ["notCTImage", "notCTImage", "seriesNotChosen"])
        }
    }

    @Test func `scouts and series of a few slices are refused, the scouts by geometry alone too`() throws {
        try withStudies(["pydicom_tiny"], files: 11) { studies in
            let decisions = studies.flatMap { SeriesSelection.decide($0, rules: SeriesRules()).decisions }
            #expect(decisions.count == 3 && decisions.allSatisfy { !$0.isChosen && $0.part == nil })
            let few = decisions.filter { $0.rules.filter { !$0.passed }.map(\.rule) == [.slices] }
            #expect(few.map(\.instances).sorted() == [4, 5])
            let brain = try #require(few.first { $0.instances == 4 })
            #expect(rows(brain)["gaps"] == "1 gap of up to 202.50 mm, 161 slices missing")
            var nameless = studies
            for study in nameless.indices {
                for series in nameless[study].series.indices {
                    for index in nameless[study].series[series].instances.indices {
                        nameless[study].series[series].instances[index].frames[0].imageType = [
                            "ORIGINAL", "PRIMARY", "AXIAL",
                        ]
                    }
                }
            }
            let scouts = try #require(
                nameless.flatMap { SeriesSelection.decide($0, rules: SeriesRules(fewestSlices: 1)).decisions }
                    .first { $0.instances == 2 })
            #expect(rows(scouts)["not a localizer"] == "2 images, not axial")
            #expect(scouts.reason.hasPrefix("Not chosen: 2 images, not axial: an overview image"))
        }
    }
}
