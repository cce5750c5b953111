import GantryCore
import GantrySandbox
import Glibc

/// The child process in which DICOM bytes are parsed: the body of the hidden subcommand.
///
/// It is started by `SandboxedStudyReader` with its channel, the folder and the ring already open, limits and confines
/// itself, and answers requests until the channel closes.
public enum ReaderChild {
    /// Runs until the parent closes the channel, and returns the exit status: 0; 64 where it was not started by a
    /// `SandboxedStudyReader`; 75 where the reader cannot work here.
    public static func run(arguments: [String]) -> Int32 {
        guard arguments.isEmpty, isSocket(ReaderDescriptor.channel) else {
            complain("this command is started by gantry itself, not by a person\n")
            return 64
        }
        let channel = MessageChannel(Descriptor(owning: ReaderDescriptor.channel))
        do {
            try serve(channel)
            return 0
        } catch {
            // The parent sees the channel close, and counts the file that was announced last.
            return error.code == .channelClosed ? 0 : 75
        }
    }

    private static func serve(_ channel: borrowing MessageChannel) throws(SandboxFault) {
        let job = try channel.receive(ReaderJob.self)
        do {
            try DICOMLibrary.loadEverything()
            if job.isSecondOpinion {
                ChildLimits.lowerPriority()
                try DICOMLibrary.startSecondOpinions()
            }
        } catch {
            return try send(.unavailable(error.description), to: channel)
        }
        let folder: SafeFolder
        do {
            folder = try SafeFolder(Descriptor(owning: ReaderDescriptor.folder))
        } catch {
            return try send(.unavailable(error.explanation), to: channel)
        }
        var worker: ReaderWorker
        do {
            worker = try ReaderWorker(folder: folder, ring: ring(of: job), limits: job.limits)
        } catch {
            return try send(.unavailable(error.explanation), to: channel)
        }
        // Nothing of a file has been read until here, and from here on nothing is loaded or mapped.
        try ChildLimits.apply(
            parent: job.parentProcessID, addressSpaceBytes: job.sandbox.addressSpaceBytes + (job.ring?.bytes ?? 0),
            readable: ReaderDescriptor.readable)
        try send(.ready(protocolVersion: ReaderJob.currentVersion), to: channel)
        while true {
            let request = try ReaderRequest(body: channel.receiveBody())
            try ChildLimits.allowProcessorTime(seconds: job.sandbox.processorSecondsPerFile)
            try send(.opening(number: request.number), to: channel)
            let answer = worker.answer(request)
            try send(answer, number: request.number, to: channel)
        }
    }

    private static func ring(of job: ReaderJob) throws(SandboxFault) -> SliceRingWriter? {
        guard let layout = job.ring else { return nil }
        return try SliceRingWriter(Descriptor(owning: ReaderDescriptor.ring), layout: layout)
    }

    /// Sends an answer; one that has no message form becomes the file's end.
    private static func send(
        _ answer: ReaderAnswer, number: Int, to channel: borrowing MessageChannel
    ) throws(SandboxFault) {
        do {
            try send(.answer(number: number, answer), to: channel)
        } catch {
            switch error.code {
            case .messageTooLarge:
                let failure = ReaderAnswer.failed(.limitExceeded, detail: "its header holds too much text")
                try send(.answer(number: number, failure), to: channel)
            case .malformedMessage:
                let failure = ReaderAnswer.failed(.attributeInvalid, detail: "a number in its header is not finite")
                try send(.answer(number: number, failure), to: channel)
            default:
                throw error
            }
        }
    }

    private static func send(_ reply: ReaderReply, to channel: borrowing MessageChannel) throws(SandboxFault) {
        try channel.send(framed: MessageChannel.framed(reply.body()))
    }

    private static func isSocket(_ descriptor: Int32) -> Bool {
        var facts = stat()
        return fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFSOCK
    }

    private static func complain(_ sentence: String) {
        _ = sentence.utf8CString.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, max($0.count - 1, 0)) }
    }
}
