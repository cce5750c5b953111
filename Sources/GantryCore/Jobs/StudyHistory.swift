/// Attempts and audit of one study.
public struct StudyHistory: Sendable, Equatable, Codable {
    /// The study.
    public var summary: StudySummary
    /// Every claim, oldest first.
    public var attempts: [Attempt]
    /// Every move, oldest first.
    public var audit: [AuditEntry]
    /// Series decisions of the latest failure, where there is one that nothing has overtaken.
    public var failedSeriesDecisions: [SeriesDecision]
    /// File outcomes of the latest failure, likewise.
    public var failedFiles: [FileOutcome]

    /// A history of these parts.
    public init(
        summary: StudySummary, attempts: [Attempt], audit: [AuditEntry], failedSeriesDecisions: [SeriesDecision],
        failedFiles: [FileOutcome]
    ) {
        self.summary = summary
        self.attempts = attempts
        self.audit = audit
        self.failedSeriesDecisions = failedSeriesDecisions
        self.failedFiles = failedFiles
    }

    /// One claim of a study.
    public struct Attempt: Sendable, Equatable, Codable {
        /// Fencing number.
        public var attempt: Int
        /// Who.
        public var worker: String
        /// When it began.
        public var startedAt: Timestamp
        /// When it ended; nil while it runs.
        public var endedAt: Timestamp?
        /// `running`, `judged`, `done`, `failed`, `waiting`, `quarantined`, `released`, `abandoned`.
        public var outcome: String
        /// A sentence; empty where there is nothing to say.
        public var detail: String

        /// An attempt.
        public init(
            attempt: Int, worker: String, startedAt: Timestamp, endedAt: Timestamp?, outcome: String, detail: String
        ) {
            self.attempt = attempt
            self.worker = worker
            self.startedAt = startedAt
            self.endedAt = endedAt
            self.outcome = outcome
            self.detail = detail
        }
    }

    /// One line of the append-only audit.
    public struct AuditEntry: Sendable, Equatable, Codable {
        /// When.
        public var at: Timestamp
        /// What: `enqueued`, `claimed`, `judged`, ...
        public var event: String
        /// State before; nil at the first.
        public var from: StudyState?
        /// State after.
        public var to: StudyState
        /// A sentence.
        public var detail: String

        /// A line.
        public init(at: Timestamp, event: String, from: StudyState?, to: StudyState, detail: String) {
            self.at = at
            self.event = event
            self.from = from
            self.to = to
            self.detail = detail
        }
    }
}
