import GantryCore

/// What became of mutants.
package struct MutantTally: Sendable {
    /// Mutants made.
    package var mutants = 0
    /// Mutants that scanned as an instance.
    package var scannedAsInstance = 0
    /// Slices decoded, and how many of them were compared value by value.
    package var decodedSlices = 0
    package var comparedSlices = 0
    /// Ends of scanning, and of reading pixels, by reason.
    package var scanOutcomes: [FileReason: Int] = [:]
    package var readOutcomes: [FileReason: Int] = [:]
    /// Slices that were decoded although their encoding does not keep to the letter, by what was wrong, and how many of
    /// them have other pixels than the file that the mutant was made from: spoilt streams that a strict decoder
    /// refuses.
    package var tolerated: [SliceRemark.Code: Int] = [:]
    package var toleratedSpoilt: [SliceRemark.Code: Int] = [:]
    /// Decoded slices by how much of them a second reader compared.
    package var opinions: [SliceOpinion.Comparison: Int] = [:]
    /// What a second reader reads differently where it is known to (`KnownDifference`), and what was done to the file.
    /// Any other difference is a violation.
    package var differences: [String] = []
    /// Longest time a file took, seconds.
    package var slowestSeconds = 0.0
    /// Mutants that ended or stalled the reader child: what was done to them, and how it ended.
    package var deaths: [Death] = []
    /// Promises that the reader has not kept, in sentences. Must be empty.
    package var violations: [String] = []

    package init() {}

    /// What the reader was doing.
    enum Task: String, Sendable {
        case scan
        case read
    }

    /// A mutant that the child did not survive.
    package struct Death: Sendable {
        package let mutant: Mutant
        package let sentence: String
    }

    mutating func count(_ outcome: FileOutcome, of mutant: Mutant?, during task: Task) {
        switch task {
        case .scan: scanOutcomes[outcome.reason, default: 0] += 1
        case .read: readOutcomes[outcome.reason, default: 0] += 1
        }
        guard outcome.reason == .readerDied || outcome.reason == .readerTimedOut else { return }
        guard let mutant else { return violations.append("\(task): the outcome of a file that is none of the mutants") }
        deaths.append(Death(mutant: mutant, sentence: "\(task): \(outcome.reason.rawValue), \(outcome.detail)"))
    }

    /// Counts an opinion on a slice of `mutant`; a difference that is not known of its bytes is a promise broken.
    package mutating func count(_ opinion: SliceOpinion, of mutant: Mutant?) {
        opinions[opinion.compared, default: 0] += 1
        for difference in opinion.differences {
            let file = mutant.map { "mutant \($0.number), \($0.mutations) of \($0.seed)" } ?? "nobody knows which file"
            let sentence = "\(difference.attribute): \(difference.ours) here, \(difference.theirs) by DCMTK; \(file)"
            if let mutant, KnownDifference.explains(difference, on: mutant.bytes) {
                differences.append(sentence)
            } else {
                violations.append("second opinion: " + sentence)
            }
        }
    }

    /// `sound` are hashes of the pixels of each seed, by its name.
    mutating func add(_ receiver: CheckingReceiver, sound: [String: Set<Int>]) {
        for (code, file, hash) in receiver.tolerated {
            tolerated[code, default: 0] += 1
            let isSound = receiver.byFile[file].map { sound[$0.seed]?.contains(hash) ?? false } ?? false
            if !isSound { toleratedSpoilt[code, default: 0] += 1 }
        }
        decodedSlices += receiver.hashes.count
        comparedSlices += receiver.compared
        violations += receiver.violations
        for outcome in receiver.misses { count(outcome, of: receiver.byFile[outcome.file], during: .read) }
    }
}
