import FoundationEssentials
import GantryCore
import GantrySandbox

/// One reader child and what it has been asked.
struct RunningReader: ~Copyable {
    private let child: StartedReader
    private let wallClockSeconds: Double
    private let threads: Int
    /// Requests sent and not answered, ascending.
    private var outstanding: [Asked] = []
    /// How long this has waited for the child.
    private var waitedSeconds = 0.0
    /// The child has answered at least once.
    private(set) var hasAnswered = false
    /// The child took no more requests; what it still says is read to its end.
    private var isClosedForRequests = false

    /// A request on its way.
    private struct Asked {
        let request: ReaderRequest
        /// The size of its message.
        let bytes: Int
        /// How long the child had been waited for when it said that it is about to touch the file.
        var announcedAt: Double?
    }

    /// Bytes of requests on their way at most: well below what a socket holds, so that sending never waits.
    private static let mostOutstandingBytes = 48 << 10

    /// How long it waits for the child at most without asking whether to go on.
    private static let patienceSeconds = 0.2

    /// Gives `child` its `job`, with `descriptors`, and waits until it is ready. Nil where `waiting` said stop.
    ///
    /// **Throws** what the channel throws; `.notStarted` where it cannot work.
    private init?(
        _ child: consuming StartedReader, _ job: ReaderJob, descriptors: [Int32], wallClockSeconds: Double,
        waiting: () -> ReadControl
    ) throws(SandboxFault) {
        let deadline = Deadline.after(seconds: wallClockSeconds)
        try child.channel.send(job, descriptors: descriptors, until: deadline)
        guard try Self.waitForArrival(on: child.channel, until: deadline, waiting) else { return nil }
        try Self.checkReady(ReaderReply(body: child.channel.receiveBody(until: deadline)))
        self.child = child
        self.wallClockSeconds = wallClockSeconds
        threads = job.threads
    }

    /// A child that is ready and reads up to `threads` files at once: the launch's spare where one waits. `waiting` is
    /// asked a few times a second whether to go on; nil comes back where it says stop.
    ///
    /// **Throws** `.readerUnavailable`.
    static func start(
        launch: ReaderLaunch, folder: borrowing SafeFolder, readable: borrowing Descriptor, ring: SliceRing?,
        threads: Int, waiting: () -> ReadControl
    ) throws(ReaderFault) -> RunningReader? {
        let job = ReaderJob(
            parentProcessID: ChildLimits.processID, limits: launch.limits, sandbox: launch.sandbox,
            ring: ring?.layout, threads: threads, isSecondOpinion: launch.isSecondOpinion)
        let descriptors = [folder.number, readable.number, ring?.descriptor.number].compactMap(\.self)
        let seconds = launch.wallClockSecondsPerFile
        if let spare = launch.spare?.take() {
            do throws(SandboxFault) {
                return try RunningReader(
                    spare, job, descriptors: descriptors, wallClockSeconds: seconds, waiting: waiting)
            } catch {
                // It has ended meanwhile, or cannot work, and no file has been named to it: another one is started.
            }
        }
        do throws(SandboxFault) {
            return try RunningReader(
                StartedReader(launch), job, descriptors: descriptors, wallClockSeconds: seconds, waiting: waiting)
        } catch {
            throw ReaderFault(
                .readerUnavailable, subject: launch.executable, status: error.status,
                explanation: "the reader process could not be started: " + error.explanation)
        }
    }

    /// Waits until a message, the channel's end or the deadline is there; receiving then says which. False where
    /// `waiting` said stop.
    private static func waitForArrival(
        on channel: borrowing MessageChannel, until deadline: Deadline, _ waiting: () -> ReadControl
    ) throws(SandboxFault) -> Bool {
        while try !channel.hasArrival(until: min(deadline, .after(seconds: patienceSeconds))) {
            if waiting() == .stop { return false }
            if deadline <= .after(seconds: 0) { return true }
        }
        return true
    }

    private static func checkReady(_ reply: ReaderReply) throws(SandboxFault) {
        switch reply {
        case .ready(ReaderJob.currentVersion): return
        case .unavailable(let sentence):
            throw SandboxFault(.notStarted, subject: "", explanation: ReaderAnswer.cleaned(sentence))
        case .ready, .opening, .answer: throw .protocolViolation("it is of another version")
        }
    }

    /// How many requests are sent and not answered.
    var load: Int { outstanding.count }

    /// The numbers of the requests sent and not answered, ascending.
    var asked: [Int] { outstanding.map(\.request.number) }

    /// Those of them whose files the child has said it is about to touch: if it dies, it died of one of these.
    var announced: [Int] { outstanding.filter { $0.announcedAt != nil }.map(\.request.number) }

