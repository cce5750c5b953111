import Glibc

/// A child process in which files that nobody vouches for are parsed: the body of a hidden subcommand.
///
/// It is started by gantry itself with a channel, loads what it needs, gets its job, limits and confines itself for
/// good, and only then reads the first byte. What is open for it, it is started with or gets with its job.
package protocol ConfinedChild: ~Copyable {
    /// The first message, parent to child.
    associatedtype Job: ConfinedJob

    /// Loads what every job needs, before there is one. What fails fails again in `ready`.
    static func load()

    /// Loads and takes over what cannot be had under the limits. Nil where it cannot work here: then it has told the
    /// parent why.
    ///
    /// **Throws** what the channel throws.
    static func ready(for job: Job, _ channel: borrowing MessageChannel) throws(SandboxFault) -> Self?

    /// Does the job, under the limits. **Throws** what channel and limits throw, `.channelClosed` where the parent
    /// has no more for it to do.
    consuming func serve(_ channel: borrowing MessageChannel) throws(SandboxFault)
}

/// What every job says to its child.
package protocol ConfinedJob: Decodable {
    /// The process whose end is the child's end.
    var parentProcessID: Int32 { get }
    /// What the child may take, bytes.
    var addressSpaceBytes: Int { get }
    /// The open folder or file at or below which the child may open what it reads, by the number it has there.
    static var readableDescriptor: Int32 { get }
}

/// What a confined child has open from its start, besides what its job says.
package enum ConfinedChildDescriptor {
    /// The message channel.
    package static let channel: Int32 = 3
    /// The first of what else it is given.
    package static let first: Int32 = 4
}

extension ConfinedChild where Self: ~Copyable {
    /// Nothing.
    package static func load() {}

    /// Runs to the end of the job, and returns the exit status: 0; 64 where it was not started by gantry with a
    /// channel; 75 where it cannot work.
    package static func run(arguments: [String]) -> Int32 {
        guard arguments.isEmpty, isSocket(ConfinedChildDescriptor.channel) else {
            complain("this command is started by gantry itself, not by a person\n")
            return 64
        }
        let channel = MessageChannel(Descriptor(owning: ConfinedChildDescriptor.channel))
        do throws(SandboxFault) {
            load()
            let job = try channel.receive(Job.self, descriptorsFrom: ConfinedChildDescriptor.first)
            guard let child = try ready(for: job, channel) else { return 0 }
            // Nothing of a file has been read until here, and from here on nothing is loaded.
            try ChildLimits.apply(
                parent: job.parentProcessID, addressSpaceBytes: job.addressSpaceBytes,
                readable: Job.readableDescriptor)
            try child.serve(channel)
            return 0
        } catch {
            // The parent sees the channel close, and knows what the child was on.
            return error.code == .channelClosed ? 0 : 75
        }
    }

    private static func isSocket(_ descriptor: Int32) -> Bool {
        var facts = stat()
        return fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFSOCK
    }

    private static func complain(_ sentence: String) {
        _ = sentence.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }
}
