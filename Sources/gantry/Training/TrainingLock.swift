import Foundation
import GantryPipeline

/// Keeps two processes from training the same bundle: a lock on the mark of its unfinished training, which the system
/// takes away with the process.
final class TrainingLock {
    private var descriptor: Int32

    /// Locks the bundle in `folder`. **Throws** `CommandFault` (75) where another process has it.
    init(_ folder: String) throws(CommandFault) {
        let path = folder + "/" + UnfinishedTraining.file
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFault(
                ExitStatus.configuration, "\(path): cannot be opened: \(String(cString: strerror(errno))).")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            release()
            throw CommandFault(
                ExitStatus.temporaryFailure, "\(folder): is being trained by another process; wait for it, or stop it.")
        }
    }

    /// Gives the bundle free.
    func release() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    deinit { release() }
}
