import GantryCore

/// What `report.html` shows of one record, as text and drawings; the template adds markup only.
struct StudyPage {
    let texts: ReportTexts
    let language: String
    /// Whether stored sentences are in another one.
    let isForeign: Bool
    let css: String
    let cssDigest: String
    let notice: String
    /// Where programs find the same, markup.
    let forPrograms: String
    let title: String
    let running: RunningHead
    /// The failure that came after this revision, where there is one.
    let failures: [FailureView]
    let hasFailures: Bool
    let identity: IdentityView
    let studyFacts: [Fact]
    let revisionText: String
    let newerRevision: String?
    /// What the other revisions are, a sentence each.
    let otherRevisions: [String]
    let verdict: VerdictView
    let quality: [QualityView]
    let slices: SlicesView
    let pictures: [PictureView]
    let hasPictures: Bool
    /// Why there is none.
    let noPictures: String
    /// That the page names nobody; nil where it does.
    let deidentified: String?
    /// Which of the pictures the study's number comes from.
    let picturesMeaning: String
    /// What is said of their maps; none where there are no maps.
    let maps: [MapsView]
    let hasMaps: Bool
    let series: [SeriesView]
    let files: FilesView
    let provenance: ProvenanceView

    /// A page of `record`; `history` tells of its other revisions. **Throws** `.cannotEncode` where a map cannot be
    /// drawn.
    init(_ record: StudyRecord, history: PatientHistory, _ texts: ReportTexts) throws(ReportFault) {
        self.texts = texts
        language = texts.language.tag
        isForeign = texts.isForeign
        (css, cssDigest) = StyleSheet.sheet(in: texts)
        notice = texts(.notice)
        let link = "<a href=\"report.json\">report.json</a>"
        forPrograms = texts.markup(
            .forPrograms, ["file": link, "schema": MarkupEscaping.escaped(ReportDocument.schemaName)])
        let result = record.result
        let date = IdentityText.date(record.study.studyDate)
        identity = IdentityView(record.patient, studyDate: record.study.studyDate, texts)
        running = RunningHead(record, texts)
        failures = [FailureView(ofPage: record, texts)].compactMap(\.self)
        hasFailures = !failures.isEmpty
        title = texts(.studyTitle, ["date": date ?? texts(.undated), "name": identity.name])
        let when = [date, IdentityText.time(record.study.studyTime)].compactMap(\.self).joined(separator: " ")
        studyFacts = [
            Fact(.studyDate, when.isEmpty ? nil : when, texts),
            Fact(.description, IdentityText.filled(record.study.studyDescription), texts),
            Fact(.accessionNumber, IdentityText.filled(record.study.accessionNumber), texts),
        ]
        revisionText = texts(
            .revisionJudged,
            ["revision": String(record.revision), "moment": IdentityText.moment(record.judgedAt, texts)])
        let others = history.otherRevisions(of: record)
        newerRevision = others.last.flatMap { newest in
            newest.revision > record.revision
                ? texts(.newerRevision, ["revision": String(newest.revision)]) : nil
        }
        otherRevisions = others.map { texts.otherRevision($0) }
        verdict = VerdictView(record, texts)
        quality = result.verdict.findings.map { QualityView($0, texts) }
        slices = SlicesView(result, texts)
        let mapScale = result.keyPictures.mapScale
        var pictures: [PictureView] = []
        for picture in result.keyPictures {
            pictures.append(
                try PictureView(picture, rank: pictures.count + 1, result: result, mapScale: mapScale, texts))
        }
        self.pictures = pictures
        maps = [try MapsView(result, texts)].compactMap(\.self)
        hasMaps = !maps.isEmpty
        hasPictures = !pictures.isEmpty
        noPictures = texts.noPictures(of: record)
        deidentified = record.deidentification.map { _ in texts(.deidentified) }
        picturesMeaning = PictureView.meaning(of: result, texts)
        let ordered = result.seriesDecisions.enumerated().sorted { left, right in
            let keys = [left, right].map { ($0.element.isChosen ? 0 : 1, $0.element.rank ?? Int.max, $0.offset) }
            return keys[0] < keys[1]
        }
        series = ordered.map { SeriesView($0.element, texts) }
        files = FilesView(result.files, texts)
        provenance = ProvenanceView(record, texts)
    }
}

extension ReportTexts {
    /// What another revision of a study is.
    func otherRevision(_ record: StudyRecord) -> String {
        let judging = record.result.provenance.judging
        let number = record.result.verdict.probability.map {
            probability($0, thresholds: [judging.negativeBelow, judging.positiveFrom])
        }
        return self(
            number == nil ? .otherRevision : .otherRevisionWithProbability,
            [
                "revision": String(record.revision), "moment": IdentityText.moment(record.judgedAt, self),
                "verdict": self(.finding(record.result.verdict.finding)), "probability": number ?? "",
            ])
    }

    /// Why a study has no pictures to show.
    func noPictures(of record: StudyRecord) -> String {
        switch record.deidentification?.withheldPictures {
        case .burnedInAnnotation: self(.picturesWithText)
        case .notKnownToBeClean: self(.picturesPerhapsWithText)
        case nil: self(.noPictures)
        }
    }
}

/// A quality finding.
struct QualityView {
    let name: String
    let detail: String
    let isFailure: Bool

    init(_ finding: QualityFinding, _ texts: ReportTexts) {
        name = texts(.quality(finding.code))
        detail = finding.detail
        isFailure = finding.isFailure
    }
}
