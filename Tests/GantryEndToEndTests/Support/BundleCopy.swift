import Foundation
import Testing

/// Bundles that differ from the real one in one thing.
enum BundleCopy {
    /// A bundle in `folder` whose pipeline file is `edit` of the real one, with links to the real model, unless `model`
    /// is false, and to what its training data looked like.
    static func make(in folder: URL, model: Bool = true, editing edit: (String) -> String) throws -> String {
        let bundle = folder.appending(path: "bundle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: bundle, withIntermediateDirectories: true)
        let real = URL(filePath: Executable.bundle)
        let text = try String(contentsOf: real.appending(path: "pipeline.yaml"), encoding: .utf8)
        try edit(text).write(to: bundle.appending(path: "pipeline.yaml"), atomically: true, encoding: .utf8)
        for file in (model ? ["model.safetensors"] : []) + ["features.safetensors"] {
            try FileManager.default.createSymbolicLink(
                at: bundle.appending(path: file), withDestinationURL: real.appending(path: file))
        }
        return bundle.path
    }

    /// A bundle of the real model with these sections instead of its own. Nothing is unlike its training data.
    static func make(in folder: URL, sections: String) throws -> String {
        try make(in: folder) { text in
            // The model's section as it stands: its line and the indented ones below.
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let rest = lines.drop { $0 != "model:" }
            let section = rest.prefix(1) + rest.dropFirst().prefix { $0.hasPrefix(" ") || $0.isEmpty }
            let model = section.filter { !$0.hasPrefix("  features-") }
            return "pipeline: trial\nversion: \"1\"\n" + model.joined(separator: "\n") + "\n" + sections + "\n"
        }
    }

    /// Makes a bundle of `make` score in this precision.
    static func set(precision: String, in bundle: String) throws {
        try edit(bundle) {
            $0.replacing(#/\n  precision: .*/#, with: "")
                .replacing("  variant:", with: "  precision: \(precision)\n  variant:")
        }
    }

    /// Changes the pipeline file of a bundle of `make`.
    static func edit(_ bundle: String, _ edit: (String) -> String) throws {
        let file = URL(filePath: bundle).appending(path: "pipeline.yaml")
        try edit(String(contentsOf: file, encoding: .utf8)).write(to: file, atomically: true, encoding: .utf8)
    }
}
