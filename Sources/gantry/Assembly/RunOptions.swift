import ArgumentParser
import Foundation
import GantryCore
import GantryDICOM
import GantryGround
import GantryInference
import GantryPipeline
import GantryReports
import GantryStore
import GantryTensors

/// Options of the commands that score, and how their parts are put together.
struct RunOptions: ParsableArguments {
    @Option(help: RunOptions.pipelineHelp)
    var pipeline: String?

    /// Said of `--pipeline` in every command.
    static let pipelineHelp = ArgumentHelp(
        "Folder of the pipeline bundle. (default: Pipelines/covid19-chest-ct here, or the installed one)",
        valueName: "bundle")

    @OptionGroup var trust: TrustOptions

    @OptionGroup var location: StoreLocation

    @OptionGroup var readerLimits: ReaderLimitOptions

    @Option(help: ArgumentHelp("Folder for the reports.", valueName: "folder"))
    var output: String = "gantry/reports"

    @Option(help: ArgumentHelp("Studies worked on at once.", valueName: "n"))
    var jobs: Int = 1

    @Option(
        name: .customLong("smallest-free-gb"),
        help: ArgumentHelp("Take no work while the store's or the reports' disk has less free.", valueName: "gb"))
    var smallestFreeGB: Double = 5

    @Flag(help: "Print one JSON object a line instead of the closing table.")
    var json = false

    func validate() throws {
        guard (1...64).contains(jobs) else { throw ValidationError("--jobs takes 1 to 64, not \(jobs).") }
        guard (0...1e6).contains(smallestFreeGB) else { throw ValidationError("--smallest-free-gb takes 0 or more.") }
    }

    /// `named`; otherwise `Pipelines/covid19-chest-ct` below the current folder, or where `make install` puts it.
    static func bundleFolder(_ named: String?) -> String {
        named ?? usualBundles.first { FileManager.default.fileExists(atPath: $0) } ?? usualBundles[0]
    }

    /// Where a bundle is sought when none is named, in this order.
    private static var usualBundles: [String] {
        let local = "Pipelines/covid19-chest-ct"
        let installed = URL(filePath: executablePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "share/gantry").appending(path: local).path
        return [local, installed]
    }

    /// **Throws** `CommandFault` (78) where no bundle is named and none lies where one is sought.
    private func requireBundle() throws(CommandFault) {
        guard pipeline == nil, !Self.usualBundles.contains(where: FileManager.default.fileExists(atPath:)) else {
            return
        }
        let here = FileManager.default.currentDirectoryPath
        throw CommandFault(
            ExitStatus.configuration,
            """
            no pipeline bundle: --pipeline names none, and there is none at
              \(here)/\(Self.usualBundles[0])
              \(Self.usualBundles[1])
            `make` in Gantry's source makes the first; `gantry bundle create` makes one of a network of your own.
            """)
    }

    /// Refuses a bundle that scores no studies, for it is for images or its training has not ended (78), before
    /// anything of the input is read. What else may be wrong with it, `assemble` says.
    func refuseBundleOfNoStudies() throws(BundleFault) {
        try PipelineBundle.refuse(Self.bundleFolder(pipeline), unlessFor: .ct)
    }

    /// What children are started from: the very file that this process runs, also where an upgrade has put another in
    /// its place meanwhile, which might speak to its children in another way.
    static let childExecutable = "/proc/self/exe"

