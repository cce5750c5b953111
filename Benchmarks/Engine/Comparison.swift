import BenchmarkSupport
import Foundation
import GantryCore

/// Measures all contestants in interleaved rounds: in each round, for each load, everybody is asked for a short while
/// in turn.
final class Comparison {
    /// How long and how often.
    struct Effort {
        /// Seconds that a contestant is asked for in each round and load.
        var seconds: Double
        var rounds: Int
        /// Fresh processes for start and memory.
        var starts: Int
    }

    /// What is known of one contestant.
    struct Figures {
        let precision: Precision
        let isOwn: Bool
        var name: String
        /// Images/s of each round.
        var rates: [Load: [Double]] = [:]
        /// How it takes the largest load, where it can go several ways.
        var way: String?
        var startAndMemory: StartAndMemory?
        /// Why there are no figures, where there are none.
        var absence: String?
    }

    private let contestants: [Contestant]
    private let effort: Effort
    private(set) var figures: [Figures] = []
    /// Operations a second on the threads of the load, in each round.
    private(set) var peaks: [Precision: [Int: [Double]]] = [:]

    /// ONNX Runtime's threads go on asking for work for some 40 ms after a call before they sleep: nobody is measured
    /// meanwhile.
    private static let pause: TimeInterval = 0.1

    init(contestants: [Contestant], effort: Effort) {
        self.contestants = contestants
        self.effort = effort
    }

    /// Measures. A contestant that cannot start has no figures, and the reason instead.
    func run() throws {
        var running: [(number: Int, process: LineProcess)] = []
        for contestant in contestants {
            var entry = Figures(precision: contestant.precision, isOwn: contestant.isOwn, name: contestant.name)
            do {
                entry.startAndMemory = try StartAndMemory(of: contestant, repeats: effort.starts)
                let (name, process) = try contestant.start()
                entry.name = name
                running.append((figures.count, process))
            } catch {
                entry.absence = sentence(error)
            }
            figures.append(entry)
        }
        checkLogits(running)
        for (number, process) in running {
            for load in Load.all {
                let way = try process.ask(["prepare"] + load.words)
                if load == .largest { figures[number].way = way }
            }
        }
        for _ in 0..<effort.rounds {
            for load in Load.all {
                for (number, process) in running { measure(number, process, load) }
            }
            for precision in Precision.allCases {
                for threads in [1, 2] {
                    guard let peak = MachinePeak.measure(precision, threads: threads, seconds: 0.1) else { continue }
                    peaks[precision, default: [:]][threads, default: []].append(peak)
                }
            }
        }
    }

    private func measure(_ number: Int, _ process: LineProcess, _ load: Load) {
        do {
            let lap = try process.askForLap(["measure"] + load.words + ["\(effort.seconds)"])
            figures[number].rates[load, default: []].append(lap.rate)
        } catch {
            print(
                "\(figures[number].precision.rawValue) \(figures[number].name): batch \(load.batch): \(sentence(error))"
            )
        }
        Thread.sleep(forTimeInterval: Self.pause)
    }

    /// Says who does not get the logits that Gantry gets in f32: a fast wrong engine is none.
    private func checkLogits(_ running: [(number: Int, process: LineProcess)]) {
        var expected: [Double]?
        for (number, process) in running {
            let answer = (try? process.ask(["logits"] + Load.largest.words)) ?? ""
            let logits = answer.split(separator: " ").compactMap { Double($0) }
            let reference = expected ?? logits
            expected = reference
            let largest = reference.map(abs).max() ?? 0
            let difference = zip(logits, reference).map { abs($0 - $1) }.max() ?? .infinity
            let tolerance = figures[number].precision.tolerance
            if logits.count != reference.count || !(difference <= tolerance * largest) {
                print(
                    "\(figures[number].precision.rawValue) \(figures[number].name): other logits than "
                        + "\(figures[0].name), apart by \(difference) where the largest is \(largest)")
            }
        }
    }

    private func sentence(_ error: any Error) -> String {
        (error as? ContestantFailure)?.sentence ?? "\(error)"
    }
}

extension Precision {
    /// How far a correct engine's logits may be from those in f32, as part of the largest. Loose: it is to find another
    /// network, not rounding.
    fileprivate var tolerance: Double {
        switch self {
        case .f32: 0.001
        case .bf16: 0.1
        case .int8: 0.3
        }
    }
}
