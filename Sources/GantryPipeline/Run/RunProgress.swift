import GantryCore

/// How far a run has come: studies, slices, how fast, and how long what is known will take.
public struct RunProgress: Sendable {
    private struct StudyProgress: Sendable {
        var files = 0
        var isActive = false
        var hasEnded = false
        var done = 0
        var all = 0
        var scored = 0

        /// The share of its slices that are done; 1 where it has ended.
        var fraction: Double { hasEnded ? 1 : all > 0 ? Double(done) / Double(all) : 0 }
    }

    private var studies: [StudyKey: StudyProgress] = [:]
    /// Slices that the network has scored, all studies together.
    private var scored = 0
    /// Time in which at least one study was worked on, and since when one is.
    private var busy = Duration.zero
    private var busySince: ContinuousClock.Instant?
    /// Work done in that time, in files: what was found unchanged took none.
    private var filesDone = 0.0

    /// Nothing was done yet.
    public init() {}

    /// A study stands in the queue, maybe again.
    public mutating func queued(_ key: StudyKey, files: Int) { studies[key] = StudyProgress(files: files) }

    /// Slices of a study are done.
    public mutating func noted(_ key: StudyKey, done: Int, of all: Int, scored: Int, now: ContinuousClock.Instant) {
        if busySince == nil { busySince = now }
        var study = studies[key] ?? StudyProgress()
        let before = study.fraction
        self.scored += max(0, scored - study.scored)
        (study.isActive, study.done, study.all, study.scored) = (true, done, all, scored)
        filesDone += max(0, study.fraction - before) * Double(study.files)
        studies[key] = study
    }

    /// A study has come to its end.
    public mutating func ended(_ key: StudyKey, now: ContinuousClock.Instant) {
        var study = studies[key] ?? StudyProgress()
        if study.isActive { filesDone += (1 - study.fraction) * Double(study.files) }
        (study.isActive, study.hasEnded) = (false, true)
        studies[key] = study
        if let since = busySince, !studies.values.contains(where: \.isActive) {
            busy += now - since
            busySince = nil
        }
    }

    /// How far it has come at a moment.
    public func state(now: ContinuousClock.Instant) -> State {
        let active = studies.values.filter(\.isActive)
        let ended = studies.values.count(where: \.hasEnded)
        let time = (busy + (busySince.map { now - $0 } ?? .zero)).inSeconds
        let left = studies.values.reduce(0) { $0 + (1 - $1.fraction) * Double($1.files) }
        let isKnown = time >= Self.shortestEstimate && filesDone > 0 && left > 0
        let rate = time > 0.5 && scored > 0 ? Double(scored) / time : nil
        return State(
            study: min(ended + 1, studies.count), studies: studies.count, done: active.reduce(0) { $0 + $1.done },
            all: active.reduce(0) { $0 + $1.all }, slicesPerSecond: rate,
            secondsLeft: isKnown ? left / filesDone * time : nil)
    }

    /// Below this nothing is said about the time left, seconds.
    private static let shortestEstimate = 3.0

    /// How far a run has come.
    public struct State: Sendable {
        /// Which study it is at, and of how many that are known.
        public var study: Int
        /// See `study`.
        public var studies: Int
        /// Slices of the studies that are worked on.
        public var done: Int
        /// See `done`.
        public var all: Int
        /// Slices that the network scores in a second; nil where none was scored yet.
        public var slicesPerSecond: Double?
        /// Nil where too little was done to tell.
        public var secondsLeft: Double?
    }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
