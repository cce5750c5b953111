import GantryCore
import GantrySandbox

/// One call's conversation with reader children, of the parent: sends requests ahead, takes the answers in order, and
/// starts a new child without the file that ended the last one.
///
/// The child gets a request only when there is room for its answer, so neither side ever waits for the other to read,
/// and memory does not grow with the number of requests.
struct ReaderSession: ~Copyable {
    private let launch: ReaderLaunch
    private let folder: SafeFolder
    private let readable: Descriptor
    private let ring: SliceRing?
    /// When the session gives up; nil: never.
    private let patience: ReaderPatience?
    private var deaths = 0
    private var timeOuts = 0
    /// The files that a child was on when it ended, in order.
    private var fatal: (died: [String], timedOut: [String]) = ([], [])
    private var child: RunningReader?

    /// A session on `files` below `folder`, whose children can open nothing outside the deepest folder that holds all
    /// of them; no child is started yet.
    ///
    /// **Throws** `.systemCall`.
    init(
        launch: ReaderLaunch, folder: consuming SafeFolder, files: some Collection<String>, ring: SliceRing?,
        patience: ReaderPatience?
    ) throws(FileFault) {
        self.launch = launch
        readable = try folder.common(of: files)
        self.folder = folder
        self.ring = ring
        self.patience = patience
    }

    /// Asks `count` requests and hands the answers over in order, each exactly once, until `receive` or `control` says
    /// stop; false comes back then.
    ///
    /// `request` makes the request with a number, or says what became of its file without asking. `receive` may look
    /// into the ring while it runs. `control` is asked with the number of answers before the first, after each, and a
    /// few times a second while none comes.
    ///
    /// **Throws** `.readerUnavailable`; `.quarantined` at the last death allowed, `.timedOut` at the last time-out.
    @discardableResult
    mutating func run(
        count: Int, request: (Int) -> Result<ReaderRequest, FileOutcome>, control: (Int) -> ReadControl,
        receive: (Int, ReaderAnswer, SliceRing?) -> ReadControl
    ) throws(ReaderFault) -> Bool {
        // Whoever leaves this leaves no child behind, what it stands on or hangs in.
        defer { child = nil }
        var position = Position(count: count)
        var isStopped = control(0) == .stop
        while position.answered < count, !isStopped {
            let number = position.answered
            let step = try step(&position, request) {
                if control(number) == .stop { isStopped = true }
                return isStopped ? .stop : .proceed
            }
            guard case .answer(let answer) = step else { continue }
            position.answered += 1
            if receive(number, answer, ring) == .stop || control(position.answered) == .stop { isStopped = true }
        }
        return !isStopped
    }

    /// Where a run stands.
    private struct Position {
        let count: Int
        /// Requests answered; the next answer has this number.
        var answered = 0
        /// Starts of a child in a row that ended before it announced any file.
        var barrenStarts = 0
    }

    private enum Step {
        case nothing
        case answer(ReaderAnswer)
    }

    /// Sends what there is room for and waits for one message.
    private mutating func step(
        _ position: inout Position, _ request: (Int) -> Result<ReaderRequest, FileOutcome>,
        waiting: () -> ReadControl
    ) throws(ReaderFault) -> Step {
        if child == nil || child?.isIdle == true {
            if case .failure(let outcome) = request(position.answered) {
                return .answer(.failed(outcome.reason, detail: outcome.detail))
            }
        }
        if child == nil {
            child = try RunningReader.start(
                launch: launch, folder: folder, readable: readable, ring: ring, waiting: waiting)
        }
        // As many requests on their way as the ring has slots.
        let window = ring?.layout.slots ?? 16
        do throws(SandboxFault) {
            guard
                let answer = try child?.exchange(
                    answered: position.answered, count: position.count, window: window, request,
                    waiting: waiting)
            else { return .nothing }
            position.barrenStarts = 0
            return .answer(answer)
        } catch {
            return try bury(after: error, &position, request)
        }
    }

    /// Ends a child that died, stalled or broke the protocol, and says what became of the file it was on.
    private mutating func bury(
        after fault: SandboxFault, _ position: inout Position,
        _ request: (Int) -> Result<ReaderRequest, FileOutcome>
    ) throws(ReaderFault) -> Step {
        guard let last = child.take() else { return .nothing }
        let (announced, answered) = (last.hasAnnounced, last.hasAnswered)
        let death = last.end(after: fault, launch: launch)
        let file = (try? request(position.answered).get().file) ?? ""
        // A child that worked and died between two files may have died of the one before: no file is blamed.
        if answered && !announced {
            try count(death, on: file, isBlamed: false)
            return .nothing
        }
        guard announced else {
            position.barrenStarts += 1
            guard position.barrenStarts < 2 else {
                throw ReaderFault(
                    .readerUnavailable, subject: launch.executable,
                    explanation: "the reader process ended twice before it touched a file: " + death.detail)
            }
            return .nothing
        }
        position.barrenStarts = 0
        try count(death, on: file, isBlamed: true)
        return .answer(.failed(death.reason, detail: death.detail))
    }

    /// Counts the end of a child that a file has caused: `file` where it is blamed, or one before it. A file that takes
    /// too long may lie on a slow disk and says nothing against the others, so time-outs are counted apart.
    ///
    /// **Throws** `.quarantined`, `.timedOut`, with the files that were blamed before.
    private mutating func count(
        _ death: RunningReader.Death, on file: String, isBlamed: Bool
    ) throws(ReaderFault) {
        let isTimeOut = death.reason == .readerTimedOut
        if isTimeOut { timeOuts += 1 } else { deaths += 1 }
        let earlier = isTimeOut ? fatal.timedOut : fatal.died
        if isBlamed && isTimeOut { fatal.timedOut.append(file) }
        if isBlamed && !isTimeOut { fatal.died.append(file) }
        guard let patience else { return }
        if deaths >= patience.deaths {
            var fault = ReaderFault(
                .quarantined, subject: file,
                explanation: "the reader process failed \(deaths) times in this study, at last on or before this file: "
                    + death.detail)
            fault.earlierSubjects = earlier
            throw fault
        }
        if timeOuts >= patience.timeOuts {
            var fault = ReaderFault(
                .timedOut, subject: file,
                explanation: "the reader took too long \(timeOuts) times in this study, at last on this file: "
                    + death.detail)
            fault.earlierSubjects = earlier
            throw fault
        }
    }
}

/// How many of a study's files may end their reader before the study is given up.
struct ReaderPatience {
    /// The death with which a study is quarantined.
    var deaths = 2
    /// The time-out with which a study is left for later.
    var timeOuts = 10
}
