extension Progression {
    /// What is said of `record` beside the others of its patient among `records`: of each study its latest revision.
    ///
    /// Compared is the latest study that lies before it, by study date and of the same day by study time, and whose
    /// numbers were made as its own were. What lies nearer is named in `passedOver`; a study without a date is compared
    /// with none, and none with it.
    public init(of record: StudyRecord, among records: [StudyRecord]) {
        let others = Self.latest(records).filter {
            $0.studyKey != record.studyKey && $0.patientKey == record.patientKey
        }
        guard let moment = StudyMoment(record) else {
            self.init(absence: others.isEmpty ? .firstStudy : .undated)
            return
        }
        let earlier = others.compactMap { other in StudyMoment(other).map { (moment: $0, record: other) } }
            .filter { $0.moment.date < moment.date || $0.moment.date == moment.date && $0.moment.mayPrecede(moment) }
            .sorted { ($1.moment.sortKey, $1.record.studyKey.value) < ($0.moment.sortKey, $0.record.studyKey.value) }
        guard !earlier.isEmpty else {
            self.init(absence: .firstStudy)
            return
        }
        guard let positive = PositiveSlices(record.result) else {
            self.init(absence: .nothingScored)
            return
        }
        var passedOver: [PassedOver] = []
        for (otherMoment, other) in earlier {
            func passOver(_ obstacle: Obstacle) {
                passedOver.append(
                    PassedOver(studyKey: other.studyKey, studyDate: other.study.studyDate, because: obstacle))
            }
            guard otherMoment.precedes(moment) else {
                passOver(.orderUnknown)
                continue
            }
            guard other.result.provenance.measuresAs(record.result.provenance) else {
                passOver(.otherBundle)
                continue
            }
            guard let previous = PositiveSlices(other.result) else {
                passOver(.nothingScored)
                continue
            }
            self.init(
                comparison: Comparison(record, positive, since: other, previous), absence: nil,
                passedOver: passedOver)
            return
        }
        self.init(comparison: nil, absence: .nothingComparable, passedOver: passedOver)
    }

    private init(absence: Absence) { self.init(comparison: nil, absence: absence, passedOver: []) }

    private static func latest(_ records: [StudyRecord]) -> [StudyRecord] {
        var latest: [StudyKey: StudyRecord] = [:]
        for record in records where latest[record.studyKey].map({ $0.revision < record.revision }) ?? true {
            latest[record.studyKey] = record
        }
        return Array(latest.values)
    }
}

extension Progression.Comparison {
    fileprivate init(
        _ record: StudyRecord, _ positive: PositiveSlices, since other: StudyRecord, _ previous: PositiveSlices
    ) {
        let reservations = Self.reservations(record, since: other)
        let bands = record.result.provenance.repeatability
        func measure(_ value: Double?, _ previous: Double?, _ band: Double?) -> Progression.Measure {
            Progression.Measure(value, since: previous, band: band, isCalled: reservations.isEmpty)
        }
        self.init(
            studyKey: other.studyKey, revision: other.revision, studyDate: other.study.studyDate,
            reservations: reservations, repeatability: bands,
            probability: measure(
                record.result.verdict.probability, other.result.verdict.probability, bands?.probability),
            lungMillilitres: measure(positive.lungMillilitres, previous.lungMillilitres, bands?.lungMillilitres),
            extentMillimetres: measure(
                positive.extentMillimetres, previous.extentMillimetres, bands?.extentMillimetres),
            positive: positive, previousPositive: previous)
    }

    private static func reservations(_ record: StudyRecord, since other: StudyRecord) -> [Progression.Reservation] {
        var found: [Progression.Reservation] = []
        let scanners = (Scanner(record.result), Scanner(other.result))
        if let now = scanners.0, let then = scanners.1 {
            if now != then { found.append(.otherScanner) }
        } else {
            found.append(.scannerUnknown)
        }
        if record.result.verdict.isDoubtful { found.append(.doubtful) }
        if other.result.verdict.isDoubtful { found.append(.previousDoubtful) }
        if record.failedSince != nil { found.append(.failedSince) }
        if other.failedSince != nil { found.append(.previousFailedSince) }
        return found
    }
}

/// Make and model of the scanner of the series that was scored.
private struct Scanner: Equatable {
    let manufacturer: String
    let model: String

    /// Nil where one of the two is not named. Case and spaces at the ends mean nothing.
    init?(_ result: StudyResult) {
        guard let attributes = result.seriesDecisions.first(where: \.isChosen)?.attributes,
            let manufacturer = PatientIdentity.significant(attributes.manufacturer),
            let model = PatientIdentity.significant(attributes.manufacturerModelName)
        else { return nil }
        (self.manufacturer, self.model) = (manufacturer.lowercased(), model.lowercased())
    }
}

/// When a study was made, as its date and time say.
private struct StudyMoment {
    let date: String
    let time: String

    /// Nil where it has no date.
    init?(_ record: StudyRecord) {
        guard let date = record.study.studyDate.flatMap(DICOMDate.init) else { return nil }
        (self.date, time) = (date.iso, PatientIdentity.significant(record.study.studyTime) ?? "")
    }

    /// Unknown times sort last.
    var sortKey: String { date + (time.isEmpty ? "~" : time) }

    /// Whether this is known to lie before the other.
    func precedes(_ other: StudyMoment) -> Bool {
        date < other.date || date == other.date && !time.isEmpty && !other.time.isEmpty && time < other.time
    }

    /// Whether this may lie before the other.
    func mayPrecede(_ other: StudyMoment) -> Bool {
        precedes(other) || date == other.date && (time.isEmpty || other.time.isEmpty || time == other.time)
    }
}

extension StudyVerdict {
    /// Whether what was seen is incomplete or in doubt; that the probability lies between the thresholds is no doubt
    /// about what was measured.
    var isDoubtful: Bool { findings.contains { $0.isFailure && $0.code != .betweenThresholds } }
}

extension Provenance {
    /// Whether the numbers of both were made alike: what decides a verdict of them need not be the same.
    package func measuresAs(_ other: Provenance) -> Bool {
        scoringDigest == other.scoringDigest && judging.aggregation == other.judging.aggregation
            && judging.slicePositiveFrom == other.judging.slicePositiveFrom
    }
}
