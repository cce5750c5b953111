import Foundation
import Testing

/// A bundle of a small network of one's own: basic blocks, one channel, two classes, images of 64x64.
enum SmallBundle {
    private static let fixtures = Executable.packageFolder.appending(path: "Tests/GantryWeightImportTests/Golden")

    /// The network's weight file, in `folder`.
    static func weights(in folder: URL) throws -> String {
        let file = folder.appending(path: "own.safetensors")
        if !file.exists {
            _ = try Tools.shell(
                "tar -xOf \"$1\" resnet18-grey/model.safetensors > \"$2\"",
                fixtures.appending(path: "family.tar.xz").path, file.path)
        }
        return file.path
    }

    /// The command that makes a bundle of these weights.
    static func create(_ bundle: String, weights: String, _ more: [String] = []) -> [String] {
        [
            "bundle", "create", bundle, "--model", weights, "--classes", "negative,covid19", "--positive-class",
            "covid19", "--window", "-600,1500", "--mean", "0.5", "--standard-deviation", "0.25", "--input-size", "64",
        ] + more
    }

    /// The bundle, in `folder`.
    static func make(in folder: URL, _ more: [String] = []) throws -> String {
        let bundle = folder.appending(path: "own-bundle").path
        let end = try Executable.run(create(bundle, weights: weights(in: folder), more))
        try #require(end.status == 0, "\(end.description)")
        return bundle
    }

    /// A golden pair of the network, by its own `model run`.
    static func golden(in folder: URL) throws -> [String] {
        let (input, output) = (folder.appending(path: "x.npy"), folder.appending(path: "y.npy"))
        let values = (0..<2 * 64 * 64).map { (index: Int) -> Float in Float(index * 7919 % 1009) / 504.5 - 1 }
        try NPYArray.file(shape: [2, 1, 64, 64], floats: values).write(to: input)
        let end = try Executable.run(
            ["model", "run", weights(in: folder), "--input", input.path, "--output", output.path])
        try #require(end.status == 0, "\(end.description)")
        return [input.path, output.path]
    }
}
