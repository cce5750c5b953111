import Foundation
import GantryCore
import GantryTraining

/// Gantry's side of `training_benchmark.py`: trains on pictures of random numbers, and answers on standard output what
/// it is asked on standard input.
///
///     training-benchmark NETWORK SIDE BATCH IMAGES FREEZE PRECISION THREADS
///
///     first     an epoch over IMAGES pictures, with nothing kept from before    -> "IMAGES SECONDS"
///     later     another one; a frozen beginning's output is kept                -> "IMAGES SECONDS"
///
/// It says its name first. The steps are those of `gantry train`: `NetworkInputs`, `TrainableNetwork`, `Optimizer`;
/// validation, decoding and checkpoints are left out.
@main
struct TrainingBenchmark {
    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        let numbers = [1, 2, 3, 6].compactMap { words.count == 7 ? Int(words[$0]) : nil }
        guard numbers.count == 4, numbers.allSatisfy({ $0 > 0 }), let network = PublishedNetwork(rawValue: words[0]),
            let freeze = FreezePoint(rawValue: words[4]), let precision = Precision(rawValue: words[5])
        else {
            print("absent: training-benchmark NETWORK SIDE BATCH IMAGES FREEZE PRECISION THREADS")
            return
        }
        let architecture = network.architecture(classes: 2)
        let arithmetic = try TrainableNetwork.arithmetic(for: precision, architecture: architecture, freeze: freeze)
        answer("Gantry, \(try TrainableNetwork.kernelPath(arithmetic))")
        let trainee = try Trainee(
            architecture, side: numbers[0], batch: numbers[1], images: numbers[2], freeze: freeze,
            precision: precision, workers: numbers[3])
        while let line = readLine() {
            do {
                switch line {
                case "first": try trainee.forgetInputs()
                case "later": break
                default:
                    answer("failed: not understood")
                    continue
                }
                let start = ContinuousClock.now
                let count = try trainee.epoch()
                answer("\(count) \((ContinuousClock.now - start) / .seconds(1))")
            } catch {
                answer("failed: \(error)")
            }
        }
    }

    private static func answer(_ line: String) {
        print(line)
        fflush(nil)
    }
}
