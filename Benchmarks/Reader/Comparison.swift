import BenchmarkSupport
import Foundation

/// Measures all contestants in interleaved rounds and prints a line for each task.
struct Comparison {
    let series: BenchmarkSeries
    let rounds: Int
    /// Gantry with each number of threads, then the peers.
    let contestants: [any Contestant]
    /// How many of them are Gantry.
    private let own: Int
    /// Slices/s with one reader, of each Gantry, by encoding.
    private var singleReader: [String: [Double?]] = [:]
    private var hasHeading = false

    init(series: BenchmarkSeries, rounds: Int, contestants: [any Contestant]) {
        self.series = series
        self.rounds = rounds
        self.contestants = contestants
        own = contestants.count { $0 is GantryContestant }
    }

    /// Files/s of reading the headers of 10,000 files, and the memory it takes.
    mutating func scan() throws {
        heading()
        if let gantry = contestants.first as? GantryContestant {
            let memory = try gantry.scanMemory(series.scanPath)
            print(
                "Gantry's peak memory: \(memory.childEarly / 1024) MiB in the child after 1,000 files, "
                    + "\(memory.child / 1024) MiB after all; \(memory.parent / 1024) MiB in the parent")
        }
        let rates = measure { try $0.scan(series.scanPath) }
        line("scan", readers: 1, rates, aim: nil)
    }

    /// Slices/s to Hounsfield units.
    mutating func decode(_ encoding: Encoding, readers: Int) throws {
        heading()
        let folder = series.path(encoding)
        guard FileManager.default.fileExists(atPath: folder) else {
            return print("\(encoding.folder): not made here, left out")
        }
        if readers == 1 { checkSums(folder, encoding) }
        let rates = measure { try $0.decode(folder, readers: readers) }
        line(encoding.folder, readers: readers, rates, aim: encoding.aim)
        if readers == 1 { singleReader[encoding.folder] = Array(rates.prefix(own)) }
        guard readers == 2, let two = rates.first ?? nil, let single = singleReader[encoding.folder]?.first ?? nil
        else {
            return
        }
        print("    two readers: \(ratio(two / single)) of one, aim \(ratio(Encoding.aimOfTwoReaders))")
    }

    /// Says who does not get the pixels that Gantry gets: a fast wrong reader is none.
    private func checkSums(_ folder: String, _ encoding: Encoding) {
        let sums = contestants.map { contestant in (contestant.name, try? contestant.sum(folder)) }
        guard let own = sums.first?.1 else { return print("\(encoding.folder): Gantry cannot read it") }
        for (name, sum) in sums where sum != own {
            print(
                "\(encoding.folder): \(name) gets \(sum.map { "other pixels, sum \($0) instead of \(own)" } ?? "none")")
        }
    }

    /// Count per second of each contestant, the median of the rounds; nil where it failed.
    private func measure(_ lap: (any Contestant) throws -> Lap) -> [Double?] {
        var rates = [[Double]](repeating: [], count: contestants.count)
        for _ in 0..<rounds {
            for (index, contestant) in contestants.enumerated() {
                do {
                    let result = try lap(contestant)
                    rates[index].append(result.rate)
                } catch {
                    print("    \(contestant.name): \((error as? ContestantFailure)?.sentence ?? "\(error)")")
                }
            }
        }
        return rates.map { rates in rates.count < rounds ? nil : rates.median }
    }

    private mutating func heading() {
        guard !hasHeading else { return }
        hasHeading = true
        let names = contestants.map { $0.name.leftPadded(17) }.joined()
        print("files/s and slices/s    readers" + names + "   of the best peer   aim")
    }

    /// A line for all, with the best peer beside the first Gantry; below it the others, and what they say about the
    /// part of the work that one thread does.
    private func line(_ task: String, readers: Int, _ rates: [Double?], aim: Double?) {
        let figures = rates.map { ($0.map { String(format: "%.1f", $0) } ?? "-").leftPadded(17) }.joined()
        var text = task.rightPadded(24) + "\(readers)".leftPadded(7) + figures
        let best = rates.dropFirst(own).compactMap(\.self).max()
        if let first = rates.first ?? nil, let best {
            text += ratio(first / best).leftPadded(19) + (aim.map(ratio) ?? "").leftPadded(6)
        }
        print(text)
        let one = zip(contestants, rates).first { ($0.0 as? GantryContestant)?.threads == 1 }?.1
        for (contestant, rate) in zip(contestants.prefix(own), rates) {
            guard let threads = (contestant as? GantryContestant)?.threads, threads > 1, let rate, let one else {
                continue
            }
            let gain = rate / one
            // Amdahl: 1 / (f + (1 - f) / n).
            let serial = (Double(threads) / gain - 1) / Double(threads - 1)
            print(
                "    \(threads) threads: \(ratio(gain)) of one, serial fraction \(ratio(serial))"
                    + (best.map { "; \(ratio(rate / $0)) of the best peer" } ?? ""))
        }
        fflush(nil)
    }

    private func ratio(_ value: Double) -> String { String(format: "%.2f", value) }
}
