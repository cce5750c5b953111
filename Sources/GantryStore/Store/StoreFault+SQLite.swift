import GRDB
import GantryCore

extension Fault where Code == StoreFaultCode {
    /// What an error inside a transaction means to the caller. A `StoreFault` stays what it is; SQL text and values
    /// are left out, since values may be identity.
    init(from error: any Error, subject: String) {
        switch error {
        case let fault as StoreFault:
            self = fault
        case let error as DatabaseError:
            self.init(
                Self.code(of: error.resultCode), subject: subject, status: Int(error.extendedResultCode.rawValue),
                explanation: Self.explanation(of: error))
        default:
            // Rows and JSON that do not decode.
            self.init(
                .damaged, subject: subject,
                explanation:
                    "the store holds a value that cannot be read: it is damaged, or a newer version wrote it. Run that "
                    + "version, bring back a copy, or name another with --store")
        }
    }

    private static func code(of result: ResultCode) -> StoreFaultCode {
        switch result {
        case .SQLITE_FULL: .diskFull
        case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
        case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_FORMAT: .damaged
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: .cannotOpen
        case .SQLITE_CONSTRAINT: .illegalMove
        default: .inputOutput
        }
    }

    private static func explanation(of error: DatabaseError) -> String {
        let message = error.message ?? "no message"
        return switch code(of: error.resultCode) {
        case .diskFull: "the disk is full; nothing was changed"
        case .busy: "another process holds the store longer than the time allowed; try again"
        case .damaged where error.resultCode == .SQLITE_NOTADB:
            "the file is no SQLite database, and so no store; --store names another"
        case .damaged:
            "the store is damaged (\(message)). Move it away and bring back a copy, or name another with --store"
        case .cannotOpen: "the store cannot be opened for this (\(message))"
        case .illegalMove: "the store's rules refuse this change (\(message)); nothing was changed"
        default: "reading or writing failed (\(message))"
        }
    }
}
