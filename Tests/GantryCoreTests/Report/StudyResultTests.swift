import GantryCore
import Testing

@Suite struct StudyResultTests {
    private static func slice(_ index: Int, probabilities: [Double], reason: FileReason) -> SliceRecord {
        SliceRecord(
            index: index, sopInstanceUID: uid("1.2.3.\(index + 1)"), frameNumber: 1, instanceNumber: nil,
            positionMillimetres: Double(index), lungFraction: nil, probabilities: probabilities, reason: reason,
            clampedPixels: 0)
    }

    static let slices = [
        slice(0, probabilities: [], reason: .sliceNotSelected), slice(1, probabilities: [0.2, 0.8], reason: .scored),
        slice(2, probabilities: [], reason: .damaged),
    ]

    private static func decision(isChosen: Bool) -> SeriesDecision {
        SeriesDecision(
            seriesInstanceUID: uid("1.2"), attributes: SeriesAttributes(), instances: 3, rules: [], rank: nil,
            isChosen: isChosen, reason: "", geometry: nil, transferSyntaxes: [], sliceThicknessMillimetres: nil)
    }

    private static func file(_ name: String) -> FileOutcome { FileOutcome(file: name, reason: .scored, detail: "") }

    private static func picture(_ index: Int) -> KeyPicture {
        KeyPicture(
            sliceIndex: index, window: .lung, orientation: PatientOrientation(right: "L", bottom: "P"), rows: 1,
            columns: 1, png: [])
    }

    private static let provenance = Provenance(
        gantryVersion: "", pipelineName: "", pipelineVersion: "", modelSHA256: "", scoringDigest: "",
        judgingDigest: "", contentDigest: "", classes: [], positiveClass: "", judging: JudgingDefinition(),
        startedAt: Timestamp(millisecondsSince1970: 0), finishedAt: Timestamp(millisecondsSince1970: 0),
        scoresFromStore: false)

    private static func verdict(scoredSlices: Int) -> StudyVerdict {
        StudyVerdict(
            finding: .indeterminate, probability: nil, interval: nil, fractionPositive: 0, longestRun: 0,
            scoredSlices: scoredSlices, effectiveK: nil, findings: [])
    }

    /// A result of these parts, as they are stored: of a sound one, but for those that are given.
    static func stored(
        scoredSlices: Int = 1, decisions: [Bool] = [false, true], slices: [SliceRecord] = slices,
        files: [String] = ["a", "b"], pictures: [Int] = [1]
    ) throws(StudyResult.Contradiction) -> StudyResult {
        try StudyResult(
            stored: verdict(scoredSlices: scoredSlices), seriesDecisions: decisions.map(decision), slices: slices,
            files: files.map(file), keyPictures: pictures.map(picture), provenance: provenance)
    }

    @Test func `parts that belong together are a result`() throws {
        let result = try Self.stored()
        #expect(
            result
                == StudyResult(
                    verdict: result.verdict, seriesDecisions: result.seriesDecisions, slices: result.slices,
                    files: result.files, keyPictures: result.keyPictures, provenance: result.provenance))
        #expect(throws: Never.self) { try Self.stored(scoredSlices: 0, slices: [], files: [], pictures: []) }
    }

    @Test func `stored parts that contradict each other are no result`() {
        #expect(throws: StudyResult.Contradiction.scoredSlices(verdict: 2, slices: 1)) {
            try Self.stored(scoredSlices: 2)
        }
        #expect(throws: StudyResult.Contradiction.chosenSeries(0)) { try Self.stored(decisions: [false]) }
        #expect(throws: StudyResult.Contradiction.chosenSeries(2)) { try Self.stored(decisions: [true, true]) }
        #expect(throws: StudyResult.Contradiction.endsOfOneFile) { try Self.stored(files: ["a", "b", "a"]) }
        #expect(throws: StudyResult.Contradiction.picture(slice: 3)) { try Self.stored(pictures: [1, 3]) }
        #expect(throws: StudyResult.Contradiction.probabilities(slice: 1)) {
            try Self.stored(slices: [Self.slices[0], Self.slice(1, probabilities: [], reason: .scored)])
        }
        #expect(throws: StudyResult.Contradiction.probabilities(slice: 2)) {
            try Self.stored(slices: [Self.slices[1], Self.slice(2, probabilities: [0.2, 0.8], reason: .damaged)])
        }
    }

    @Test func `images of origin are as many as slices`() throws {
        var result = try Self.stored()
        let plane = try #require(
            SlicePlane(
                imagePositionPatient: Vector3(0, 0, 0), rowDirection: Vector3(1, 0, 0),
                columnDirection: Vector3(0, 1, 0), rowSpacingMillimetres: 1, columnSpacingMillimetres: 1))
        let image = SourceImage(
            sopClassUID: uid("1.2"), seriesInstanceUID: uid("1.3"), frameOfReferenceUID: nil, numberOfFrames: 1,
            rows: 1, columns: 1, plane: plane, rescale: nil)
        func source(_ count: Int) -> StudySource {
            StudySource(
                attributes: SourceAttributes(), images: Array(repeating: image, count: count), minutesAheadOfUTC: 0)
        }
        result.source = source(3)
        #expect(result.source?.images.count == 3)
        #expect(throws: StudyResult.Contradiction.sourceImages(2, slices: 3)) {
            try StudyResult(
                stored: result.verdict, seriesDecisions: result.seriesDecisions, slices: result.slices,
                files: result.files, keyPictures: result.keyPictures, provenance: result.provenance,
                source: source(2))
        }
    }

    @Test func `a change that leads into a contradiction ends the program`() async throws {
        var result = try Self.stored()
        result.verdict.finding = .positive
        result.slices[0].positionMillimetres = -1
        result.files[0].reason = .damaged
        result.keyPictures = []
        #expect(result.slices[0].positionMillimetres == -1 && result.files[0].disposition == .rejected)
        await #expect(processExitsWith: .failure) {
            guard var result = try? StudyResultTests.stored() else { return }
            result.verdict.scoredSlices = 3
        }
        await #expect(processExitsWith: .failure) {
            guard var result = try? StudyResultTests.stored() else { return }
            result.slices[1].reason = .damaged
        }
    }
}
