import GantryCore
import GantryReports
import Testing

/// Records for tests and for looking at: each a plain value that a test may change.
enum SampleRecord {
    static let classes = ["normal", "pneumonia", "covid19"]

    /// A study of `count` slices, 5 mm apart, whose probabilities rise towards the middle up to `peak`; the first and
    /// last sixth hold no lung. One suitable second series, a localizer, a dose report, a file cut short.
    static func study(
        key: Int = 1, patient: Int = 1, date: String? = "20261114", peak: Double = 0.93, finding: Finding = .positive,
        count: Int = 45, spacing: Double = 5, findings: [QualityFinding] = [], revision: Int = 1, pictures: Int = 3,
        side: Int = 256
    ) throws -> StudyRecord {
        let slices = try (0..<count).map { try slice($0, of: count, peak: peak, spacing: spacing) }
        let ranked = slices.filter { $0.reason == .scored }.sorted { positive($0) > positive($1) }
        let top = Array(ranked.prefix(3)).map(positive)
        let mean = top.isEmpty ? nil : top.reduce(0, +) / Double(top.count)
        let keyPictures = try ranked.prefix(pictures).map { slice in
            KeyPicture(
                sliceIndex: slice.index, window: .lung, orientation: PatientOrientation(right: "L", bottom: "P"),
                rows: side,
                columns: side,
                png: try PNGPicture.encodeGreyscale(
                    pixels: SamplePicture.pixels(side: side, seed: slice.index + 7, hasOpacity: peak > 0.5),
                    rows: side, columns: side))
        }
        let files =
            slices.map { FileOutcome(file: "CT\(String($0.index + 1, padded: 4)).dcm", reason: $0.reason, detail: "") }
            + (1...2).map {
                FileOutcome(file: "scout/\($0).dcm", reason: .seriesNotChosen, detail: "its series is a localizer")
            }
            + [
                FileOutcome(file: "dose.dcm", reason: .notCTImage, detail: "the object has no image"),
                FileOutcome(
                    file: "CT\(String(count + 1, padded: 4)).dcm", reason: .damaged,
                    detail: "the file ends 1,204 bytes before its data does"),
            ]
        return StudyRecord(
            studyKey: try #require(StudyKey(String(0x00A1_0000_0000_0000 + key, radix: 16).padded(16))),
            patientKey: try #require(PatientKey(String(0x00B2_0000_0000_0000 + patient, radix: 16).padded(16))),
            studyInstanceUID: try uid("1.2.826.0.1.3680043.10.1.\(key)"), patient: person(),
            study: studyAttributes(date: date, number: key), revision: revision,
            judgedAt: Timestamp(millisecondsSince1970: 1_794_000_000_123 + Int64(revision) * 3_600_000),
            result: StudyResult(
                verdict: StudyVerdict(
                    finding: finding, probability: mean,
                    interval: mean.map { ProbabilityInterval(lower: max(0, $0 - 0.061), upper: min(1, $0 + 0.032)) },
                    fractionPositive: ranked.isEmpty
                        ? 0 : Double(ranked.count { positive($0) >= 0.5 }) / Double(ranked.count),
                    longestRun: ranked.count { positive($0) >= 0.5 }, scoredSlices: ranked.count,
                    effectiveK: mean == nil ? nil : 3, findings: findings),
                seriesDecisions: try series(count: count, spacing: spacing), slices: slices, files: files,
                keyPictures: Array(keyPictures), provenance: provenance()))
    }

    /// Bands as they are measured on phantoms.
    static func bands() -> Repeatability {
        Repeatability(
            probability: 0.0473, lungMillilitres: 186.2, extentMillimetres: 17.4, pairs: 60,
            dataSHA256: String(repeating: "9c01", count: 16), measuringDigest: String(repeating: "77ab", count: 16))
    }

