import Foundation
import GantryCore
import GantryDICOM

/// Measures the reader, with the peers beside it on the same files in the same run.
///
///     reader-benchmark make SOURCE FOLDER         makes the series to be read out of the slices of SOURCE
///     reader-benchmark measure FOLDER [options]   prints files/s of a scan and slices/s of decoding
///
/// Options of `measure`: `--encodings a,b` (all), `--rounds N` (3), `--readers 1,2`, `--threads 1,2` (of each reader of
/// Gantry's), `--no-scan`, `--python FILE` with `--peers DIR` (without it Gantry alone). Rounds are interleaved: in
/// each, every contestant does everything once; figures are medians.
@main
enum ReaderBenchmark {
    static func main() throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        func option(_ name: String) -> String? {
            guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else { return nil }
            defer { arguments.removeSubrange(index...index + 1) }
            return arguments[index + 1]
        }
        let encodings = option("--encodings")?.split(separator: ",").map(String.init)
        let rounds = option("--rounds").flatMap(Int.init) ?? 3
        let readers = option("--readers")?.split(separator: ",").compactMap { Int($0) } ?? [1, 2]
        let threads = option("--threads")?.split(separator: ",").compactMap { Int($0) } ?? [1, 2]
        let python = option("--python")
        let peers = option("--peers")
        let scans = !arguments.contains("--no-scan")
        arguments.removeAll { $0 == "--no-scan" }
        let gantry = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "gantry").path
        switch (arguments.first, arguments.count) {
        case ("make", 3):
            try BenchmarkSeries(folder: arguments[2]).make(from: arguments[1], executable: gantry)
        case ("measure", 2):
            let series = BenchmarkSeries(folder: arguments[1])
            var comparison = Comparison(
                series: series, rounds: max(rounds, 1),
                contestants: threads.map { GantryContestant(executable: gantry, threads: $0) }
                    + PeerProcess.startAll(python: python, scripts: peers))
            if scans { try comparison.scan() }
            for encoding in Encoding.all where encodings?.contains(encoding.folder) ?? true {
                for count in readers { try comparison.decode(encoding, readers: count) }
            }
        default:
            FileHandle.standardError.write(
                Data("usage: reader-benchmark make SOURCE FOLDER | measure FOLDER [options]\n".utf8))
            exit(64)
        }
    }
}
