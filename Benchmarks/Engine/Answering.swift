import BenchmarkSupport
import Foundation
import GantryCore
import GantryInference
import GantryTensors

/// Gantry's side of the benchmark: a process that is asked as its peers are, see `peer_loop.py`.
final class Answering {
    private let files: BenchmarkFiles
    private let precision: Precision
    private let kernels: ConvolutionKernels
    private var network: ResidualNetwork?
    private var batches: [Int: ImageBatch] = [:]

    init(files: BenchmarkFiles, precision: Precision, kernels: ConvolutionKernels) {
        self.files = files
        self.precision = precision
        self.kernels = kernels
    }

    /// Answers until standard input ends.
    func run() {
        guard kernels.arithmetic(for: precision) == precision else {
            return answer("absent: \(kernels.rawValue) computes it in f32")
        }
        answer("Gantry \(kernels.rawValue)")
        while let line = readLine() {
            do {
                answer(try answer(to: line.split(separator: "\t").map(String.init)))
            } catch {
                answer("failed: \(error)")
            }
        }
    }

    private func answer(to words: [String]) throws -> String {
        guard words.count >= 3, let batch = Int(words[1]), let threads = Int(words[2]) else {
            throw ContestantFailure(sentence: "not understood")
        }
        switch (words[0], words.count) {
        case ("first", 3), ("prepare", 3):
            _ = try score(batch, threads)
            return "one call"
        case ("measure", 4):
            return try measure(batch, threads, seconds: Double(words[3]) ?? 0)
        case ("logits", 3):
            return try score(batch, threads).values.map { "\($0)" }.joined(separator: " ")
        default:
            throw ContestantFailure(sentence: "not understood")
        }
    }

    private func measure(_ batch: Int, _ threads: Int, seconds: Double) throws -> String {
        let start = ContinuousClock.now
        var (images, elapsed) = (0, 0.0)
        repeat {
            _ = try score(batch, threads)
            images += batch
            elapsed = (ContinuousClock.now - start) / .seconds(1)
        } while elapsed < seconds
        return "\(images) \(elapsed)"
    }

    private func score(_ batch: Int, _ threads: Int) throws -> ScoreMatrix {
        let network = try network ?? load(threads)
        self.network = network
        let images = try batches[batch] ?? files.batch(batch)
        batches[batch] = images
        return try network.logits(images, workers: threads)
    }

    private func load(_ threads: Int) throws -> ResidualNetwork {
        let architecture = files.architecture
        return switch precision {
        case .f32, .bf16:
            try ResidualNetwork(
                architecture: architecture, weights: SafetensorsFile(path: files.network), precision: precision,
                kernels: kernels, workers: threads)
        case .int8:
            try ResidualNetwork(
                QuantizedNetwork(architecture: architecture, file: SafetensorsFile(path: files.quantizedNetwork)),
                kernels: kernels, workers: threads)
        }
    }

    private func answer(_ line: String) {
        print(line)
        fflush(nil)
    }
}
