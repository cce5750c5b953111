import GantryCore
import GantryReports
import Testing

/// A stored verdict on a chest CT, with the images it was reached on; each a plain value that a test may change.
enum SampleRecord {
    static let classes = ["normal", "pneumonia", "covid19"]

    static func uid(_ text: String) throws -> UID { try #require(UID(text)) }

    static func study(
        slices count: Int = 12, probability: Double? = 0.8999999761581421, finding: Finding = .positive,
        pictures: Int = 3, findings: [QualityFinding] = [], revision: Int = 1, hasMaps: Bool = true
    ) throws -> StudyRecord {
        let slices = try (0..<count).map { try slice($0, isScored: probability != nil && $0 > 0) }
        let scored = slices.filter { $0.reason == .scored }
        return StudyRecord(
            studyKey: try #require(StudyKey("00a1000000000001")),
            patientKey: try #require(PatientKey("00b2000000000001")),
            studyInstanceUID: try uid("1.2.826.0.1.3680043.10.1.1"), patient: person(), study: attributes(),
            revision: revision,
            judgedAt: Timestamp(millisecondsSince1970: 1_794_000_000_123 + Int64(revision) * 3_600_000),
            result: StudyResult(
                verdict: StudyVerdict(
                    finding: finding, probability: scored.isEmpty ? nil : probability,
                    interval: nil, fractionPositive: 0.5, longestRun: 2, scoredSlices: scored.count,
                    effectiveK: 3, findings: findings),
                seriesDecisions: [
                    SeriesDecision(
                        seriesInstanceUID: try uid("1.2.826.0.1.3680043.10.1.2"), attributes: SeriesAttributes(),
                        instances: count, rules: [], rank: 1, isChosen: true, reason: "", geometry: nil,
                        transferSyntaxes: [.explicitVRLittleEndian], sliceThicknessMillimetres: 5)
                ],
                slices: slices, files: [],
                keyPictures: try scored.suffix(pictures).reversed().map { try picture($0, hasMap: hasMaps) },
                provenance: provenance(), source: try source(of: slices)))
    }

    static func slice(_ index: Int, isScored: Bool) throws -> SliceRecord {
        let positive = min(0.999, Double(index) / 13)
        return SliceRecord(
            index: index, sopInstanceUID: try uid("1.2.826.0.1.3680043.10.1.3.\(index + 1)"), frameNumber: 1,
            instanceNumber: index + 1, positionMillimetres: -310.5 + 5 * Double(index), lungFraction: 0.3,
            probabilities: isScored ? [(1 - positive) / 2, (1 - positive) / 2, positive] : [],
            reason: isScored ? .scored : .sliceNotSelected, clampedPixels: 0)
    }

    static func picture(_ slice: SliceRecord, hasMap: Bool = true, rows: Int = 96, columns: Int = 128) throws
        -> KeyPicture
    {
        let pixels = (0..<rows * columns).map { UInt8(truncatingIfNeeded: $0 % columns + 2 * ($0 / columns)) }
        let map = try #require(ActivationMap(rows: 2, columns: 2, values: [0, 0.25, 0.5, 1]))
        return KeyPicture(
            sliceIndex: slice.index, window: .lung, orientation: PatientOrientation(right: "L", bottom: "P"),
            rows: rows, columns: columns,
            png: try PNGPicture.encodeGreyscale(pixels: pixels, rows: rows, columns: columns),
            explanation: hasMap ? SliceExplanation(map: map, outsideBodyShare: 0.1) : nil)
    }

    static func image(_ index: Int) throws -> SourceImage {
        SourceImage(
            sopClassUID: try uid("1.2.840.10008.5.1.4.1.1.2"), seriesInstanceUID: try uid("1.2.826.0.1.3680043.10.1.2"),
            frameOfReferenceUID: try uid("1.2.826.0.1.3680043.10.1.4"), numberOfFrames: 1, rows: 96, columns: 128,
            plane: try #require(
                SlicePlane(
                    imagePositionPatient: Vector3(-160, -160, -310.5 + 5 * Double(index)),
                    rowDirection: Vector3(1, 0, 0), columnDirection: Vector3(0, 1, 0), rowSpacingMillimetres: 0.7,
                    columnSpacingMillimetres: 0.7)),
            rescale: Rescale(rescaleSlope: 1, rescaleIntercept: -1024))
    }

    static func source(of slices: [SliceRecord]) throws -> StudySource {
        var attributes = SourceAttributes()
        attributes.studyID = "4711"
        attributes.referringPhysicianName = "Okoro^Ngozi"
        attributes.procedureCodes = [CodedEntry(value: "24627-2", scheme: "LN", meaning: "CT Chest")]
        var request = ImagingRequest()
        request.requestedProcedureID = "RP-1"
        request.requestedProcedureDescription = "CT Thorax nativ"
        attributes.requests = [request]
        attributes.institutionName = "St. Elsewhere"
        return StudySource(
            attributes: attributes, images: try slices.map { try image($0.index) }, minutesAheadOfUTC: 60)
    }

    static func person() -> Patient {
        var patient = Patient()
        patient.patientID = "GY-0042-7"
        patient.issuerOfPatientID = "Ward 3"
        patient.patientName = "Lindqvist^Astrid^Maria^Dr"
        patient.patientBirthDate = "19610309"
        patient.patientSex = "F"
        return patient
    }

    static func attributes() -> StudyAttributes {
        var study = StudyAttributes()
        study.studyDate = "20261114"
        study.studyTime = "091530.000"
        study.studyDescription = "CT Thorax nativ"
        study.accessionNumber = "A20261114-1"
        return study
    }

