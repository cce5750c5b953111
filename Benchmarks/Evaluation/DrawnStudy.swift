import GantryCore
import GantryStore

/// A study whose slices' scores and truth are drawn: one of two of a patient, of one of four scanners.
struct DrawnStudy {
    /// Slices of a study.
    static let slices = 30

    private let number: Int
    private let uid: UID
    private let scores: [Double]
    private let isPositive: [Bool]

    /// The study of this number, always the same.
    init(_ number: Int) throws {
        self.number = number
        uid = try Self.uid("1.2.826.0.1.3680043.10.999.\(number + 1)")
        func drawn(_ place: Int) -> Double {
            Double(Elementary.splitMix64(seed: 17, counter: UInt64(1000 * number + place)) >> 11) * 0x1p-53
        }
        // Two of five are ill, and of these a third of the slices; the network is mostly right.
        let isIll = drawn(999) < 0.4
        let known = (0..<Self.slices).map { isIll && (10..<20).contains($0) }
        scores = known.enumerated().map { place, isPositive in
            let noise = drawn(3 * place) + drawn(3 * place + 1) + drawn(3 * place + 2)
            return min(max((isPositive ? 0.45 : 0.1) + 0.25 * noise, 0.001), 0.999)
        }
        self.isPositive = known
    }

    /// Its lines of the table.
    var truth: String {
        let isIll = isPositive.contains(true)
        return "\(uid),,\(isIll ? "ill" : "healthy")\n"
            + isPositive.enumerated().map { "\(uid),\(uid).1.\($0 + 1),\($1 ? "ill" : "healthy")\n" }.joined()
    }

    /// Puts its verdict into a store, as a run does.
    func judge(in store: SQLiteStudyStore) throws {
        let now = Timestamp(millisecondsSince1970: 1_795_000_000_000 + Int64(number) * 1000)
        let (patient, attributes) = identity
        let key = try store.enqueue(
            EnqueuedStudy(
                studyInstanceUID: uid, patient: patient, study: attributes, root: "/data", fileCount: Self.slices),
            now: now
        ).studyKey
        guard let lease = try store.claim(worker: "benchmark", among: [key], leaseSeconds: 60, now: now) else {
            throw DrawingFault(description: "study \(number) cannot be claimed")
        }
        _ = try store.commit(
            try result(at: now), of: StudyIdentity(patient: patient, attributes: attributes), under: lease, now: now)
        try store.finish(lease, note: "", now: now)
    }

    private var identity: (Patient, StudyAttributes) {
        var patient = Patient()
        patient.patientID = "P\(number / 2)"
        patient.patientBirthDate = "19\(40 + number % 60)0101"
        patient.patientSex = number % 2 == 0 ? "F" : "M"
        var attributes = StudyAttributes()
        attributes.studyDate = "20260\(1 + number % 9)01"
        return (patient, attributes)
    }

    private func result(at now: Timestamp) throws -> StudyResult {
        let judging = JudgingDefinition()
        let slices = try scores.enumerated().map { place, score in
            SliceRecord(
                index: place, sopInstanceUID: try Self.uid("\(uid).1.\(place + 1)"), frameNumber: 1,
                instanceNumber: place + 1, positionMillimetres: 5 * Double(place), lungFraction: 0.3,
                probabilities: [1 - score, score], reason: .scored, clampedPixels: 0)
        }
        let geometry = SeriesGeometry(
            positions: Self.slices, sliceSpacingMillimetres: 5, smallestSpacingMillimetres: 5,
            largestSpacingMillimetres: 5, isRegular: true, gaps: [], tiltDegrees: 0, normal: Vector3(0, 0, 1))
        var series = SeriesAttributes()
        series.modality = "CT"
        series.manufacturer = ["North", "East", "South", "West"][number % 4]
        series.convolutionKernel = number % 3 == 0 ? "B70f" : "B40f"
        let digest = String(repeating: "0", count: 64)
        return StudyResult(
            verdict: judging.judge(
                slices: slices, positiveClassIndex: 1, geometry: geometry, quality: [], quantiles: nil),
            seriesDecisions: [
                SeriesDecision(
                    seriesInstanceUID: try Self.uid("\(uid).1"), attributes: series, instances: Self.slices, rules: [],
                    rank: 1, isChosen: true, reason: "the only one", geometry: geometry,
                    transferSyntaxes: [.explicitVRLittleEndian], sliceThicknessMillimetres: 5)
            ], slices: slices,
            files: slices.map { FileOutcome(file: "\(number)/\($0.index).dcm", reason: .scored, detail: "") },
            keyPictures: [],
            provenance: Provenance(
                gantryVersion: "benchmark", pipelineName: "benchmark", pipelineVersion: "1", modelSHA256: digest,
                scoringDigest: digest, judgingDigest: digest, contentDigest: "\(number)", classes: ["healthy", "ill"],
                positiveClass: "ill", judging: judging, startedAt: now, finishedAt: now, scoresFromStore: false))
    }

    private static func uid(_ text: String) throws -> UID {
        guard let uid = UID(text) else { throw DrawingFault(description: "\(text) is no UID") }
        return uid
    }
}

/// The store could not be made.
struct DrawingFault: Error, CustomStringConvertible {
    var description: String
}