    /// Where this executable was when it was started.
    private static var executablePath: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: childExecutable)) ?? CommandLine.arguments[0]
    }

    /// Refuses a store or an output inside an input folder: nothing is ever written there.
    func refuseWritingInto(_ roots: [String]) throws(CommandFault) {
        try Self.refuse(writing: [("--store", location.store), ("--output", output)], into: roots)
    }

    /// Has the store keep in mind which folders are input, so that `report` refuses to write there too.
    static func remember(inputs: [String], in store: any StudyStore) throws(StoreFault) {
        var isFolder: ObjCBool = false
        let folders = inputs.map(resolved).filter {
            FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && isFolder.boolValue
        }
        try store.remember(inputs: folders)
    }

    /// Refuses the paths of options that lie inside an input folder.
    static func refuse(writing paths: [(option: String, path: String)], into roots: [String]) throws(CommandFault) {
        for root in roots {
            let rootPath = resolved(root)
            let below = rootPath == "/" ? "/" : rootPath + "/"
            for (option, path) in paths where resolved(path) == rootPath || resolved(path).hasPrefix(below) {
                throw CommandFault(
                    ExitStatus.usage,
                    "\(option) \(path) lies inside the input \(root); nothing is written there. Name another place.")
            }
        }
    }

    /// The absolute path with links resolved as far as it exists.
    private static func resolved(_ path: String) -> String {
        var missing: [String] = []
        var url = URL(filePath: path).absoluteURL.standardizedFileURL
        while url.path != "/" && !FileManager.default.fileExists(atPath: url.path) {
            missing.insert(url.lastPathComponent, at: 0)
            url.deleteLastPathComponent()
        }
        url.resolveSymlinksInPath()
        return missing.reduce(url) { $0.appending(path: $1) }.path
    }

    private func openAsRunner(_ name: String) throws(StoreFault) -> SQLiteStudyStore {
        try SQLiteStudyStore(path: location.store, access: .runner(name: name))
    }

    /// Every adapter, opened and checked, before any study is touched. `name` is what the store's lock calls the run.
    func assemble(as name: String, observer: any RunObserver) throws -> RunEnvironment {
        try requireBundle()
        let trusted = try trust.keys()
        let bundle = try PipelineBundle.unchecked(folder: Self.bundleFolder(pipeline), trust: trusted)
        try bundle.definition.require(.ct, in: bundle.folder)
        // With trusted keys another bundle than the one that was signed is refused.
        if trusted == nil, let difference = BundleManifest.difference(in: bundle.folder) {
            Terminal.error.sentence(
                "Note: the bundle is not as it was sealed: \(difference). It is used as it is; `gantry bundle seal` "
                    + "lists its "
                    + "files anew.")
        }
        let model = try BundleModel(bundle)
        let pending = Result { () throws(CommandFault) in try pendingScorer(of: model) }
        // Where the model is not the one named, that is what is said, not what does not fit in it.
        try model.check()
        let scorer = try pending.get()
        // A store that is there is asked first what was input of earlier runs; a new one is made only where the output
        // can be.
        let known = FileManager.default.fileExists(atPath: location.store) ? try openAsRunner(name) : nil
        if let known { try refuseWritingInto(known.inputs()) }
        try ReportOutput.check(bundle.definition.report.formats)
        let reports = try ReportOutput.writer(
            into: output, formats: bundle.definition.report.formats, language: bundle.definition.report.language)
        let store = try known ?? openAsRunner(name)
        // Half a slice of 512 x 512, of which a run frees one after the other.
        FreedMemory.returnBlocks(from: 256 << 10)
        let division = CoreDivision(jobs: jobs)
        if division.jobs < jobs {
            Terminal.error.sentence(
                "Note: \(jobs) studies at once were asked for, but the process may use \(division.cores) "
                    + "\(division.cores == 1 ? "core" : "cores"): \(division.jobs) at once.")
        }
        var settings = RunSettings(
            gantryVersion: Gantry.version, division: division,
            workerName: "\(ProcessInfo.processInfo.processIdentifier)")
        settings.smallestFreeBytes = Int64(smallestFreeGB * 1_000_000_000)
        settings.readerLimits = try readerLimits.applied(to: bundle.definition.reader)
        let written = [location.store, output]
        InputFolder.noteMissingConfinement()
        return RunEnvironment(
            bundle: bundle, reader: try InputFolder.reader(limits: settings.readerLimits, division: division),
            secondReader: InputFolder.secondReader(limits: settings.readerLimits), scorer: scorer, store: store,
            reports: reports, observer: observer, settings: settings,
            freeSpace: { FreeSpace.least(of: written) })
    }

    /// Says where the CPU cannot compute in the precision that a bundle asks for.
    static func noteArithmetic(of definition: PipelineDefinition) {
        let asked = definition.scoring.model.precision
        let arithmetic = ConvolutionKernels.preferred.arithmetic(for: asked)
        guard arithmetic != asked else { return }
        Terminal.error.sentence(
            "Note: the pipeline asks for \(asked.rawValue), which this CPU has no instructions for; it is computed in "
                + "\(arithmetic.rawValue), which is slower and more exact.")
    }

    /// The bundle's network, which is made ready on a thread of its own while the model's digest is taken and headers
    /// are read; the pipeline's threads score with it, each alone. **Throws** `CommandFault` (78) where its weights do
    /// not fit.
    private func pendingScorer(of opened: BundleModel) throws(CommandFault) -> PendingScorer {
        let definition = opened.bundle.definition
        let model = definition.scoring.model
        do {
            Self.noteArithmetic(of: definition)
            return PendingScorer(
                preparation: try SlicePreparation(definition.scoring.preparation),
                classCount: model.classes.count, activation: model.activation,
                temperature: model.temperature, profile: try opened.profile(), workers: 1,
                load: try opened.loading())
        } catch {
            throw CommandFault(ExitStatus.configuration, "\(error)")
        }
    }

    /// Ends the command with the run's exit code, with a sentence where there was nothing to do.
    static func leave(_ summary: RunSummary, inputs: [String]) throws {
        let status = summary.exitStatus
        if case .listing(let fault) = summary.inputFault { throw CommandFault(status, fault.description) }
        if case .reader(let fault) = summary.inputFault { throw CommandFault(status, fault.description) }
        if case .storeFault(let fault) = summary.stopped { throw CommandFault(status, fault.description) }
        if case .scorerFault(let fault) = summary.stopped { throw CommandFault(status, fault.explanation) }
        if status == ExitStatus.noInput {
            throw CommandFault(status, "\(inputs.joined(separator: ", ")): no DICOM study found.")
        }
        if status != ExitStatus.done { throw ExitCode(status) }
    }
}
