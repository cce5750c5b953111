import GantryCore

/// The exit codes of the executable (after sysexits.h). Documented in docs/exit-codes.md.
public enum ExitStatus {
    /// Everything was done.
    public static let done: Int32 = 0
    /// Something that should not happen.
    public static let unexpected: Int32 = 1
    /// Some studies succeeded and some failed.
    public static let someFailed: Int32 = 8
    /// The command line is wrong.
    public static let usage: Int32 = 64
    /// All studies failed.
    public static let badData: Int32 = 65
    /// There is no study to work on.
    public static let noInput: Int32 = 66
    /// The store or the output cannot be made.
    public static let cannotCreate: Int32 = 73
    /// Reading or writing failed on the way.
    public static let inputOutput: Int32 = 74
    /// It may go well later.
    public static let temporaryFailure: Int32 = 75
    /// The pipeline, its model, or the configuration is wrong.
    public static let configuration: Int32 = 78

    /// Ended by signal `number`: 130 for SIGINT, 143 for SIGTERM.
    public static func interrupted(by number: Int32) -> Int32 { 128 + number }

    /// What a fault of the store ends with.
    public static func of(_ fault: StoreFault) -> Int32 {
        switch fault.code {
        case .heldByAnotherRunner, .busy: temporaryFailure
        case .cannotOpen: cannotCreate
        // No restart helps: somebody must name another store, or bring a sound one.
        case .newerSchema, .damaged: configuration
        case .diskFull, .inputOutput: inputOutput
        case .leaseLost, .illegalMove, .unknownStudy: unexpected
        }
    }
}

extension RunSummary {
    /// The exit code. Rejected files beside a judged study do not change it; findings never do. A study left in
    /// quarantine has no verdict, and counts as failed.
    public var exitStatus: Int32 {
        switch stopped {
        case .signal(let number): return ExitStatus.interrupted(by: number)
        case .storeFault(let fault): return ExitStatus.of(fault)
        case .scorerFault: return ExitStatus.configuration
        case .lowDisk where studies.contains { $0.end == .unfinished }: return ExitStatus.temporaryFailure
        case .lowDisk, nil: break
        }
        switch inputFault {
        case .listing: return ExitStatus.noInput
        case .reader(let fault):
            return fault.code == .rootUnreadable ? ExitStatus.noInput : ExitStatus.temporaryFailure
        case nil: break
        }
        let good = studies.count { isGood($0.end) }
        if studies.isEmpty && !absentStudies.isEmpty { return ExitStatus.noInput }
        let bad = studies.count - good + unreadableFolders.count + absentStudies.count
        if good == 0 && bad == 0 { return ExitStatus.noInput }
        if bad == 0 { return ExitStatus.done }
        if good > 0 { return ExitStatus.someFailed }
        return statusWhereAllFailed
    }

    /// Bad data is the answer to most failures; where only reading or writing failed, that is.
    private var statusWhereAllFailed: Int32 {
        guard unreadableFolders.isEmpty else { return ExitStatus.badData }
        let areUnwritten = studies.allSatisfy {
            switch $0.end {
            case .unreported, .failed(.reportFault, _): true
            default: false
            }
        }
        if areUnwritten { return ExitStatus.inputOutput }
        let areTemporary = studies.allSatisfy {
            switch $0.end {
            case .failed(.readerFault, _), .failed(.readerTimedOut, _), .unfinished: true
            default: false
            }
        }
        return areTemporary ? ExitStatus.temporaryFailure : ExitStatus.badData
    }

    private func isGood(_ end: StudyEnd) -> Bool {
        switch end {
        case .judged, .unchanged: true
        case .failed, .quarantined, .unfinished, .unreported: false
        }
    }
}
