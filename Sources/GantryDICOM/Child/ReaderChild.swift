import GantryCore
import GantrySandbox

/// The child process in which DICOM bytes are parsed.
///
/// It is started by `SandboxedStudyReader` or `SandboxedSecondReader`, perhaps before there is a job for it, gets the
/// folder and the ring open with its job, and answers requests until the channel closes.
package struct ReaderChild: ConfinedChild, ~Copyable {
    private let desk: ReaderDesk
    private let processorSecondsPerFile: Int

    /// See `ConfinedChild`.
    package static func load() { try? DICOMLibrary.loadEverything() }

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
            try channel.send(ReaderReply.unavailable(error.description))
            return nil
        }
        let folder: SafeFolder
        do {
            folder = try SafeFolder(Descriptor(owning: ReaderDescriptor.folder))
        } catch {
            try channel.send(ReaderReply.unavailable(error.explanation))
            return nil
        }
        do {
            // DCMTK, which gives second opinions, has the main thread's stack, and memory for one file.
            let threads = job.isSecondOpinion ? 1 : min(max(job.threads, 1), ReaderJob.mostThreads)
            let worker = try ReaderWorker(
                folder: folder, ring: ring(of: job), limits: job.limits,
                memoryBytes: job.sandbox.addressSpaceBytes / 2, threads: threads)
            return ReaderChild(
                desk: ReaderDesk(worker, threads: threads),
                processorSecondsPerFile: job.sandbox.processorSecondsPerFile)
        } catch {
            try channel.send(ReaderReply.unavailable(error.explanation))
            return nil
        }
    }

    /// See `ConfinedChild`.
    package consuming func serve(_ channel: borrowing MessageChannel) throws(SandboxFault) {
        try ChildLimits.watchProcessorTime(seconds: processorSecondsPerFile)
        try channel.send(ReaderReply.ready(protocolVersion: ReaderJob.currentVersion))
        try desk.serve(channel)
    }

    private static func ring(of job: ReaderJob) throws(SandboxFault) -> SliceRingWriter? {
        guard let layout = job.ring else { return nil }
        return try SliceRingWriter(Descriptor(owning: ReaderDescriptor.ring), layout: layout)
    }
}
