import Foundation
import GantryCore
import GantryDICOM

/// Drives the whole reader over mutants and holds what it says against what it promises.
package struct MutantRun {
    private let reader: SandboxedStudyReader
    private let secondReader: SandboxedSecondReader
    private let folder: String
    private let secondsPerFile: Int
    /// What was found.
    package private(set) var tally = MutantTally()
    /// Hashes of the pixels of each file that mutants are made from, by its name.
    private var sound: [String: Set<Int>] = [:]

    /// A run whose mutants are written below `folder`, which must exist, and removed again.
    ///
    /// The reader reads `threads` files at once. `secondsPerFile` is what it gives each file; a file that takes longer
    /// although the reader should have given up is a violation.
    package init(
        executable: String, arguments: [String] = ["reader-child"], folder: String, secondsPerFile: Int, threads: Int
    ) {
        var limits = ReaderLimits()
        limits.secondsPerFile = secondsPerFile
        reader = SandboxedStudyReader(executable: executable, arguments: arguments, limits: limits, threads: threads)
        secondReader = SandboxedSecondReader(executable: executable, arguments: arguments, limits: limits)
        self.folder = folder
        self.secondsPerFile = secondsPerFile
    }

    /// Reads the files that mutants are made from, so that it can be said which mutants have other pixels.
    package mutating func learn(_ seeds: [SeedFile]) throws {
        let before = tally
        defer { tally = before }
        for (number, seed) in seeds.enumerated() where sound[seed.name] == nil {
            let file = Mutant(number: -1 - number, seed: seed.name, mutations: [], bytes: seed.bytes)
            try Data(file.bytes).write(to: URL(filePath: folder + "/" + file.file))
            defer { try? FileManager.default.removeItem(atPath: folder + "/" + file.file) }
            let byFile = [file.file: file]
            sound[seed.name] = Set(try read(scan([file], byFile).flatMap(Self.sources), byFile).map(\.hash))
        }
    }

    /// Scans `mutants` in one call and reads the pixels of those that scan as images.
    package mutating func run(_ mutants: [Mutant]) throws {
        for mutant in mutants {
            try Data(mutant.bytes).write(to: URL(filePath: folder + "/" + mutant.file))
        }
        defer {
            for mutant in mutants { try? FileManager.default.removeItem(atPath: folder + "/" + mutant.file) }
        }
        let byFile = Dictionary(uniqueKeysWithValues: mutants.map { ($0.file, $0) })
        tally.mutants += mutants.count
        let sources = try scan(mutants, byFile).flatMap(Self.sources)
        let decoded = try read(sources, byFile)
        try readAgain(decoded, byFile)
        ask(decoded.map(\.source), byFile)
    }

    /// Lets a second reader read what was decoded; it may die, refuse, or read something else, and must come to an end.
    private mutating func ask(_ sources: [SliceSource], _ byFile: [String: Mutant]) {
        // A few at a time: where it dies often, the rest of a call is left without an opinion.
        for first in stride(from: 0, to: sources.count, by: 8) {
            let asked = Array(sources[first..<min(first + 8, sources.count)])
            let opinions = secondReader.opinions(root: folder, slices: asked) { .proceed }
            if opinions.count != asked.count {
                tally.violations.append("second opinion: \(asked.count) slices came to \(opinions.count) opinions")
            }
            for (source, opinion) in zip(asked, opinions) {
                tally.count(opinion, of: byFile[source.file])
            }
        }
    }

    private mutating func scan(_ mutants: [Mutant], _ byFile: [String: Mutant]) throws -> [SOPInstance] {
        var pace = Pace()
        let result = try reader.scan(root: folder, files: mutants.map(\.file)) { _ in pace.step() }
        note(pace, during: "scan")
        let ends = result.instances.map(\.file) + result.outcomes.map(\.file)
        if ends.sorted() != mutants.map(\.file).sorted() {
            tally.violations.append("scan: \(mutants.count) files came to \(ends.count) ends")
        }
        for outcome in result.outcomes { tally.count(outcome, of: byFile[outcome.file], during: .scan) }
        tally.scannedAsInstance += result.instances.count
        return result.instances
    }

    /// The first and the last image of an instance: where there are a million frames, two say enough.
    private static func sources(_ instance: SOPInstance) -> [SliceSource] {
        guard let pixels = instance.pixels else { return [] }
        let numbers = Set([1, max(1, instance.frames.count)]).sorted()
        return numbers.compactMap { number in
            let stated = number <= instance.frames.count ? instance.frames[number - 1].plane : nil
            guard let plane = stated ?? Self.anyPlane else { return nil }
            return SliceSource(
                file: instance.file, sopInstanceUID: instance.sopInstanceUID, frameNumber: number,
                instanceNumber: instance.instanceNumber, positionMillimetres: Double(number), rows: pixels.rows,
                columns: pixels.columns, plane: plane)
        }
    }

    /// A plane for images that say none: pixels are read all the same.
    private static let anyPlane = SlicePlane(
        imagePositionPatient: Vector3(0, 0, 0), rowDirection: Vector3(1, 0, 0), columnDirection: Vector3(0, 1, 0),
        rowSpacingMillimetres: 1, columnSpacingMillimetres: 1)

    /// Reads slices and returns those that were decoded, with a hash of their values.
    private mutating func read(
        _ sources: [SliceSource], _ byFile: [String: Mutant]
    ) throws -> [(source: SliceSource, hash: Int)] {
        var rest = sources[...]
        var decoded: [(source: SliceSource, hash: Int)] = []
        while !rest.isEmpty {
            var receiver = CheckingReceiver(byFile: byFile)
            do throws(ReaderFault) {
                try reader.read(root: folder, slices: Array(rest), padding: .keep, into: &receiver)
                if receiver.sources != Array(rest) {
                    tally.violations.append("read: \(rest.count) slices came to \(receiver.sources.count) ends")
                }
                rest = []
            } catch {
                guard error.code == .quarantined else { throw error }
                if receiver.sources != Array(rest.prefix(receiver.sources.count)) {
                    tally.violations.append("read: a slice came out of order")
                }
                // The reader has died twice; the second time on the slice after those that came.
                rest = rest.dropFirst(receiver.sources.count)
                guard let fatal = rest.popFirst() else { break }
                let outcome = FileOutcome(file: fatal.file, reason: .readerDied, detail: error.explanation)
                tally.count(outcome, of: byFile[fatal.file], during: .read)
            }
            note(receiver.pace, during: "read")
            tally.add(receiver, sound: sound)
            decoded += receiver.hashes
        }
        return decoded
    }

    /// Reads slices that were decoded once more, the last one first, so that each lands on other values in the ring:
    /// what a decoder left as it was shows.
    private mutating func readAgain(
        _ decoded: [(source: SliceSource, hash: Int)], _ byFile: [String: Mutant]
    ) throws {
        let reversed = Array(decoded.reversed())
        var receiver = CheckingReceiver(byFile: byFile)
        try reader.read(root: folder, slices: reversed.map(\.source), padding: .keep, into: &receiver)
        if !receiver.misses.isEmpty { tally.violations.append("read again: \(receiver.misses[0].detail)") }
        for (first, second) in zip(reversed, receiver.hashes) where first.hash != second.hash {
            let mutant = byFile[first.source.file].map { "\($0.number) (\($0.mutations))" } ?? first.source.file
            tally.violations.append("mutant \(mutant) gave other pixels when it was read again")
        }
    }

    /// A file may take its time and what ending and starting a child takes; more is a hang.
    private mutating func note(_ pace: Pace, during task: String) {
        tally.slowestSeconds = max(tally.slowestSeconds, pace.slowestSeconds)
        if pace.slowestSeconds > Double(2 * secondsPerFile + 10) {
            tally.violations.append("\(task): a file took \(pace.slowestSeconds) s")
        }
    }
}

