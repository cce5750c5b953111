import Foundation
import Testing

/// Bundles of make_sigmoid.py's networks, which PyTorch saved and scored: a sigmoid behind each output.
struct SigmoidBundle {
    /// The network's name in the archive.
    let name: String
    /// Its labels.
    let labels: [String]
    /// The one that is judged.
    let positive: String
    /// What its tensors do not tell.
    let conventions: [String]

    /// One output.
    static let one = SigmoidBundle(name: "one", labels: ["covid19"], positive: "covid19", conventions: [])
    /// Three outputs.
    static let several = SigmoidBundle(
        name: "labels", labels: ["effusion", "covid19", "nodule"], positive: "covid19",
        conventions: ["--stride", "v1.5"])
    static let all = [one, several]

    private static let archive = Executable.packageFolder
        .appending(path: "Tests/GantryEndToEndTests/Golden/sigmoid.tar.xz").path

    /// Puts the network's files into `folder`; the path of one of them.
    func file(_ file: String, in folder: URL) throws -> String {
        let own = folder.appending(path: name)
        if !own.exists { _ = try Tools.shell("tar -xf \"$1\" -C \"$2\" \"$3\"", Self.archive, folder.path, name) }
        return own.appending(path: file).path
    }

    /// The command that makes the bundle, but for what is seen and for the activation.
    func create(
        _ bundle: String, in folder: URL, _ more: [String], model: String = "model.pth"
    ) throws -> [String] {
        [
            "bundle", "create", bundle, "--model", try file(model, in: folder), "--classes",
            labels.joined(separator: ","), "--positive-class", positive, "--input-size", "64",
        ] + conventions + more
    }

    /// What it sees, of CT.
    static let seeing = ["--window", "-600,1500", "--input-convention", "torch"]

    /// The bundle for CT, in `folder`.
    func make(in folder: URL, _ more: [String] = []) throws -> String {
        let bundle = folder.appending(path: name + "-bundle").path
        let end = try Executable.run(
            create(bundle, in: folder, Self.seeing + ["--activation", "sigmoid"] + more))
        try #require(end.status == 0, "\(end.description)")
        return bundle
    }

    /// `--golden-hu` with PyTorch's Hounsfield units and probabilities.
    func goldenHU(in folder: URL) throws -> [String] {
        ["--golden-hu", try file("hu.npy", in: folder), try file("hu-probabilities.npy", in: folder)]
    }
}
