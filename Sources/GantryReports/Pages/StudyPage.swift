import GantryCore

/// What `report.html` shows of one record, as text and drawings; the template adds markup only.
struct StudyPage {
    let css = StyleSheet.css
    let cssDigest = StyleSheet.digest
    let notice = Notice.text
    let schemaName = ReportDocument.schemaName
    let title: String
    let running: RunningHead
    /// The failure that came after this revision, where there is one.
    let failures: [FailureView]
    let hasFailures: Bool
    let identity: IdentityView
    let studyFacts: [Fact]
    let revisionText: String
    let newerRevision: String?
    let otherRevisions: [RevisionView]
    let verdict: VerdictView
    let quality: [QualityView]
    let slices: SlicesView
    let pictures: [PictureView]
    let hasPictures: Bool
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
    init(_ record: StudyRecord, history: PatientHistory) throws(ReportFault) {
        let result = record.result
        let date = IdentityText.date(record.study.studyDate)
        identity = IdentityView(record.patient, studyDate: record.study.studyDate)
        running = RunningHead(record)
        failures = [FailureView(ofPage: record)].compactMap(\.self)
        hasFailures = !failures.isEmpty
        title = "CT report \(date ?? "undated") \u{2013} \(identity.name)"
        let when = [date, IdentityText.time(record.study.studyTime)].compactMap(\.self).joined(separator: " ")
        studyFacts = [
            Fact("Study date", when.isEmpty ? nil : when),
            Fact("Description", IdentityText.filled(record.study.studyDescription)),
            Fact("Accession number", IdentityText.filled(record.study.accessionNumber)),
        ]
        revisionText = "Revision \(record.revision), judged \(IdentityText.moment(record.judgedAt))"
        let others = history.otherRevisions(of: record)
        newerRevision = others.last.flatMap { newest in
            newest.revision > record.revision
                ? "A newer revision (\(newest.revision)) of this study exists." : nil
        }
        otherRevisions = others.map(RevisionView.init)
        verdict = VerdictView(record)
        quality = result.verdict.findings.map(QualityView.init)
        slices = SlicesView(result)
        let mapScale = result.keyPictures.mapScale
        var pictures: [PictureView] = []
        for picture in result.keyPictures {
            pictures.append(
                try PictureView(picture, rank: pictures.count + 1, result: result, mapScale: mapScale))
        }
        self.pictures = pictures
        maps = [try MapsView(result)].compactMap(\.self)
        hasMaps = !maps.isEmpty
        hasPictures = !pictures.isEmpty
        picturesMeaning = PictureView.meaning(of: result)
        let ordered = result.seriesDecisions.enumerated().sorted { left, right in
            let keys = [left, right].map { ($0.element.isChosen ? 0 : 1, $0.element.rank ?? Int.max, $0.offset) }
            return keys[0] < keys[1]
        }
        series = ordered.map { SeriesView($0.element) }
        files = FilesView(result.files)
        provenance = ProvenanceView(record)
    }
}

/// Another revision of the same study.
struct RevisionView {
    let revision: Int
    let judgedAt: String
    let word: String
    let probability: String?

    init(_ record: StudyRecord) {
        let judging = record.result.provenance.judging
        revision = record.revision
        judgedAt = IdentityText.moment(record.judgedAt)
        word = CodeText.finding(record.result.verdict.finding)
        probability = record.result.verdict.probability.map {
            DecimalText.probability($0, thresholds: [judging.negativeBelow, judging.positiveFrom])
        }
    }
}

/// A quality finding.
struct QualityView {
    let name: String
    let detail: String
    let isFailure: Bool

    init(_ finding: QualityFinding) {
        name = CodeText.quality(finding.code)
        detail = finding.detail
        isFailure = finding.isFailure
    }
}
