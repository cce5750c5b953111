import BenchmarkSupport
import Foundation

/// Measures all contestants in interleaved rounds and prints a line for each task.
struct Comparison {
    let series: BenchmarkSeries
    let rounds: Int
    let contestants: [any Contestant]
    /// Gantry's slices/s with one reader, by encoding.
    private var singleReader: [String: Double] = [:]
    private var hasHeading = false

    init(series: BenchmarkSeries, rounds: Int, contestants: [any Contestant]) {
        self.series = series
        self.rounds = rounds
        self.contestants = contestants
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
        guard let own = rates.first ?? nil else { return }
        if readers == 1 { singleReader[encoding.folder] = own }
        if readers == 2, let single = singleReader[encoding.folder] {
            print("    two readers: \(ratio(own / single)) of one, aim \(ratio(Encoding.aimOfTwoReaders))")
        }
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

    private func line(_ task: String, readers: Int, _ rates: [Double?], aim: Double?) {
        let figures = rates.map { ($0.map { String(format: "%.1f", $0) } ?? "-").leftPadded(17) }.joined()
        var text = task.rightPadded(24) + "\(readers)".leftPadded(7) + figures
        if let own = rates.first ?? nil, let best = rates.dropFirst().compactMap(\.self).max() {
            text += ratio(own / best).leftPadded(19) + (aim.map(ratio) ?? "").leftPadded(6)
        }
        print(text)
        fflush(nil)
    }

    private func ratio(_ value: Double) -> String { String(format: "%.2f", value) }
}
