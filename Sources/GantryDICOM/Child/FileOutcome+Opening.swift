import GantryCore
import GantrySandbox

extension FileOutcome {
    /// What becomes of a file that could not be opened.
    package init(file: String, _ fault: FileFault) {
        let reason: FileReason =
            switch fault.code {
            case .symbolicLink: .symbolicLink
            case .wrongKind: .notRegularFile
            case .absent, .outsideFolder, .notPermitted, .unsupported, .systemCall: .unreadable
            }
        self.init(file: file, reason: reason, detail: fault.explanation)
    }
}
