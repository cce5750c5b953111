import GantryCore
import Testing

/// Values for the tests: every optional field once present and once absent, numbers that need all their digits.
enum Samples {
    static func moment(_ seconds: Int64) -> Timestamp {
        Timestamp(millisecondsSince1970: 1_795_000_000_000 + seconds * 1000)
    }

    static func uid(_ text: String) throws -> UID { try #require(UID(text)) }

    static func identity(
        _ number: Int = 1, patientID: String? = "PAT-7", issuer: String? = nil, date: String? = "20261101",
        time: String? = "101500"
    ) -> StudyIdentity {
        var patient = Patient()
        patient.patientID = patientID
        patient.issuerOfPatientID = issuer
        patient.patientName = "Müller^Åsa\0^^Dr"
        patient.patientBirthDate = "19610504"
        patient.patientSex = "F"
        var attributes = StudyAttributes()
        attributes.studyDate = date
        attributes.studyTime = time
        attributes.studyDescription = "CT Thorax \"nativ\" \\ 1 mm\n胸部"
        attributes.accessionNumber = "ACC-\(number)"
        return StudyIdentity(patient: patient, attributes: attributes)
    }

    static func study(
        _ number: Int, patientID: String? = "PAT-7", issuer: String? = nil, date: String? = "20261101",
        time: String? = "101500", root: String = "/data/in", files: Int = 3
    ) throws -> EnqueuedStudy {
        let identity = identity(number, patientID: patientID, issuer: issuer, date: date, time: time)
        return EnqueuedStudy(
            studyInstanceUID: try uid("1.2.826.0.1.3680043.10.999.\(number)"), patient: identity.patient,
            study: identity.attributes, root: root, fileCount: files)
    }

    static func result(slices count: Int = 4, probability: Double? = 0.1 + 0.2, salt: Int = 0) throws -> StudyResult {
        let slices = try (0..<count).map { try slice($0, salt: salt) }
        return StudyResult(
            verdict: StudyVerdict(
                finding: probability == nil ? .indeterminate : .negative, probability: probability,
                interval: probability.map { ProbabilityInterval(lower: $0 / 3, upper: min(1, $0 * 1.7)) },
                fractionPositive: 1.0 / 3, longestRun: 2, scoredSlices: slices.count { $0.reason == .scored },
                effectiveK: count > 3 ? 3 : nil,
                findings: [
                    QualityFinding(code: .tiltedGantry, isFailure: false, detail: "tilt 12.5 degrees"),
                    QualityFinding(code: .missingSlices, isFailure: true, detail: "2 slices are missing"),
                ]),
            seriesDecisions: try decisions(), slices: slices, files: files(), keyPictures: pictures(),
            provenance: provenance(salt: salt))
    }

    static func slice(_ index: Int, salt: Int) throws -> SliceRecord {
        let p = 1 / Double(index + 3)
        let isScored = index % 5 != 4
        return SliceRecord(
            index: index, sopInstanceUID: try uid("1.2.3.\(salt).\(index + 1)"), frameNumber: 1,
            instanceNumber: index % 3 == 0 ? nil : index, positionMillimetres: -1234.1 + 0.7 * Double(index),
            lungFraction: isScored ? p : nil, lungAreaSquareMillimetres: isScored ? 1e4 * p : nil,
            probabilities: isScored ? [p, 1 - p] : [],
            reason: isScored ? .scored : .sliceNotSelected, clampedPixels: index % 2,
            remarks: index % 3 == 1 ? [SliceRemark(.strayBits, count: index + 1, ofPixels: 5000)] : [])
    }

    static func decisions() throws -> [SeriesDecision] {
        var attributes = SeriesAttributes()
        attributes.modality = "CT"
        attributes.seriesNumber = 3
        attributes.convolutionKernel = "B70f"
        attributes.kilovoltPeak = 120
        let geometry = SeriesGeometry(
            positions: 40, sliceSpacingMillimetres: 1.1, smallestSpacingMillimetres: 1.0999,
            largestSpacingMillimetres: 3.3, isRegular: false,
            gaps: [.init(afterSlice: 12, distanceMillimetres: 3.3, missingSlices: 2)], tiltDegrees: 0.1,
            normal: Vector3(0, 0.1, 0.99))
        let rule = RuleOutcome(rule: .axial, expected: "|z| >= 0.9", measured: "0.99", passed: true)
        return [
            SeriesDecision(
                seriesInstanceUID: try uid("1.2.3.1"), attributes: attributes, instances: 40, rules: [rule], rank: 1,
                isChosen: true, reason: "thinnest", geometry: geometry,
                transferSyntaxes: [.explicitVRLittleEndian, .jpegLSLossless], sliceThicknessMillimetres: 1.25),
            SeriesDecision(
                seriesInstanceUID: try uid("1.2.3.2"), attributes: SeriesAttributes(), instances: 1, rules: [],
                rank: nil, isChosen: false, reason: "a localizer", geometry: nil, transferSyntaxes: [],
                sliceThicknessMillimetres: nil),
        ]
    }

    static func files() -> [FileOutcome] {
        [
            FileOutcome(file: "a/IM 1.dcm", reason: .scored, detail: ""),
            FileOutcome(file: "a/b'\"; DROP TABLE study; --", reason: .damaged, detail: "ends at byte 12\0 of 800"),
        ]
    }

    static func pictures() -> [KeyPicture] {
        [
            KeyPicture(
                sliceIndex: 2, window: .lung, orientation: PatientOrientation(right: "LP", bottom: "PF"), rows: 256,
                columns: 128,
                png: (0..<5000).map { UInt8($0 % 251) }),
            KeyPicture(
                sliceIndex: 0, window: Window(windowCenterHU: 40.5, windowWidthHU: 400, function: .sigmoid),
                orientation: PatientOrientation(right: "LP", bottom: "PF"), rows: 0, columns: 0, png: []),
        ]
    }

    static func provenance(salt: Int) -> Provenance {
        Provenance(
            gantryVersion: "0.1.0", pipelineName: "covid19-chest-ct", pipelineVersion: "1", modelSHA256: "ab",
            scoringDigest: "s\(salt)", judgingDigest: "j", contentDigest: "c\(salt)", classes: ["normal", "covid"],
            positiveClass: "covid", judging: JudgingDefinition(), startedAt: moment(1), finishedAt: moment(2),
            scoresFromStore: false)
    }

    static func failure(_ code: StudyFailure.Code = .noSuitableSeries) throws -> StudyFailure {
        StudyFailure(
            code: code, detail: "no series is axial", seriesDecisions: Array(try decisions().suffix(1)), files: files())
    }
}
