import ArgumentParser
import BenchmarkSupport
import Foundation
import GantryCore
import GantryInference

/// Measures how many images a second the engine scores, with ONNX Runtime and OpenVINO beside it in the same run.
@main
struct EngineBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine-benchmark",
        abstract: "Scoring a network of 50 layers, 224x224, 2 classes: Gantry, and its peers beside it.",
        subcommands: [Make.self, Compare.self, Answer.self], defaultSubcommand: Compare.self)

    /// Folder of the network, the images and what the peers made of them.
    struct FolderOption: ParsableArguments {
        @Option(help: "Folder of the network, the images and what the peers make of them.")
        var folder = ".build/bench-engine"
        @Option(help: "resnet50-v1.5, resnext50-32x4d or wide-resnet50-2, each in a folder of its own.")
        var network = PublishedNetwork.resNet50

        var files: BenchmarkFiles { BenchmarkFiles(folder: folder, published: network) }
    }

    struct Make: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Writes the network and the images.")

        @OptionGroup var folder: FolderOption

        func run() throws { try folder.files.make() }
    }

    struct Compare: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints images/s, memory and start of everybody; without --python, of Gantry alone.")

        @OptionGroup var folder: FolderOption
        @Option(help: "Seconds for each contestant, load and round.") var seconds = 1.0
        @Option(help: "Interleaved rounds; figures are medians.") var rounds = 5
        @Option(help: "Fresh processes for start and memory.") var starts = 5
        @Option(help: "The precisions to be measured, comma between them.") var precisions = "f32,bf16,int8"
        @Option(help: "Python of the peers' virtual environment.") var python: String?
        @Option(help: "Folder of the peers' scripts.") var peers: String?
        @Option(help: "The peers to be measured, comma between them.") var beside = "onnxruntime,openvino"

        func run() throws {
            for variable in ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"] {
                guard ProcessInfo.processInfo.environment[variable] == nil else {
                    throw ValidationError("Unset \(variable): it changes OpenBLAS's kernels.")
                }
            }
            try folder.files.make()
            print(
                """
                \(folder.network.rawValue), \(BenchmarkFiles.side)x\(BenchmarkFiles.side), \
                \(folder.files.architecture.classes) classes, weights and images from a seed; \
                medians of \(rounds) interleaved rounds of \(seconds) s.
                """)
            let comparison = Comparison(
                contestants: contestants,
                effort: Comparison.Effort(seconds: seconds, rounds: max(rounds, 1), starts: max(starts, 1)))
            try comparison.run()
            ResultTable(comparison: comparison, operationsPerImage: folder.files.operationsPerImage).print()
        }

        private var contestants: [Contestant] {
            let chosen = precisions.split(separator: ",").compactMap { Precision(rawValue: String($0)) }
            return chosen.flatMap { precision in
                let own = Contestant(
                    precision: precision, name: "Gantry",
                    command: [
                        CommandLine.arguments[0], "answer", precision.rawValue, "--folder", folder.folder, "--network",
                        folder.network.rawValue,
                    ], isOwn: true)
                guard let python, let peers else { return [own] }
                return [own]
                    + [("ONNX Runtime", "onnxruntime"), ("OpenVINO", "openvino")].filter { _, peer in
                        beside.split(separator: ",").contains { $0 == peer }
                    }.map { name, peer in
                        Contestant(
                            precision: precision, name: name,
                            command: [python, "\(peers)/peer_\(peer).py", precision.rawValue, folder.folder],
                            isOwn: false)
                    }
            }
        }
    }

    struct Answer: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gantry's side of a comparison: answers on standard output what it is asked on standard input.")

        @Argument(help: "f32, bf16 or int8.") var precision: String
        @OptionGroup var folder: FolderOption

        func run() throws {
            guard let precision = Precision(rawValue: precision) else {
                throw ValidationError("\(precision) is no precision.")
            }
            Answering(files: folder.files, precision: precision, kernels: .preferred).run()
        }
    }
}

extension PublishedNetwork: ExpressibleByArgument {}