/// The longest time between two answers.
struct Pace {
    private(set) var slowestSeconds = 0.0
    private var before = ContinuousClock.now

    mutating func step() {
        let now = ContinuousClock.now
        slowestSeconds = max(slowestSeconds, (now - before) / .seconds(1))
        before = now
    }
}

/// Takes slices and compares their values with what the mutant's bytes hold.
package struct CheckingReceiver: SliceReceiver {
    let byFile: [String: Mutant]
    var sources: [SliceSource] = []
    var misses: [FileOutcome] = []
    /// Decoded slices, with a hash of their values.
    var hashes: [(source: SliceSource, hash: Int)] = []
    /// Slices whose encoding does not keep to the letter: what is wrong, the file, the hash of the values.
    var tolerated: [(code: SliceRemark.Code, file: String, hash: Int)] = []
    /// Slices whose values were compared with what the file holds.
    package private(set) var compared = 0
    /// Slices whose values the file does not hold.
    package private(set) var violations: [String] = []
    var pace = Pace()

    /// A receiver of slices of these mutants, by the names of their files.
    package init(byFile: [String: Mutant]) { self.byFile = byFile }

    package mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
        pace.step()
        sources.append(slice.source)
        let hash = hounsfield.withUnsafeBytes { Self.hash($0) }
        hashes.append((slice.source, hash))
        for remark in slice.remarks where remark.code == .wrappedSamples || remark.code == .missingEndMarker {
            tolerated.append((remark.code, slice.source.file, hash))
        }
        check(hounsfield, of: slice.source)
        return .proceed
    }

    /// Compares a slice's values with what its file holds, where that can be said.
    package mutating func check(_ hounsfield: Span<Int16>, of source: SliceSource) {
        guard let mutant = byFile[source.file], source.frameNumber == 1 else { return }
        guard let truth = PixelTruth(mutant.bytes) else { return }
        compared += 1
        if truth != .values(hounsfield.withUnsafeBufferPointer { Array($0) }) {
            violations.append("mutant \(mutant.number) (\(mutant.mutations)) gave pixels that it does not hold")
        }
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: bytes)
        return hasher.finalize()
    }

    package mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl {
        pace.step()
        sources.append(source)
        misses.append(outcome)
        return .proceed
    }
}
