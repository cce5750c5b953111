import GantryCore
import GantryPipeline
import GantryTestSupport
import Testing

/// Small studies and everything around them.
struct Setting {
    var reader = InMemoryStudyReader()
    var secondReader: FakeSecondReader?
    var secondOpinion = SecondOpinionExtent.sample
    var scorer = FaultyScorer()
    let store = InMemoryStudyStore()
    /// What a run is given: `store`, and what goes wrong with it.
    let faultyStore: FaultyStudyStore
    let writtenReports = InMemoryReportWriter()
    /// What a run is given: `writtenReports`, and what goes wrong with them.
    let reports: FaultyReportWriter
    var observer = FakeObserver()
    var time = FakeTime()
    var stop = StopFlag()
    var judging = JudgingDefinition(aggregation: .mean, fewestScoredSlices: 3)
    var freeBytes: Int64 = 100_000_000_000
    var jobs = 1
    var scoringThreads = 1
    var groupSize = 4
    var keyPictures = 2
    var explain = true
    var largestShareOutsideBody = 0.5
    var lung = SliceSelectionRule.all
    var description = ""
    /// The fake reader's slices enclose no air unless it is told so.
    var smallestLungMillilitres = 0.0
    var readerLimits = ReaderLimits()
    var retriesQuarantined = false
    var positiveClass = "positive"
    var repeatability: Repeatability?

    init() {
        faultyStore = FaultyStudyStore(store)
        reports = FaultyReportWriter(writtenReports)
    }

    var definition: PipelineDefinition {
        var rules = SeriesRules(fewestSlices: 4)
        rules.smallestLungMillilitres = smallestLungMillilitres
        return PipelineDefinition(
            name: "test", version: "1", description: description,
            scoring: ScoringDefinition(
                model: ModelDescription(
                    file: "model.safetensors", sha256: String(repeating: "0", count: 64),
                    architecture: .resNet50(classes: 2),
                    classes: ["negative", "positive"], positiveClass: positiveClass),
                preparation: PreparationDefinition(), sliceSelection: lung,
                seriesRules: rules),
            judging: judging,
            report: ReportDefinition(
                keyPictures: keyPictures, explain: explain, largestShareOutsideBody: largestShareOutsideBody),
            secondOpinion: secondOpinion, repeatability: repeatability)
    }

    var environment: RunEnvironment {
        let free = freeBytes
        var settings = RunSettings(gantryVersion: "test", jobs: jobs, scoringThreads: scoringThreads)
        settings.groupSize = groupSize
        settings.readerLimits = readerLimits
        settings.retriesQuarantined = retriesQuarantined
        return RunEnvironment(
            bundle: PipelineBundle(folder: "bundle", definition: definition, modelPath: "bundle/model.safetensors"),
            reader: reader, secondReader: secondReader, scorer: scorer, store: faultyStore, reports: reports,
            observer: observer, settings: settings, clock: time, steadyClock: time, waker: time, stop: stop,
            freeSpace: { FreeSpace(path: "out", bytes: free) }, random: { 0 })
    }

    /// Has every file that the reader knows, and these further ones, in the folder `data`.
    func lister(extra: [String] = [], outcomes: [FileOutcome] = []) -> InMemoryFileLister {
        let files = reader.content.withLock { Array($0.instances.keys) + Array($0.rejected.keys) } + extra
        var lister = InMemoryFileLister()
        lister.put("data", files: files, outcomes: outcomes)
        return lister
    }

    /// Ingests what `lister` has.
    func ingest(extra: [String] = [], outcomes: [FileOutcome] = []) -> RunSummary {
        IngestRun(environment, list: lister(extra: extra, outcomes: outcomes).list).run(paths: ["data"])
    }

    /// Adds a CT series of `slices` slices, whose probabilities are in thousandths; a nil slice is missing.
    func add(study: Int, slices: [Int?], folder: String? = nil, series: Int = 1, patient: String = "P1") throws {
        for (number, thousandths) in slices.enumerated() {
            guard let thousandths else { continue }
            // Names run against the order of the slices, so that order by name would show.
            let file = "\(folder ?? "study\(study)")/\(900 - number).dcm"
            let instance = try instance(study: study, series: series, number: number, file: file, patient: patient)
            reader.content.withLock {
                $0.instances[file] = instance
                $0.thousandths[file] = thousandths
            }
        }
    }

    private func instance(study: Int, series: Int, number: Int, file: String, patient: String) throws -> SOPInstance {
        var instance = SOPInstance(
            file: file, sopInstanceUID: try #require(UID("1.2.\(study).\(series).\(number + 1)")),
            sopClassUID: try #require(UID("1.2.840.10008.5.1.4.1.1.2")),
            studyInstanceUID: try #require(UID("1.2.\(study)")),
            seriesInstanceUID: try #require(UID("1.2.\(study).\(series)")), transferSyntax: .explicitVRLittleEndian)
        instance.patient.patientID = patient
        instance.series.modality = "CT"
        var frame = ImageFrame()
        frame.imageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        instance.instanceNumber = number + 1
        instance.pixels = PixelDescription(rows: 8, columns: 8, isSigned: true)
        frame.rescale = Rescale(rescaleSlope: 1, rescaleIntercept: 0, rescaleType: "HU")
        frame.sliceThicknessMillimetres = 2.5
        frame.plane = SlicePlane(
            imagePositionPatient: Vector3(0, 0, Double(number) * 2.5), rowDirection: Vector3(1, 0, 0),
            columnDirection: Vector3(0, 1, 0), rowSpacingMillimetres: 1, columnSpacingMillimetres: 1)
        instance.frames = [frame]
        return instance
    }
}

extension StudyEnd {
    /// The code of a failure; nil where it is none.
    var failureCode: StudyFailure.Code? {
        if case .failed(let code, _) = self { return code }
        return nil
    }
}
