import GantryCore

/// The same on two sides: what a network is judged by it has learned from.
public struct DataLeak: Sendable, Hashable, Codable {
    /// What is the same.
    public enum Reason: Sendable, Hashable, Codable {
        /// The group of this name: a patient.
        case group(String)
        /// The study of this name.
        case study(String)
        /// The decoded pixels.
        case pixels
        /// Nearly the pixels: their correlation.
        case nearlyPixels(correlation: Double)
    }

    /// A sample and its side.
    public struct Member: Sendable, Hashable, Codable {
        /// Its name.
        public var name: String
        /// Its side.
        public var side: DataSide

        /// A sample on a side.
        public init(name: String, side: DataSide) {
            self.name = name
            self.side = side
        }
    }

    /// What is the same.
    public var reason: Reason
    /// The sample on the earlier side: training before validation before test. Of a group or a study, the first by
    /// name.
    public var first: Member
    /// The sample on the later side.
    public var second: Member

    /// A leak between two samples.
    public init(reason: Reason, first: Member, second: Member) {
        self.reason = reason
        self.first = first
        self.second = second
    }

    /// A clause for a person: `train/00221 (train) and val/00172 (validation) have the same pixels`.
    public var wording: String {
        let both = "\(first.name) (\(first.side.rawValue)) and \(second.name) (\(second.side.rawValue)) "
        switch reason {
        case .group(let name): return both + "are of \(name)"
        case .study(let name): return both + "are of study \(name)"
        case .pixels: return both + "have the same pixels"
        case .nearlyPixels(let correlation):
            let thousandths = Int((correlation * 1000).rounded(.down))
            let digits = String(thousandths % 1000 + 1000).dropFirst()
            return both + "are nearly the same picture (correlation \(thousandths / 1000).\(digits))"
        }
    }

    /// The refusal of leaks, every one in a line of its own; nil without one.
    public static func fault(_ leaks: [DataLeak]) -> TrainingDataFault? {
        guard let first = leaks.first else { return nil }
        guard leaks.count > 1 else {
            return TrainingDataFault(
                .leak, subject: "", explanation: first.wording + ": keep them on one side, or leave one out.")
        }
        return TrainingDataFault(
            .leak, subject: "",
            explanation: "\(leaks.count) pairs stand on two sides: keep each on one side, or leave one out.\n"
                + leaks.map { "  " + $0.wording }.joined(separator: "\n"))
    }
}