    static func provenance() -> Provenance {
        Provenance(
            gantryVersion: "0.1.0", pipelineName: "covid19-chest-ct", pipelineVersion: "1",
            modelSHA256: String(repeating: "3fa85c0d", count: 8),
            scoringDigest: String(repeating: "b19e44d7", count: 8),
            judgingDigest: String(repeating: "07c2aa61", count: 8),
            contentDigest: String(repeating: "e5d03f98", count: 8), classes: classes, positiveClass: "covid19",
            judging: JudgingDefinition(), startedAt: Timestamp(millisecondsSince1970: 1_794_000_000_000),
            finishedAt: Timestamp(millisecondsSince1970: 1_794_000_004_321), scoresFromStore: false)
    }

    /// One file of 40 frames, of which each slice is one.
    static func multiFrame() throws -> StudyRecord {
        var record = try study()
        let uid = try uid("1.2.826.0.1.3680043.10.1.9")
        let enhanced = try self.uid("1.2.840.10008.5.1.4.1.1.2.1")
        for index in record.result.slices.indices {
            record.result.slices[index].sopInstanceUID = uid
            record.result.slices[index].frameNumber = 40 - index
            record.result.source?.images[index].sopClassUID = enhanced
            record.result.source?.images[index].numberOfFrames = 40
        }
        return record
    }

    /// What other systems write: nothing of the patient, or too much of everything.
    static func awkward() throws -> StudyRecord {
        var record = try study(
            findings: [
                QualityFinding(
                    code: .missingSlices, isFailure: true,
                    detail: "<script>alert(1)</script> \\ ^ =cmd| \u{FFFD} " + String(repeating: "lang ", count: 3000))
            ])
        record.studyInstanceUID = try uid("1." + String(repeating: "1", count: 62))
        record.patient.patientID = "A\\B ^ =cmd| <script>" + String(repeating: "9", count: 80)
        record.patient.patientName = "Müller\\^Åsa^^^^zu viel=山田^花子=やまだ^はなこ=x" + String(repeating: "ß", count: 90)
        record.patient.patientBirthDate = "20261399"
        record.patient.patientSex = "divers"
        record.patient.issuerOfPatientID = "Вторая больница"
        record.study.studyDate = "00000000"
        record.study.studyTime = "996199.1"
        record.study.studyDescription = "胸部 <script>alert(\"x\")</script> \\ \n" + String(repeating: "ab", count: 60)
        record.study.accessionNumber = "ACC\\1 länger als sechzehn"
        var attributes = SourceAttributes()
        attributes.timezoneOffsetFromUTC = "+0530"
        attributes.studyID = String(repeating: "7", count: 40)
        attributes.referringPhysicianName = "<b>^\\=^"
        attributes.procedureCodes = [
            CodedEntry(value: "ein Code, der zu lang ist", scheme: "99X", meaning: "x"),
            CodedEntry(value: "CTTHO", scheme: "99X", meaning: "Thorax \\ Übersicht"),
        ]
        attributes.issuerOfAccessionNumber = IdentifierIssuer(localNamespaceEntityID: "RIS \\ 1")
        record.result.source?.attributes = attributes
        record.result.provenance.positiveClass = "Kovid-19 – <Verdacht> auf \\ beiden Seiten"
        record.result.provenance.classes[2] = record.result.provenance.positiveClass
        record.result.provenance.pipelineName = "pipeline_of.a-name"
        record.result.provenance.pipelineVersion = "2\\3"
        record.result.source?.images[11].isLossy = true
        record.result.source?.images[11].lossyCompressionRatio = 10.0 / 3
        return record
    }

    /// Nothing that may be absent is there.
    static func bare() throws -> StudyRecord {
        var record = try study(hasMaps: false)
        record.patient = Patient()
        record.study = StudyAttributes()
        record.result.source?.attributes = SourceAttributes()
        return record
    }

    /// Slices whose planes lean, as a tilted gantry makes them.
    static func tilted() throws -> StudyRecord {
        var record = try study(
            findings: [QualityFinding(code: .tiltedGantry, isFailure: false, detail: "tilt 12.5 degrees")])
        let plane = try #require(
            SlicePlane(
                imagePositionPatient: Vector3(-160, -158.7, 0), rowDirection: Vector3(1, 0, 0),
                columnDirection: Vector3(0, 0.9763, -0.2164), rowSpacingMillimetres: 0.7,
                columnSpacingMillimetres: 0.7))
        for index in record.result.slices.indices { record.result.source?.images[index].plane = plane }
        return record
    }

    /// A second revision, on later slices, that names the first.
    static func second() throws -> StudyRecord {
        var record = try study(slices: 14, probability: 0.3, finding: .negative, revision: 2)
        record.preceding = PrecedingRevision(revision: 1, provenance())
        record.result.provenance.contentDigest = String(repeating: "0a", count: 32)
        return record
    }
}

/// The records that every format must say right.
enum Sample: String, CaseIterable, Sendable {
    case plain, multiFrame, awkward, bare, tilted, second, unscored, indeterminate, thousands

    func record() throws -> StudyRecord {
        switch self {
        case .plain: try SampleRecord.study()
        case .multiFrame: try SampleRecord.multiFrame()
        case .awkward: try SampleRecord.awkward()
        case .bare: try SampleRecord.bare()
        case .tilted: try SampleRecord.tilted()
        case .second: try SampleRecord.second()
        case .unscored:
            try SampleRecord.study(
                probability: nil, finding: .indeterminate,
                findings: [
                    QualityFinding(code: .tooFewSlices, isFailure: true, detail: "0 slices were scored; 5 are needed")
                ])
        case .indeterminate: try SampleRecord.study(probability: 1e-7, finding: .indeterminate)
        case .thousands: try SampleRecord.study(slices: 2000)
        }
    }
}
