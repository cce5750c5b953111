import FoundationEssentials
import GantryCore
import GantrySandbox

/// One reader child and what it has been asked.
struct RunningReader: ~Copyable {
    private let process: ChildProcess
    private let channel: MessageChannel
    private let wallClockSeconds: Double
    /// Requests sent and not answered, oldest first, with the bytes of their messages.
    private var outstanding: [(request: ReaderRequest, bytes: Int)] = []
    /// The child has said that it is about to touch the oldest outstanding file.
    private(set) var hasAnnounced = false
    /// The child has answered at least once.
    private(set) var hasAnswered = false
    /// The child took no more requests; what it still says is read to its end.
    private var isClosedForRequests = false

    /// Bytes of requests on their way at most: well below what a socket holds, so that sending never waits.
    private static let mostOutstandingBytes = 48 << 10

    /// How long it waits for the child at most without asking whether to go on.
    private static let patienceSeconds = 0.2

    private init(_ process: consuming ChildProcess, _ channel: consuming MessageChannel, wallClockSeconds: Double) {
        self.process = process
        self.channel = channel
        self.wallClockSeconds = wallClockSeconds
    }

    /// A child that is ready. `waiting` is asked a few times a second whether to go on; nil comes back where it says
    /// stop.
    ///
    /// **Throws** `.readerUnavailable`.
    static func start(
        launch: ReaderLaunch, folder: borrowing SafeFolder, readable: borrowing Descriptor, ring: SliceRing?,
        waiting: () -> ReadControl
    ) throws(ReaderFault) -> RunningReader? {
        do throws(SandboxFault) {
            let pair = try MessageChannel.pair()
            var descriptors = [pair.far.number, folder.number, readable.number]
            if let number = ring?.descriptor.number { descriptors.append(number) }
            let process = try ChildProcess(
                executable: launch.executable, arguments: launch.arguments, descriptors: descriptors)
            launch.childStarted(process.processID)
            let channel = pair.takeNear()
            let deadline = Deadline.after(seconds: launch.wallClockSecondsPerFile)
            let job = ReaderJob(
                parentProcessID: ChildLimits.processID, limits: launch.limits, sandbox: launch.sandbox,
                ring: ring?.layout, isSecondOpinion: launch.isSecondOpinion)
            try channel.send(job, until: deadline)
            guard try waitForArrival(on: channel, until: deadline, waiting) else { return nil }
            try checkReady(ReaderReply(body: channel.receiveBody(until: deadline)))
            return RunningReader(process, channel, wallClockSeconds: launch.wallClockSecondsPerFile)
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

    /// Nothing has been asked that is not answered.
    var isIdle: Bool { outstanding.isEmpty }

    /// Sends as many requests as `window` and `count` allow, waits for one message, and returns the answer where it is
    /// one. `answered` requests are done with already.
    ///
    /// The wall clock runs while this waits: time in which the slices' receiver works is not held against the child.
    /// `waiting` is asked a few times a second whether to go on; `nil` comes back where it says stop.
    ///
    /// **Throws** when the child is to be ended.
    mutating func exchange(
        answered: Int, count: Int, window: Int, _ request: (Int) -> Result<ReaderRequest, FileOutcome>,
        waiting: () -> ReadControl
    ) throws(SandboxFault) -> ReaderAnswer? {
        let deadline = Deadline.after(seconds: wallClockSeconds)
        let room = min(window, count - answered)
        while outstanding.count < room, case .success(let next) = request(answered + outstanding.count),
            try send(next, until: deadline)
        {}
        guard try Self.waitForArrival(on: channel, until: deadline, waiting) else { return nil }
        let reply = try ReaderReply(body: channel.receiveBody(until: deadline))
        guard let oldest = outstanding.first?.request else {
            throw .protocolViolation("it answered what it was not asked")
        }
        switch reply {
        case .opening(oldest.number) where !hasAnnounced:
            hasAnnounced = true
            return nil
        case .answer(oldest.number, let answer) where hasAnnounced && answer.fits(oldest):
            outstanding.removeFirst()
            hasAnnounced = false
            hasAnswered = true
            switch answer {
            case .failed(let reason, let detail): return .failed(reason, detail: ReaderAnswer.cleaned(detail))
            case .opinion(let opinion): return .opinion(opinion.cleaned)
            case .instance, .pixelDigest, .slice: return answer
            }
        case .ready, .unavailable, .opening, .answer:
            throw .protocolViolation("its message does not belong here")
        }
    }

    /// Sends one request; false where there is no room for it now.
    private mutating func send(_ request: ReaderRequest, until deadline: Deadline) throws(SandboxFault) -> Bool {
        guard !isClosedForRequests else { return false }
        let message = try MessageChannel.framed(request.body)
        let bytes = outstanding.reduce(message.count) { $0 + $1.bytes }
        guard outstanding.isEmpty || bytes <= Self.mostOutstandingBytes else { return false }
        do {
            try channel.send(framed: message, until: deadline)
        } catch {
            guard error.code == .channelClosed, !outstanding.isEmpty else { throw error }
            // What the child said before it ended says which file it was on.
            isClosedForRequests = true
            return false
        }
        outstanding.append((request, message.count))
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
            end = try process.end()
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

extension SandboxFault {
    fileprivate static func protocolViolation(_ explanation: String) -> SandboxFault {
        SandboxFault(.malformedMessage, subject: "", explanation: explanation)
    }
}