    /// Studies of one patient: the first, more, no clear change, less on another scanner, one of another bundle, one of
    /// a version that kept no areas, one with a hole.
    static func course() throws -> [StudyRecord] {
        func scan(_ key: Int, _ date: String, _ peak: Double, _ change: (inout StudyRecord) -> Void = { _ in })
            throws -> StudyRecord
        {
            var record = try study(key: key, patient: 6, date: date, peak: peak, pictures: 1)
            record.result.provenance.repeatability = bands()
            let judging = record.result.provenance.judging
            record.result.verdict = judging.judge(
                slices: record.result.slices, positiveClassIndex: 2,
                geometry: record.result.seriesDecisions.first(where: \.isChosen)?.geometry, quality: [])
            change(&record)
            return record
        }
        return [
            try scan(20, "20260103", 0.62),
            try scan(21, "20260117", 0.91),
            try scan(22, "20260131", 0.93),
            try scan(23, "20260302", 0.71) { record in
                for index in record.result.seriesDecisions.indices {
                    record.result.seriesDecisions[index].attributes.manufacturerModelName = "Another"
                }
            },
            try scan(24, "20260401", 0.8) { $0.result.provenance.scoringDigest = String(repeating: "0", count: 64) },
            try scan(25, "20260501", 0.5) { record in
                record.result.provenance.repeatability = nil
                for index in record.result.slices.indices {
                    record.result.slices[index].lungAreaSquareMillimetres = nil
                }
            },
            try scan(26, "20260601", 0.3) { record in
                record.result.verdict.finding = .indeterminate
                record.result.verdict.findings = [
                    QualityFinding(code: .missingSlices, isFailure: true, detail: "2 slices are missing.")
                ]
            },
        ]
    }

    static func positive(_ slice: SliceRecord) -> Double { slice.probabilities.last ?? 0 }

    static func slice(_ index: Int, of count: Int, peak: Double, spacing: Double) throws -> SliceRecord {
        let place = Double(index) / Double(max(count - 1, 1))
        let isLung = count < 6 || (place > 0.17 && place < 0.83)
        let hill = 1 - abs(place - 0.42) / 0.42
        let ripple = Double((index * 37) % 17) / 17 - 0.5
        let positive = min(max(peak * max(0, hill) + 0.09 * ripple, 0.004), 0.996)
        return SliceRecord(
            index: index, sopInstanceUID: try uid("1.2.826.0.1.3680043.10.1.3.\(index + 1)"), frameNumber: 1,
            instanceNumber: count - index, positionMillimetres: -310.5 + spacing * Double(index),
            lungFraction: isLung ? 0.41 * (1 - abs(place - 0.5)) : 0.01,
            lungAreaSquareMillimetres: isLung ? 21_000 * (1 - abs(place - 0.5)) : 300,
            probabilities: isLung ? [(1 - positive) * 0.8, (1 - positive) * 0.2, positive] : [],
            reason: isLung ? .scored : .sliceNotSelected, clampedPixels: 0,
            remarks: index == 1 ? [SliceRemark(.missingEndMarker, count: 1, ofPixels: 262_144)] : [])
    }

