import Foundation
import GantryCore

/// Everything a run needs, put together by the command: the adapters behind their ports, time, limits, the observer.
public struct RunEnvironment: Sendable {
    /// The pipeline.
    public var bundle: PipelineBundle
    /// Reads headers and pixels.
    public var reader: any StudyReader
    /// Reads slices again for a second opinion; nil where there is none to ask.
    public var secondReader: (any SecondReader)?
    /// Scores slices; made from the bundle's model.
    public var scorer: any SliceScorer
    /// Keeps what is known.
    public var store: any StudyStore
    /// Writes what people read.
    public var reports: any ReportWriter
    /// Hears of every decision.
    public var observer: any RunObserver
    /// Limits and names.
    public var settings: RunSettings
    /// What time it is.
    public var clock: any WallClock
    /// How much time has passed.
    public var steadyClock: any SteadyClock
    /// Lets workers wait; belongs to the same time as `clock`.
    public var waker: any Waker
    /// The wish to stop.
    public var stop: StopFlag
    /// The place with the least free space among those written to; nil where it cannot be known.
    public var freeSpace: @Sendable () -> FreeSpace?
    /// A number in 0..<1 for the jitter of retries.
    public var random: @Sendable () -> Double

    /// An environment of these parts, on the clock of the machine unless another is given.
    public init(
        bundle: PipelineBundle, reader: any StudyReader, secondReader: (any SecondReader)? = nil,
        scorer: any SliceScorer, store: any StudyStore,
        reports: any ReportWriter, observer: any RunObserver, settings: RunSettings,
        clock: any WallClock = SystemClock(), steadyClock: any SteadyClock = SystemSteadyClock(),
        waker: any Waker = SystemWaker(), stop: StopFlag = StopFlag(),
        freeSpace: @escaping @Sendable () -> FreeSpace?,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.bundle = bundle
        self.reader = reader
        self.secondReader = secondReader
        self.scorer = scorer
        self.store = store
        self.reports = reports
        self.observer = observer
        self.settings = settings
        self.clock = clock
        self.steadyClock = steadyClock
        self.waker = waker
        self.stop = stop
        self.freeSpace = freeSpace
        self.random = random
    }

    /// What time it is for what must come to rest: counted by the steady clock, so that a date that is set makes
    /// nothing rest and nothing overdue. To be compared with its like alone.
    var settlingMoment: Timestamp {
        let (seconds, attoseconds) = steadyClock.elapsed().components
        return Timestamp(millisecondsSince1970: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }

    /// Asks the run to stop: studies in flight are handed back at once, whatever is done with them, and no attempt is
    /// consumed. May be called from any thread, not from a signal handler.
    public func requestStop(_ reason: StopReason) {
        stop.stop(reason)
        waker.wake()
    }
}

/// Limits and names of a run.
public struct RunSettings: Sendable, Hashable {
    /// Version of the executable, for the provenance.
    public var gantryVersion: String
    /// Studies worked on at once, each on a thread of its own.
    public var jobs: Int
    /// Name that the store's attempts carry, before the number of the worker.
    public var workerName: String
    /// Threads that score the slices of one study, each a group at a time.
    public var scoringThreads: Int
    /// Slices that a scoring thread takes at once.
    public var groupSize: Int
    /// Most tensors of one study alive at once: waiting, or being scored. At least a group for each thread; another
    /// group lets reading and scoring overlap.
    public var tensorsInFlight: Int
    /// The limits that the reader was made with: what was lost to lower ones is read again.
    public var readerLimits: ReaderLimits
    /// Whether studies in quarantine are taken up again: a person asks for it.
    public var retriesQuarantined: Bool
    /// Longest time on one study, seconds, whatever is done to the date.
    public var studySeconds: Int64
    /// Length of a lease, seconds.
    public var leaseSeconds: Int64
    /// Time after which a working study prolongs its lease, seconds.
    public var renewAfterSeconds: Int64
    /// When transient failures are tried again.
    public var retry: RetryPolicy
    /// Below this much free space no work is taken, bytes.
    public var smallestFreeBytes: Int64
    /// Files whose headers are asked for at once: what a reader that breaks down costs.
    public var scanBatch: Int

    /// DESIGN.md's limits, as many studies and threads as `division` says.
    public init(gantryVersion: String, division: CoreDivision, workerName: String) {
        self.init(
            gantryVersion: gantryVersion, jobs: division.jobs, scoringThreads: division.scoringThreads,
            workerName: workerName)
    }

    /// DESIGN.md's limits, one study at a time.
    public init(gantryVersion: String, jobs: Int = 1, scoringThreads: Int = 1, workerName: String = "worker") {
        self.gantryVersion = gantryVersion
        self.jobs = max(1, jobs)
        self.workerName = workerName
        self.scoringThreads = max(1, scoringThreads)
        groupSize = 4
        tensorsInFlight = groupSize * (self.scoringThreads + 1)
        readerLimits = ReaderLimits()
        retriesQuarantined = false
        studySeconds = 3600
        leaseSeconds = 600
        renewAfterSeconds = 60
        retry = RetryPolicy()
        smallestFreeBytes = 5_000_000_000
        scanBatch = 2000
    }
}

/// Free space at a path.
public struct FreeSpace: Sendable, Hashable {
    /// Where.
    public var path: String
    /// How much, bytes, for a process without privileges.
    public var bytes: Int64

    /// This much at this path.
    public init(path: String, bytes: Int64) {
        self.path = path
        self.bytes = bytes
    }

    /// The place with the least free space among `paths`; a path that does not exist yet counts as its nearest
    /// existing folder. nil where none can be asked.
    public static func least(of paths: [String]) -> FreeSpace? {
        paths.compactMap { path -> FreeSpace? in
            var folder = URL(fileURLWithPath: path).standardizedFileURL
            while true {
                if let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path),
                    let free = attributes[.systemFreeSize] as? NSNumber
                {
                    return FreeSpace(path: path, bytes: free.int64Value)
                }
                if folder.path == "/" { return nil }
                folder.deleteLastPathComponent()
            }
        }.min { $0.bytes < $1.bytes }
    }
}
