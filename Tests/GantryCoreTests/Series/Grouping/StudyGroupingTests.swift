import GantryCore
import Testing

@Suite struct StudyGroupingTests {
    private let instances: [SOPInstance] =
        chest(4).instances + chest(3, series: "1.2.3.5").instances
        + (1...2).map { slice($0, z: Double($0), study: "1.2.9", series: "1.2.9.1") }

    @Test func `instances come together by study and series UID, in the order of UID and path`() {
        let studies = Study.grouping(instances)
        #expect(studies.map(\.studyInstanceUID.value) == ["1.2.3", "1.2.9"])
        #expect(studies[0].series.map(\.seriesInstanceUID.value) == ["1.2.3.4", "1.2.3.5"])
        #expect(studies[0].series.map(\.instances.count) == [4, 3])
        #expect(studies[1].series.map(\.instances.count) == [2])
        #expect(studies[0].series[0].instances.map(\.file) == (1...4).map { "1.2.3.4/\($0).dcm" })
    }

    @Test(arguments: 0..<20) func `the order of the files has no influence`(seed: Int) {
        var mixed = instances
        mixed.append(mixed[0])
        mixed[mixed.count - 1].file = "again/1.dcm"
        let expected = Study.grouping(mixed)
        var shuffler = Shuffler(UInt64(seed))
        mixed.shuffle(using: &shuffler)
        #expect(Study.grouping(mixed) == expected)
    }

    @Test func `folders have no influence on what belongs together`() {
        var scattered = instances
        for index in scattered.indices { scattered[index].file = "\(index % 3)/\(index)" }
        let studies = Study.grouping(scattered)
        #expect(studies.map { $0.series.map(\.instances.count) } == [[4, 3], [2]])
        #expect(studies.allSatisfy { $0.outcomes.isEmpty })
    }

    @Test func `of two files with one SOP Instance UID the first by path is kept and the other names it`() {
        var twice = instances
        var copy = twice[2]
        copy.file = "0/copy.dcm"
        twice.append(copy)
        let study = Study.grouping(twice)[0]
        #expect(study.series[0].instances.map(\.file).contains("0/copy.dcm"))
        #expect(study.outcomes.map(\.file) == ["1.2.3.4/3.dcm"])
        #expect(study.outcomes.map(\.reason) == [.duplicateInstance])
        #expect(study.outcomes[0].detail.contains("0/copy.dcm"))
        #expect(study.copies.map(\.file) == ["1.2.3.4/3.dcm"])
    }

    @Test func `every file is afterwards an instance or an outcome`() {
        let twice =
            instances
            + instances.map { instance in
                var copy = instance
                copy.file = "copies/" + instance.file
                return copy
            }
        let studies = Study.grouping(twice)
        let files = studies.flatMap { $0.series.flatMap { $0.instances.map(\.file) } + $0.outcomes.map(\.file) }
        #expect(files.sorted() == twice.map(\.file).sorted())
    }

    @Test func `files of a second patient are rejected without naming anybody`() {
        var mixed = chest(3).instances
        mixed[0].patient.patientID = nil
        mixed[1].patient.patientID = "ALICE"
        mixed[1].study.accessionNumber = "A7"
        mixed[2].patient.patientID = "BOB"
        let study = Study.grouping(mixed)[0]
        #expect(study.patient.patientID == "ALICE")
        #expect(study.attributes.accessionNumber == "A7")
        #expect(study.series[0].instances.map(\.file) == ["1.2.3.4/1.dcm", "1.2.3.4/2.dcm"])
        #expect(study.outcomes.map(\.reason) == [.patientConflict])
        #expect(!study.outcomes[0].detail.contains("ALICE") && !study.outcomes[0].detail.contains("BOB"))
    }

    @Test func `the patient whom most files name is the study's, wherever the other lies`() {
        var mixed = chest(5).instances
        for index in mixed.indices { mixed[index].patient.patientID = index < 2 ? "ALICE" : "BOB" }
        let study = Study.grouping(mixed)[0]
        #expect(study.patient.patientID == "BOB")
        #expect(study.outcomes.count == 2 && study.series[0].instances.count == 3)
    }

    @Test func `padding around a Patient ID and an absent issuer make no second patient`() {
        var mixed = chest(4).instances
        let patients = [("ALICE", nil), (" ALICE\0", "North"), ("ALICE ", " North "), ("\0", nil)]
        for (index, (patientID, issuer)) in patients.enumerated() {
            mixed[index].patient.patientID = patientID
            mixed[index].patient.issuerOfPatientID = issuer
        }
        let study = Study.grouping(mixed)[0]
        #expect(study.outcomes.isEmpty && study.series[0].instances.count == 4)
        // The issuer that some files name is the patient's.
        #expect(PatientIdentity(study.patient).issuer == "North")
    }

    @Test func `the same Patient ID of another issuer is another patient`() {
        var mixed = chest(5).instances
        for index in mixed.indices {
            mixed[index].patient.patientID = "1234"
            mixed[index].patient.issuerOfPatientID = index < 2 ? "South" : "North"
        }
        let study = Study.grouping(mixed)[0]
        #expect(study.patient.issuerOfPatientID == "North")
        #expect(study.outcomes.map(\.reason) == [.patientConflict, .patientConflict])
        #expect(study.series[0].instances.count == 3)
    }

    @Test func `a Patient ID is the same where its bytes are`() {
        var composed = Patient()
        composed.patientID = "caf\u{E9}"
        var decomposed = Patient()
        decomposed.patientID = "cafe\u{301}"
        #expect(PatientIdentity(composed) != PatientIdentity(decomposed))
        #expect(PatientIdentity(composed).contradicts(PatientIdentity(decomposed)))
        var inside = Patient()
        inside.patientID = " A\0B "
        #expect(PatientIdentity(inside).patientID == "A\u{FFFD}B")
    }

    @Test func `a slice put aside for what it calls itself is missed, a scout is not`() {
        var series = chest(12)
        series.instances[11].frame.imageType = ["DERIVED", "PRIMARY", "AXIAL"]
        let derived = SliceStack.stacks(of: series, rules: SeriesRules())[0]
        #expect(derived.stack?.slices.count == 11 && derived.evidence.unusableImages == 1)
        series.instances[11].frame.imageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
        let scout = SliceStack.stacks(of: series, rules: SeriesRules())[0]
        #expect(scout.stack?.slices.count == 11 && scout.evidence.unusableImages == 0)
    }

    @Test func `paths that look the same and differ in bytes have an order`() {
        let composed = "caf\u{E9}"
        let decomposed = "cafe\u{301}"
        #expect(composed == decomposed)
        #expect(pathPrecedes(decomposed, composed) && !pathPrecedes(composed, decomposed))
    }

    @Test func `no instances make no study`() {
        #expect(Study.grouping([]).isEmpty)
    }

    @Test func `another image under a UID that is taken is rejected and makes doubt`() throws {
        var series = chest(20)
        for index in stride(from: 1, to: 20, by: 2) {
            series.instances[index].sopInstanceUID = series.instances[index - 1].sopInstanceUID
        }
        let study = try #require(Study.grouping(series.instances).first)
        #expect(study.outcomes.map(\.reason) == Array(repeating: .instanceConflict, count: 10))
        #expect(study.outcomes.allSatisfy(\.mayBeSlice) && study.copies.isEmpty)
        let selection = SeriesSelection.decide(study, rules: SeriesRules())
        #expect(selection.chosen?.slices.count == 10)
        #expect(selection.outcomes.count { $0.reason == .instanceConflict } == 10)
    }
}
