import GantryCore
import GantrySandbox

/// A reader child that has its channel and nothing else: no job, and no file's byte.
struct StartedReader: ~Copyable, Sendable {
    let process: ChildProcess
    let channel: MessageChannel

    /// Starts one, which loads its libraries and then waits for its job. It ends by itself where its channel closes,
    /// as it does when this process ends.
    ///
    /// **Throws** `.notStarted`, `.systemCall`.
    init(_ launch: ReaderLaunch) throws(SandboxFault) {
        let pair = try MessageChannel.pair()
        process = try ChildProcess(
            executable: launch.executable, arguments: launch.arguments, descriptors: [pair.far.number])
        launch.childStarted(process.processID)
        channel = pair.takeNear()
    }
}
