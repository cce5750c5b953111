import Foundation
import GantryCore
import GantryMutation

/// Drives the whole reader over thousands of spoilt files and prints what became of them; exit status 1 where it broke
/// a promise.
///
///     reader-mutants [--count 10000] [--seed 1] [--seconds 10] [--threads 4] [--keep FOLDER] [SEEDS...]
///
/// SEEDS are folders with files to spoil, beside those that the program makes itself. `--seconds` is what the reader
/// gives each file, `--threads` how many it reads at once. `--keep` keeps the mutants that ended the reader child.
@main
enum ReaderMutants {
    static func main() throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        func option(_ name: String) -> String? {
            guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else { return nil }
            defer { arguments.removeSubrange(index...index + 1) }
            return arguments[index + 1]
        }
        let count = option("--count").flatMap(Int.init) ?? 10_000
        let seed = option("--seed").flatMap(UInt64.init) ?? 1
        let seconds = option("--seconds").flatMap(Int.init) ?? 10
        let threads = option("--threads").flatMap(Int.init) ?? 4
        let keep = option("--keep")
        let made = try SeedFile.made()
        let others = try arguments.flatMap { try SeedFile.all(below: $0) }
        // Half of the mutants come from the files made here, which are sound and small, however many others there are.
        let seeds = others + (0..<max(1, others.count / made.count)).flatMap { _ in made }
        print("\(count) mutants of \(made.count) seeds made here and \(others.count) others, seed \(seed)")

        let folder = FileManager.default.temporaryDirectory.appending(path: "gantry-mutants-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let executable = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "gantry")
            .path
        var run = MutantRun(executable: executable, folder: folder.path, secondsPerFile: seconds, threads: threads)
        let factory = MutantFactory(seeds: seeds, seed: seed)
        try run.learn(seeds)
        let start = ContinuousClock.now
        for first in stride(from: 0, to: count, by: 250) {
            try run.run((first..<min(first + 250, count)).map(factory.mutant))
        }
        report(run.tally, seconds: (ContinuousClock.now - start) / .seconds(1))
        if let keep { try save(run.tally.deaths, in: keep) }
        if !run.tally.violations.isEmpty { exit(1) }
    }

    private static func report(_ tally: MutantTally, seconds: Double) {
        print(
            "\(tally.mutants) mutants in \(Int(seconds)) s; the slowest took "
                + "\(String(format: "%.1f", tally.slowestSeconds)) s"
        )
        print("scanned as an instance: \(tally.scannedAsInstance)")
        printCounts(tally.scanOutcomes)
        print("decoded: \(tally.decodedSlices) slices, \(tally.comparedSlices) of them compared value by value")
        printCounts(tally.readOutcomes)
        for code in [SliceRemark.Code.wrappedSamples, .missingEndMarker] {
            print(
                "decoded although a strict decoder refuses it (\(code.rawValue)): \(tally.tolerated[code] ?? 0) "
                    + "slices, \(tally.toleratedSpoilt[code] ?? 0) of them with other pixels than the sound file")
        }
        let compared = [SliceOpinion.Comparison.pixels, .attributes, .nothing].map { tally.opinions[$0] ?? 0 }
        print(
            "second opinions of DCMTK: \(compared[0]) on every pixel, \(compared[1]) on attributes alone, "
                + "\(compared[2]) none; \(tally.differences.count) known differences")
        for difference in tally.differences.prefix(60) { print("    " + difference) }
        print("reader children ended by a mutant: \(tally.deaths.count)")
        let kinds = Dictionary(grouping: tally.deaths) { death in
            death.sentence + ": " + death.mutant.mutations.joined(separator: ", ") + " of " + death.mutant.seed
        }
        for (kind, deaths) in kinds.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }).prefix(40) {
            print("    \(deaths.count) \(kind)")
        }
        print("promises broken: \(tally.violations.count)")
        for violation in tally.violations { print("    " + violation) }
    }

    private static func printCounts(_ counts: [FileReason: Int]) {
        for (reason, count) in counts.sorted(by: { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }) {
            print("    \(count) \(reason.rawValue)")
        }
    }

    private static func save(_ deaths: [MutantTally.Death], in folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for death in deaths {
            try Data(death.mutant.bytes).write(to: URL(filePath: folder + "/" + death.mutant.file))
        }
    }
}