    /// Waits for one message, and returns the answer, with the number of its request, where it is one.
    ///
    /// The wall clock of a file runs while this waits: time in which the slices' receiver works is not held against the
    /// child. `waiting` is asked a few times a second whether to go on; `nil` comes back where it says stop.
    ///
    /// **Throws** when the child is to be ended; `.timedOut` where the first of `announced` took too long.
    mutating func receive(
        waiting: () -> ReadControl
    ) throws(SandboxFault) -> (number: Int, answer: ReaderAnswer)? {
        let reply = try awaitReply(waiting)
        switch reply {
        case nil: return nil
        case .opening(let number):
            let first = outstanding.firstIndex { $0.announcedAt == nil }
            guard let first, outstanding[first].request.number == number, first < threads else {
                throw .protocolViolation("it opens what it was not asked to, or too much at once")
            }
            outstanding[first].announcedAt = waitedSeconds
            return nil
        case .answer(let number, let answer):
            let index = outstanding.firstIndex { $0.request.number == number }
            guard let index, outstanding[index].announcedAt != nil, answer.fits(outstanding[index].request) else {
                throw .protocolViolation("its answer does not belong here")
            }
            outstanding.remove(at: index)
            hasAnswered = true
            return (number, answer.cleaned)
        case .ready, .unavailable:
            throw .protocolViolation("its message does not belong here")
        }
    }

    /// The next message; nil where `waiting` says stop. **Throws** `.timedOut` as `receive`, what the channel throws.
    private mutating func awaitReply(_ waiting: () -> ReadControl) throws(SandboxFault) -> ReaderReply? {
        // Files are announced in order: the first was announced earliest.
        let spent = outstanding.first?.announcedAt.map { waitedSeconds - $0 } ?? 0
        let deadline = Deadline.after(seconds: wallClockSeconds - spent)
        let start = SuspendingClock.now
        defer { waitedSeconds += (SuspendingClock.now - start) / .seconds(1) }
        guard try Self.waitForArrival(on: child.channel, until: deadline, waiting) else { return nil }
        return try ReaderReply(body: child.channel.receiveBody(until: deadline))
    }

    /// Sends one request; false where there is no room for it now.
    ///
    /// **Throws** what the channel throws.
    mutating func send(_ request: ReaderRequest) throws(SandboxFault) -> Bool {
        guard !isClosedForRequests else { return false }
        let message = try MessageChannel.framed(request.body)
        let bytes = outstanding.reduce(message.count) { $0 + $1.bytes }
        guard outstanding.isEmpty || bytes <= Self.mostOutstandingBytes else { return false }
        do {
            try child.channel.send(framed: message, until: .after(seconds: wallClockSeconds))
        } catch {
            guard error.code == .channelClosed, !outstanding.isEmpty else { throw error }
            // What the child said before it ended says which files it was on.
            isClosedForRequests = true
            return false
        }
        outstanding.append(Asked(request: request, bytes: message.count))
        return true
    }

    /// What a dead child means for the file it was on.
    struct Death {
        var reason: FileReason
        var detail: String
    }

    /// Kills the child if it still runs, reaps it, and says what its end means.
    consuming func end(after fault: SandboxFault, launch: ReaderLaunch) -> Death {
        let end: ChildEnd
        do {
            end = try child.process.end()
        } catch {
            return Death(reason: .readerDied, detail: "the reader process ended, nobody knows how")
        }
        switch (fault.code, end) {
        case (.timedOut, _):
            let seconds = launch.wallClockSecondsPerFile
            return Death(reason: .readerTimedOut, detail: "no answer from the reader process within \(seconds) s")
        case (_, .outOfProcessorTime):
            let seconds = launch.sandbox.processorSecondsPerFile
            return Death(reason: .readerTimedOut, detail: "more than \(seconds) s of processor time")
        case (.channelClosed, _):
            return Death(reason: .readerDied, detail: "the reader process " + end.explanation)
        default:
            return Death(reason: .readerDied, detail: "the reader process was ended: " + fault.explanation)
        }
    }
}

extension ReaderAnswer {
    /// This with every sentence as `ReaderAnswer.cleaned` leaves it.
    fileprivate var cleaned: ReaderAnswer {
        switch self {
        case .failed(let reason, let detail): .failed(reason, detail: Self.cleaned(detail))
        case .opinion(let opinion): .opinion(opinion.cleaned)
        case .instance, .pixelDigest, .slice: self
        }
    }
}

extension SandboxFault {
    fileprivate static func protocolViolation(_ explanation: String) -> SandboxFault {
        SandboxFault(.malformedMessage, subject: "", explanation: explanation)
    }
}
