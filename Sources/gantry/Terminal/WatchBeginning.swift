import GantryCore
import GantryPipeline

/// What `gantry watch` says first: what it watches, with what, and where what comes of it is kept.
struct WatchBeginning: Encodable {
    /// The pipeline, as a bundle says it.
    struct Pipeline: Encodable {
        var name: String
        var version: String
        var scoringDigest: String
        var judgingDigest: String
    }

    var at: Timestamp
    var gantryVersion: String
    /// The drop folder, as the person named it.
    var folder: String
    /// Number of files that lie there.
    var files: Int
    var pipeline: Pipeline
    var store: String
    var reports: String

    init(_ environment: RunEnvironment, folder: String, files: Int, store: String, reports: String) {
        let (bundle, definition) = (environment.bundle, environment.bundle.definition)
        at = environment.clock.now()
        gantryVersion = environment.settings.gantryVersion
        self.folder = folder
        self.files = files
        pipeline = Pipeline(
            name: definition.name, version: definition.version, scoringDigest: bundle.scoringDigest,
            judgingDigest: bundle.judgingDigest)
        self.store = store
        self.reports = reports
    }

    /// The same in a sentence; of a digest the first digits tell enough.
    var sentence: String {
        "gantry \(gantryVersion) watches \(folder) (\(counted(files, "file"))): pipeline \(pipeline.name) "
            + "\(pipeline.version), scoring digest \(pipeline.scoringDigest.prefix(12)), judging digest "
            + "\(pipeline.judgingDigest.prefix(12)); store \(store), reports \(reports)"
    }
}
