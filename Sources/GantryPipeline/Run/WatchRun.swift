import GantryCore
import GantryGround

/// A drop folder, until asked to stop: studies are taken when they have come to rest.
public struct WatchRun: Sendable {
    private let environment: RunEnvironment
    private let folder: any DropFolder
    private let root: String
    private let shown: String
    private let settings: WatchSettings

    /// A run in `environment` on `folder`, which lies at `root` (absolute, without links) and was named `shown`.
    public init(
        _ environment: RunEnvironment, folder: any DropFolder, root: String, shown: String, settings: WatchSettings
    ) {
        self.environment = environment
        self.folder = folder
        self.root = root
        self.shown = shown
        self.settings = settings
    }

    /// Asks the run to stop. May be called from any thread, not from a signal handler.
    public func requestStop(_ reason: StopReason) {
        environment.requestStop(reason)
        folder.wake()
    }

    /// Does it. Blocks until `requestStop`, or with `once` until everything that was there is done.
    public func run() -> RunSummary {
        var summary = RunSummary()
        let runner = StudyRunner(environment, waitsForDisk: !settings.once)
        do {
            try runner.recover()
        } catch {
            environment.requestStop(.storeFault(error))
            return runner.complete(summary)
        }
        // For the first study that comes; those behind it are seen to when one is done.
        environment.reader.prepareReading()
        let workers: JoinableThread
        do throws(ThreadRefusal) {
            workers = try JoinableThread(name: "runner") {
                runner.run()
                folder.wake()
            }
        } catch {
            environment.reader.endPreparation()
            environment.requestStop(
                .storeFault(StoreFault(.inputOutput, subject: "watch", explanation: error.description)))
            return runner.complete(summary)
        }
        var watched = WatchedStudies(
            environment: environment, root: root, shown: shown,
            settling: StudySettling(
                quietSeconds: settings.studyQuietSeconds, forcedAfterSeconds: settings.forcedAfterSeconds))
        var board = SettlingBoard(environment)
        watch(&watched, board: &board, runner: runner, summary: &summary)
        board.clear()
        runner.close()
        workers.join()
        let scanned = watched.scanned()
        summary.strayFiles = scanned.stray
        summary.unreadableFolders = scanned.unreadable
        return runner.complete(summary)
    }

    private func watch(
        _ watched: inout WatchedStudies, board: inout SettlingBoard, runner: StudyRunner, summary: inout RunSummary
    ) {
        /// What is wrong with the folder, as it was said.
        var saidFault: DropFolderFault?
        while environment.stop.stopped == nil {
            do {
                let view = try folder.look()
                if saidFault != nil { environment.observer.note(.dropFolderBack) }
                saidFault = nil
                watched.enter(view)
                try watched.scan()
                summary.inputFault = nil
                let due = try watched.due(once: settings.once, doubting: runner.doubting)
                for input in due where environment.stop.stopped == nil {
                    try runner.submit(input)
                }
                if settings.once && watched.isDone { return }
                // Once, a study need not be quiet: nothing can be said of when it is taken.
                if !settings.once { board.show(watched) }
            } catch let fault as StoreFault {
                environment.requestStop(.storeFault(fault))
            } catch let fault as DropFolderFault {
                if fault != saidFault { environment.observer.note(.dropFolderFault(fault)) }
                saidFault = fault
                summary.inputFault = .listing(fault)
                if settings.once { return }
            } catch let fault as ReaderFault {
                environment.observer.note(.readerFault(fault))
                summary.inputFault = .reader(fault)
                if settings.once { return }
            } catch {
                environment.requestStop(
                    .storeFault(StoreFault(.inputOutput, subject: "watch", explanation: String(describing: error))))
            }
            guard environment.stop.stopped == nil else { return }
            folder.wait(seconds: secondsToWait(watched))
        }
    }

    /// Until the next look: the settling time, or less where a study is due before.
    private func secondsToWait(_ watched: WatchedStudies) -> Double {
        guard let moment = watched.nextMoment else { return settings.settleSeconds }
        let milliseconds = moment.millisecondsSince1970 - environment.settlingMoment.millisecondsSince1970
        return min(settings.settleSeconds, max(0.1, Double(milliseconds) / 1000))
    }
}

/// When the studies of a drop folder are taken.
public struct WatchSettings: Sendable, Hashable {
    /// Time between two looks, and for which a file must not have changed, seconds.
    public var settleSeconds: Double
    /// Time for which no file of a study must have changed, seconds.
    public var studyQuietSeconds: Int64
    /// Time after which a study is taken although it has not come to rest; it is then indeterminate. Seconds.
    public var forcedAfterSeconds: Int64
    /// Take what is there once every file has settled, without waiting for more, and end.
    public var once: Bool

    /// DESIGN.md's times unless given.
    public init(
        settleSeconds: Double = 10, studyQuietSeconds: Int64 = 60, forcedAfterSeconds: Int64 = 5400, once: Bool = false
    ) {
        self.settleSeconds = settleSeconds
        self.studyQuietSeconds = studyQuietSeconds
        self.forcedAfterSeconds = forcedAfterSeconds
        self.once = once
    }
}
