import Foundation
import Testing

/// A bundle for images of a small network: bottlenecks, three channels, three classes, pictures of 64x64.
enum ImageBundle {
    /// ResNet of make_golden.py's `bottleneck-width8-odd`, saved by PyTorch.
    static let weights = Executable.packageFolder
        .appending(path: "Tests/GantryWeightImportTests/Golden/bottleneck.pth").path
    /// Its classes.
    static let classes = ["finch", "owl", "wren"]

    /// The command that makes it.
    static func create(_ bundle: String, _ more: [String] = ["--input-convention", "torch"]) -> [String] {
        [
            "bundle", "create", bundle, "--model", weights, "--stride", "v1.5", "--classes",
            classes.joined(separator: ","), "--positive-class", "owl", "--input", "images", "--input-size", "64",
        ] + more
    }

    /// The bundle, in `folder`.
    static func make(in folder: URL, _ more: [String] = ["--input-convention", "torch"]) throws -> String {
        let bundle = folder.appending(path: "image-bundle").path
        let end = try Executable.run(create(bundle, more))
        try #require(end.status == 0, "\(end.description)")
        return bundle
    }
}
