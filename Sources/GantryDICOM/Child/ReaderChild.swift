import GantryCore
import GantrySandbox

/// The child process in which DICOM bytes are parsed.
///
/// It is started by `SandboxedStudyReader` or `SandboxedSecondReader` with the folder and the ring already open, and
/// answers requests until the channel closes.
package struct ReaderChild: ConfinedChild, ~Copyable {
    private var worker: ReaderWorker
    private let processorSecondsPerFile: Int

    /// See `ConfinedChild`.
    package static func ready(
        for job: ReaderJob, _ channel: borrowing MessageChannel
    ) throws(SandboxFault) -> ReaderChild? {
        do {
            try DICOMLibrary.loadEverything()
            if job.isSecondOpinion {
                ChildLimits.lowerPriority()
                try DICOMLibrary.startSecondOpinions()
            }
        } catch {
            try send(.unavailable(error.description), to: channel)
            return nil
        }
        let folder: SafeFolder
        do {
            folder = try SafeFolder(Descriptor(owning: ReaderDescriptor.folder))
        } catch {
            try send(.unavailable(error.explanation), to: channel)
            return nil
        }
        do {
            return ReaderChild(
                worker: try ReaderWorker(folder: folder, ring: ring(of: job), limits: job.limits),
                processorSecondsPerFile: job.sandbox.processorSecondsPerFile)
        } catch {
            try send(.unavailable(error.explanation), to: channel)
            return nil
        }
    }

    /// See `ConfinedChild`.
    package consuming func serve(_ channel: borrowing MessageChannel) throws(SandboxFault) {
        try Self.send(.ready(protocolVersion: ReaderJob.currentVersion), to: channel)
        while true {
            let request = try ReaderRequest(body: channel.receiveBody())
            try ChildLimits.allowProcessorTime(seconds: processorSecondsPerFile)
            try Self.send(.opening(number: request.number), to: channel)
            let answer = worker.answer(request)
            try Self.send(answer, number: request.number, to: channel)
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
}
