import GantryCore

/// A judged study, with what a comparison looks at.
struct JudgedScan {
    var key = 1
    var patient = 1
    var date: String? = "20260101"
    var time: String? = "0900"
    var revision = 1
    /// The positive class's probability on each slice; nil: not selected.
    var probabilities: [Double?] = [0.9, 0.9, 0.1, 0.1]
    /// Of each slice, square millimetres; nil: not kept.
    var area: Double? = 10_000
    var spacing: Double? = 5
    var probability: Double? = 0.8
    var manufacturer: String? = "Maker"
    var model: String? = "Model 1"
    var scoringDigest = "s"
    var judgingDigest = "j"
    var judging = JudgingDefinition()
    var findings: [QualityFinding] = []
    var bands: Repeatability?
    var failedSince: StudyFailureSince?

    static func bands(
        _ probability: Double? = 0.05, lung: Double? = 20, extent: Double? = 4
    ) -> Repeatability {
        Repeatability(
            probability: probability, lungMillilitres: lung, extentMillimetres: extent, pairs: 40, dataSHA256: "d",
            measuringDigest: "m")
    }

    var slices: [SliceRecord] {
        probabilities.enumerated().map { index, probability in
            SliceRecord(
                index: index, sopInstanceUID: uid("1.2.\(key).\(index + 1)"), frameNumber: 1, instanceNumber: nil,
                positionMillimetres: Double(index) * (spacing ?? 1), lungFraction: 0.3,
                lungAreaSquareMillimetres: area, probabilities: probability.map { [1 - $0, $0] } ?? [],
                reason: probability == nil ? .sliceNotSelected : .scored, clampedPixels: 0)
        }
    }

    var geometry: SeriesGeometry {
        SeriesGeometry(
            positions: probabilities.count, sliceSpacingMillimetres: spacing, smallestSpacingMillimetres: spacing,
            largestSpacingMillimetres: spacing, isRegular: true, gaps: [], tiltDegrees: 0, normal: Vector3(0, 0, 1))
    }

    var record: StudyRecord {
        var (attributes, study) = (SeriesAttributes(), StudyAttributes())
        (attributes.manufacturer, attributes.manufacturerModelName) = (manufacturer, model)
        (study.studyDate, study.studyTime) = (date, time)
        let zero = Timestamp(millisecondsSince1970: 0)
        return StudyRecord(
            studyKey: Self.key(key), patientKey: PatientKey("000000000000000\(patient)") ?? Self.none(),
            studyInstanceUID: uid("1.2.\(key)"), patient: Patient(), study: study, revision: revision, judgedAt: zero,
            result: StudyResult(
                verdict: StudyVerdict(
                    finding: .indeterminate, probability: probability, interval: nil, fractionPositive: 0,
                    longestRun: 0, scoredSlices: probabilities.count { $0 != nil }, effectiveK: nil,
                    findings: findings),
                seriesDecisions: [
                    SeriesDecision(
                        seriesInstanceUID: uid("1.2"), attributes: attributes, instances: 4, rules: [], rank: 1,
                        isChosen: true, reason: "", geometry: geometry, transferSyntaxes: [],
                        sliceThicknessMillimetres: nil)
                ], slices: slices, files: [], keyPictures: [],
                provenance: Provenance(
                    gantryVersion: "", pipelineName: "", pipelineVersion: "", modelSHA256: "",
                    scoringDigest: scoringDigest, judgingDigest: judgingDigest, contentDigest: "",
                    classes: ["negative", "positive"], positiveClass: "positive", judging: judging,
                    repeatability: bands, startedAt: zero, finishedAt: zero, scoresFromStore: false)),
            failedSince: failedSince)
    }

    static func key(_ number: Int) -> StudyKey { StudyKey("00000000000000a\(number)") ?? none() }

    private static func none<Value>() -> Value { preconditionFailure("no key") }
}
