import Foundation
import GantryInference
import GantryWeights

/// Prints how many slices a second the engine scores: ResNet-50, 224x224, Float32, batches 1 and 8 on one and two workers, by Gantry's kernels and by OpenBLAS.
///
/// Each figure is the median over interleaved repeats. The share of the peak counts the operations of the plain convolutions (8.18 GFLOP an image), so
/// Winograd's algorithm can pass 100 %; the peak is measured on one core in the same run. The weights are a seeded backbone with plain statistics: speed does not depend on them.
/// `--seconds S` sets how long each combination is measured (default 3); `--model FILE` writes the network for the peers' scripts.
@main
enum EngineBenchmark {
    static func main() throws {
        for variable in ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"] {
            guard ProcessInfo.processInfo.environment[variable] == nil else {
                FileHandle.standardError.write(Data("Unset \(variable): it changes OpenBLAS's kernels.\n".utf8))
                exit(64)
            }
        }
        let arguments = Array(CommandLine.arguments.dropFirst())
        let seconds = value(of: "--seconds", in: arguments).flatMap(Double.init) ?? 3
        let architecture = ResidualArchitecture.resNet50(classes: 2)
        let weights = try benchmarkWeights(architecture)
        if let path = value(of: "--model", in: arguments) {
            try architecture.seededBackbone(seed: 1).write(fitted: weights.fitted, to: path)
        }

        let preferred = ConvolutionKernels.preferred
        print("kernels: \(preferred.rawValue); OpenBLAS core type: \(OpenBLAS.coreType)")
        let clock = ContinuousClock()
        var networks: [ResidualNetwork] = []
        for kernels in preferred == .openBLAS ? [.openBLAS] : [preferred, .openBLAS] {
            let loading = try clock.measure {
                networks.append(try ResidualNetwork(architecture: architecture, weights: weights.all, kernels: kernels))
            }
            print("Folding and packing the weights, \(kernels.rawValue): \(format(inSeconds(loading) * 1000)) ms")
        }
        let peak = preferred.measuredPeak()
        if let peak { print("multiply-add peak of a core: \(format(peak / 1e9)) GFLOP/s") }

        let combinations = networks.flatMap { network in
            [(1, 1), (8, 1), (8, 2)].map { Combination(network: network, batch: $0.0, workers: $0.1) }
        }
        let batches = [1: try randomImages(1), 8: try randomImages(8)]
        var times = [[Double]](repeating: [], count: combinations.count)
        let start = clock.now
        while inSeconds(start.duration(to: clock.now)) < seconds * Double(combinations.count) {
            for (index, combination) in combinations.enumerated() {
                guard let images = batches[combination.batch] else { continue }
                let duration = try clock.measure {
                    _ = try combination.network.logits(images, workers: combination.workers)
                }
                times[index].append(inSeconds(duration))
            }
        }
        print("engine              batch  workers  slices/s (median)  repeats  share of peak")
        for (combination, times) in zip(combinations, times) {
            let rate = Double(combination.batch) / times.sorted()[times.count / 2]
            let share = peak.map { rate * 8.18e9 / ($0 * Double(combination.workers)) }
            print(
                "Gantry \(combination.network.kernels.rawValue) f32".padding(toLength: 19, withPad: " ", startingAt: 0)
                    + [combination.batch, combination.workers].map { String($0).leftPadded(5) }.joined(
                        separator: "    ")
                    + "  " + format(rate).leftPadded(17) + String(times.count).leftPadded(9)
                    + (share.map { format($0 * 100) + " %" } ?? "").leftPadded(15))
        }
    }

    private struct Combination {
        let network: ResidualNetwork
        let batch: Int
        let workers: Int
    }

    private static func benchmarkWeights(
        _ architecture: ResidualArchitecture
    ) throws -> (all: TensorDictionary, fitted: TensorDictionary) {
        let backbone = architecture.seededBackbone(seed: 1)
        var all = try backbone.unfittedTensors()
        var fitted = TensorDictionary(origin: "plain statistics")
        for part in backbone.parts where part.rule == .fitted {
            let value: Float = part.name.hasSuffix("running_var") ? 1 : 0
            let count = part.shape.elementCount ?? 0
            let tensor = try NamedTensor(
                name: part.name, shape: part.shape, values: [Float](repeating: value, count: count))
            all[part.name] = tensor
            fitted[part.name] = tensor
        }
        return (all, fitted)
    }

    private static func randomImages(_ count: Int) throws -> ImageBatch {
        let numbers = SeededNumbers(seed: 2, name: "input").values(count * 3 * 224 * 224, scale: 2)
        guard let batch = ImageBatch(count: count, channels: 3, height: 224, width: 224, values: numbers) else {
            throw CocoaError(.featureUnsupported)
        }
        return batch
    }

    private static func value(of option: String, in arguments: [String]) -> String? {
        guard let index = arguments.firstIndex(of: option), index + 1 < arguments.count else { return nil }
        return arguments[index + 1]
    }

    private static func inSeconds(_ duration: Duration) -> Double { duration / .seconds(1) }

    private static func format(_ value: Double) -> String { String(format: "%.1f", value) }
}

extension String {
    fileprivate func leftPadded(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
