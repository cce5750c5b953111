import Glibc

/// The system refused to write a file.
package struct FileFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What the system was asked for.
    package enum Step: Hashable, Sendable {
        /// A new file beside the one that was meant, to write into, or what others were to write there.
        case create
        /// To take bytes, or permissions.
        case write
        /// To bring bytes to the disk.
        case synchronise
        case close
        /// To give the new file the name that was meant.
        case rename
        /// To open the folder in which it lies.
        case openFolder
        /// To bring the folder's entries to the disk.
        case synchroniseFolder
    }

    /// Of what: the file that was meant, or its folder.
    package let path: String
    /// At what it refused.
    package let step: Step
    /// The system's error number.
    package let status: Int32

    /// A failure of this kind.
    package init(path: String, step: Step = .write, status: Int32) {
        self.path = path
        self.step = step
        self.status = status
    }

    /// What the system says.
    package var reason: String { String(cString: strerror(status)) }

    /// One sentence for a person.
    package var description: String { "\(path): cannot be written: \(reason)." }
}