    /// One slice that differs, one without a witness of its pixels, one without any.
    static func secondOpinion(_ extent: SecondOpinionExtent = .sample) throws -> SecondOpinion {
        let uids = try (1...3).map { try uid("1.2.826.0.1.3680043.10.1.3.\($0)") }
        return SecondOpinion(
            extent: extent,
            slices: [
                SliceOpinion(
                    sopInstanceUID: uids[0], frameNumber: 1, compared: .pixels,
                    differences: [.init(attribute: "RescaleIntercept", ours: "-1024", theirs: "0")]),
                SliceOpinion(
                    sopInstanceUID: uids[1], frameNumber: 1, compared: .attributes,
                    unreadAttributes: ["PixelSpacing"], remark: "DCMTK has no codec"),
                SliceOpinion(
                    sopInstanceUID: uids[2], frameNumber: 1, compared: .nothing,
                    remark: "no second opinion: no answer from the reader process within 20.0 s"),
            ])
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

    static func studyAttributes(date: String?, number: Int) -> StudyAttributes {
        var study = StudyAttributes()
        study.studyDate = date
        study.studyTime = "091530.000"
        study.studyDescription = "CT Thorax nativ"
        study.accessionNumber = "A20261114-\(number)"
        return study
    }

    static func provenance() -> Provenance {
        Provenance(
            gantryVersion: "0.1.0", pipelineName: "covid19-chest-ct", pipelineVersion: "1",
            pipelineDescription: "Fitted to phantoms, for demonstration.",
            modelSHA256: String(repeating: "3fa85c0d", count: 8),
            scoringDigest: String(repeating: "b19e44d7", count: 8),
            judgingDigest: String(repeating: "07c2aa61", count: 8),
            contentDigest: String(repeating: "e5d03f98", count: 8),
            classes: classes, positiveClass: "covid19", judging: JudgingDefinition(),
            startedAt: Timestamp(millisecondsSince1970: 1_794_000_000_000),
            finishedAt: Timestamp(millisecondsSince1970: 1_794_000_004_321), scoresFromStore: false)
    }

    static func series(count: Int, spacing: Double) throws -> [SeriesDecision] {
        [
            try decision(
                1, "Topogramm 0.6 T20f", kernel: "T20f", instances: 2, spacing: nil, rank: nil,
                reason: "It is a localizer: Image Type says LOCALIZER and its two planes are not parallel.",
                failed: true),
            try decision(
                2, "Thorax 5.0 Br40", kernel: "Br40", instances: count, spacing: spacing, rank: 2,
                reason: "It passes every rule; series 3 has a lung kernel, which the pipeline prefers.", failed: false),
            try decision(
                3, "Lunge 5.0 Bl57", kernel: "Bl57", instances: count, spacing: spacing, rank: 1,
                reason: "Of 2 suitable series it has the preferred lung kernel.", failed: false),
        ]
    }

    static func decision(
        _ number: Int, _ description: String, kernel: String, instances: Int, spacing: Double?, rank: Int?,
        reason: String, failed: Bool
    ) throws -> SeriesDecision {
        var attributes = SeriesAttributes()
        attributes.modality = "CT"
        attributes.seriesNumber = number
        attributes.seriesDescription = description
        attributes.convolutionKernel = kernel
        attributes.patientPosition = "HFS"
        attributes.kilovoltPeak = 120
        attributes.manufacturer = "Gantry Phantom"
        attributes.manufacturerModelName = "ChestPhantom"
        let rules = [
            RuleOutcome(rule: .modality, expected: "CT", measured: "CT", passed: true),
            RuleOutcome(
                rule: .notALocalizer, expected: "parallel axial planes, no LOCALIZER in Image Type",
                measured: failed ? "ORIGINAL\\PRIMARY\\LOCALIZER" : "ORIGINAL\\PRIMARY\\AXIAL", passed: !failed),
            RuleOutcome(
                rule: .sliceThickness, expected: "at most 5 mm", measured: failed ? "0.6 mm" : "5 mm", passed: true),
            RuleOutcome(
                rule: .slices, expected: "at least 10", measured: String(instances), passed: instances >= 10),
        ]
        return SeriesDecision(
            seriesInstanceUID: try uid("1.2.826.0.1.3680043.10.1.2.\(number)"),
            part: number == 2 ? "stack 1 of 2 (Stack ID 1)" : nil, attributes: attributes, instances: instances,
            images: number == 2 ? instances : nil, rules: rules, rank: rank, isChosen: rank == 1, reason: reason,
            geometry: spacing.map {
                SeriesGeometry(
                    positions: instances, sliceSpacingMillimetres: $0, smallestSpacingMillimetres: $0,
                    largestSpacingMillimetres: $0, isRegular: true, gaps: [], tiltDegrees: 0, normal: Vector3(0, 0, 1))
            },
            transferSyntaxes: [.explicitVRLittleEndian], sliceThicknessMillimetres: failed ? 0.6 : 5)
    }

    /// The study with a hole of two slices, two unreadable slices and a tilt: indeterminate.
    static func doubtful() throws -> StudyRecord {
        var record = try study(
            key: 2, date: "20261203", peak: 0.71, finding: .indeterminate,
            findings: [
                QualityFinding(
                    code: .missingSlices, isFailure: true,
                    detail: "2 slices are missing after slice 21, where neighbours are 15 mm apart instead of 5 mm."),
                QualityFinding(
                    code: .unreadableSlices, isFailure: true,
                    detail: "2 slices of the chosen series could not be decoded."),
                QualityFinding(code: .tiltedGantry, isFailure: false, detail: "The gantry was tilted by 12.5 degrees."),
                QualityFinding(code: .rejectedFiles, isFailure: false, detail: "3 files of this study were rejected."),
            ])
        var (verdict, slices, files) = (record.result.verdict, record.result.slices, record.result.files)
        for index in [12, 13] {
            slices[index].reason = .pixelDataIncomplete
            slices[index].probabilities = []
            files[index] = FileOutcome(
                file: files[index].file, reason: .pixelDataIncomplete,
                detail: "131,072 bytes of pixel data were expected and 65,536 found")
        }
        for index in 21..<slices.count { slices[index].positionMillimetres += 10 }
        verdict.scoredSlices = slices.count { $0.reason == .scored }
        record.result = StudyResult(
            verdict: verdict, seriesDecisions: record.result.seriesDecisions, slices: slices, files: files,
            keyPictures: record.result.keyPictures, provenance: record.result.provenance)
        for index in record.result.seriesDecisions.indices where record.result.seriesDecisions[index].isChosen {
            record.result.seriesDecisions[index].geometry = SeriesGeometry(
                positions: 45, sliceSpacingMillimetres: 5, smallestSpacingMillimetres: 5, largestSpacingMillimetres: 15,
                isRegular: false, gaps: [.init(afterSlice: 20, distanceMillimetres: 15, missingSlices: 2)],
                tiltDegrees: 12.5, normal: Vector3(0, 0.2164, 0.9763))
        }
        return record
    }

    /// A study under the rules that the covid19-chest-ct pipeline is shipped with, judged by Core: `spacing` of 10 mm
    /// decides by 3 slices, of 2.5 mm by 12.
    static func shipped(
        key: Int, date: String = "20261114", peak: Double, count: Int = 40, spacing: Double,
        quality: [QualityFinding] = []
    ) throws -> StudyRecord {
        var record = try study(
            key: key, patient: 4, date: date, peak: peak, count: count, spacing: spacing, pictures: 6)
        let judging = JudgingDefinition(
            aggregation: .topKMean(k: 3, referenceSpacingMillimetres: 10), negativeBelow: 0.7, positiveFrom: 0.85)
        record.result.provenance.judging = judging
        record.result.verdict = judging.judge(
            slices: record.result.slices, positiveClassIndex: 2,
            geometry: record.result.seriesDecisions.first(where: \.isChosen)?.geometry, quality: quality)
        return record
    }

    /// The study after a delivery of which nothing could be scored.
    static func failedSince(key: Int = 1, patient: Int = 1, date: String? = "20261114") throws -> StudyRecord {
        var record = try study(key: key, patient: patient, date: date, revision: 2)
        record.failedSince = StudyFailureSince(
            at: Timestamp(millisecondsSince1970: 1_795_961_025_678), code: .noSuitableSeries,
            detail: "The study's only series cannot be scored (series 3: 5 slices; the pipeline asks for at least 10).")
        return record
    }

    /// The study without a number, pictures or slices.
    static func empty() throws -> StudyRecord {
        var record = try study(
            key: 3, date: nil, finding: .indeterminate, count: 0,
            findings: [
                QualityFinding(
                    code: .tooFewSlices, isFailure: true, detail: "No slice was scored; the pipeline asks for 5.")
            ])
        record.patient = Patient()
        record.study = StudyAttributes()
        return record
    }

    static func uid(_ text: String) throws -> UID { try #require(UID(text)) }
}

extension String {
    init(_ number: Int, padded width: Int) { self = String(number).padded(width) }

    func padded(_ width: Int) -> String { String(repeating: "0", count: max(0, width - utf8.count)) + self }
}
