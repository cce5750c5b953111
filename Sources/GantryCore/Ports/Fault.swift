/// What an adapter throws: a code to switch over, what it happened to, the status underneath, a sentence.
///
/// Only `disposition` drives retries.
public struct Fault<Code: FaultCode>: Error, Sendable, Equatable, CustomStringConvertible {
    /// What went wrong.
    public var code: Code
    /// What it happened to: a file, a UID, an attribute, a table. No patient identity.
    public var subject: String
    /// What it happened to before, where a fault is the last of several; in order.
    public var earlierSubjects: [String] = []
    /// The underlying status: errno, an SQLite or library code; nil where there is none.
    public var status: Int?
    /// What was found, what was expected, what to do; a sentence without the subject.
    public var explanation: String

    /// A fault.
    public init(_ code: Code, subject: String, status: Int? = nil, explanation: String) {
        self.code = code
        self.subject = subject
        self.status = status
        self.explanation = explanation
    }

    /// Whether trying again can help.
    public var disposition: FaultDisposition { code.disposition }

    /// `subject: explanation`.
    public var description: String { subject.isEmpty ? explanation : subject + ": " + explanation }
}

/// The codes of one port's faults.
public protocol FaultCode: Sendable, Hashable, CaseIterable, RawRepresentable<String> {
    /// Whether trying again can help.
    var disposition: FaultDisposition { get }
}

/// Whether trying again can help.
public enum FaultDisposition: String, Sendable, Hashable, Codable {
    /// It may pass: a full disk, a busy store.
    case retryable
    /// It will be the same next time.
    case permanent
}
