import GantryCore
import GantrySandbox

/// One call's conversation with reader children, of the parent: sends requests ahead, hands the answers over in order,
/// and starts a new child without the file that ended the last one.
///
/// The child gets a request only when there is room for its answer, so neither side ever waits for the other to read,
/// and memory does not grow with the number of requests.
///
/// A child that reads several files at once may end while it is on more than one. Then the next child reads these one
/// at a time: the one that ends it is known by name, and the others are read.
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
    /// Starts of a child in a row that ended before it announced any file.
    private var barrenStarts = 0
    /// How the last child ended that was on several files, until one of them is known to have ended it.
    private var unexplained: RunningReader.Death?
    /// Why the session gives up, once everything before this request is handed over.
    private var ending: (number: Int, fault: ReaderFault)?
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
    /// **Throws** `.readerUnavailable`; `.quarantined` at the last death allowed, `.timedOut` at the last time-out,
    /// once the answers before the file are handed over.
    @discardableResult
    mutating func run(
        count: Int, request: (Int) -> Result<ReaderRequest, FileOutcome>, control: (Int) -> ReadControl,
        receive: (Int, ReaderAnswer, SliceRing?) -> ReadControl
    ) throws(ReaderFault) -> Bool {
        // Whoever leaves this leaves no child behind, what it stands on or hangs in.
        defer { child = nil }
        // As many requests on their way as the ring has slots.
        var order = RequestOrder(count: count, window: ring?.layout.slots ?? max(16, 2 * launch.threads))
        var isStopped = control(0) == .stop
        while order.handedOver < count, !isStopped {
            let number = order.handedOver
            if let ending, ending.number == number { throw ending.fault }
            if let answer = order.handOver() {
                if receive(number, answer, ring) == .stop || control(order.handedOver) == .stop { isStopped = true }
            } else if let death = unexplained, !order.hasSuspects {
                // Each of its files was read alone, and none of them has ended a child so.
                unexplained = nil
                tally(death, of: number, isBlamed: false, request)
            } else {
                try step(&order, request) {
                    if control(number) == .stop { isStopped = true }
                    return isStopped ? .stop : .proceed
                }
            }
        }
        return !isStopped
    }

    /// Sends what there is room for and waits for one message.
    private mutating func step(
        _ order: inout RequestOrder, _ request: (Int) -> Result<ReaderRequest, FileOutcome>,
        waiting: () -> ReadControl
    ) throws(ReaderFault) {
        if child == nil {
            // What comes to an end without asking needs no child.
            if case .failure(let outcome) = request(order.handedOver) {
                return order.answer(order.handedOver, .failed(outcome.reason, detail: outcome.detail))
            }
            let threads = min(launch.threads, order.count, ring?.layout.slots ?? launch.threads)
            child = try RunningReader.start(
                launch: launch, folder: folder, readable: readable, ring: ring, threads: threads, waiting: waiting)
            if child == nil { return }
        }
        do throws(SandboxFault) {
            try ask(&order, request)
            guard order.firstOpen == order.handedOver else { return }
            guard let (number, answer) = try child?.receive(waiting: waiting) else { return }
            barrenStarts = 0
            order.answer(number, answer)
        } catch {
            try bury(after: error, &order, request)
        }
    }

    /// Sends what there is room for.
    private mutating func ask(
        _ order: inout RequestOrder, _ request: (Int) -> Result<ReaderRequest, FileOutcome>
    ) throws(SandboxFault) {
        while let number = order.next(outstanding: child?.load ?? 0) {
            switch request(number) {
            case .success(let next):
                guard try child?.send(next) == true else { return }
                order.ask(number)
            case .failure(let outcome):
                order.answer(number, .failed(outcome.reason, detail: outcome.detail))
            }
        }
    }

    /// Ends a child that died, stalled or broke the protocol, and says what becomes of the files it was on.
    private mutating func bury(
        after fault: SandboxFault, _ order: inout RequestOrder,
        _ request: (Int) -> Result<ReaderRequest, FileOutcome>
    ) throws(ReaderFault) {
        guard let last = child.take() else { return }
        let (asked, announced, hasAnswered) = (last.asked, last.announced, last.hasAnswered)
        let death = last.end(after: fault, launch: launch)
        guard let first = announced.first else {
            order.lose(asked)
            // A child that worked and died between two files may have died of the one before: no file is blamed.
            if hasAnswered { return tally(death, of: order.firstOpen, isBlamed: false, request) }
            barrenStarts += 1
            guard barrenStarts < 2 else {
                throw ReaderFault(
                    .readerUnavailable, subject: launch.executable,
                    explanation: "the reader process ended twice before it touched a file: " + death.detail)
            }
            return
        }
        barrenStarts = 0
        // The wall clock is the first file's own.
        guard announced.count == 1 || fault.code == .timedOut else {
            unexplained = death
            return order.lose(asked, suspects: announced)
        }
        order.lose(asked)
        if unexplained?.reason == death.reason { unexplained = nil }
        tally(death, of: first, isBlamed: true, request)
        order.answer(first, .failed(death.reason, detail: death.detail))
    }

    /// Counts the end of a child that a file has caused: the file of request `number` where it is blamed, or one before
    /// it. A file that takes too long may lie on a slow disk and says nothing against the others, so time-outs are
    /// counted apart. With the last that is allowed the session ends at this request.
    private mutating func tally(
        _ death: RunningReader.Death, of number: Int, isBlamed: Bool,
        _ request: (Int) -> Result<ReaderRequest, FileOutcome>
    ) {
        let file = (try? request(number).get().file) ?? ""
        let isTimeOut = death.reason == .readerTimedOut
        if isTimeOut { timeOuts += 1 } else { deaths += 1 }
        let earlier = isTimeOut ? fatal.timedOut : fatal.died
        if isBlamed && isTimeOut { fatal.timedOut.append(file) }
        if isBlamed && !isTimeOut { fatal.died.append(file) }
        guard let patience else { return }
        var fault: ReaderFault
        if deaths >= patience.deaths {
            fault = ReaderFault(
                .quarantined, subject: file,
                explanation: "the reader process failed \(deaths) times in this study, at last on or before this file: "
                    + death.detail)
        } else if timeOuts >= patience.timeOuts {
            fault = ReaderFault(
                .timedOut, subject: file,
                explanation: "the reader took too long \(timeOuts) times in this study, at last on this file: "
                    + death.detail)
        } else {
            return
        }
        fault.earlierSubjects = earlier
        ending = (number, fault)
    }
}

/// How many of a study's files may end their reader before the study is given up.
struct ReaderPatience {
    /// The death with which a study is quarantined.
    var deaths = 2
    /// The time-out with which a study is left for later.
    var timeOuts = 10
}
