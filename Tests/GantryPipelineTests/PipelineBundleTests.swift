import Foundation
import GantryCore
import GantryPipeline
import Testing

struct PipelineBundleTests {
    /// SHA-256 of "abc", FIPS 180-2 appendix B.1.
    private let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    private func withBundle(
        model: String?, yaml: String?, _ body: (String) throws -> Void
    ) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bundle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        if let model { try Data(model.utf8).write(to: folder.appendingPathComponent("model.safetensors")) }
        if let yaml { try Data(yaml.utf8).write(to: folder.appendingPathComponent("pipeline.yaml")) }
        try body(folder.path)
    }

    private func yaml(sha256: String) -> String {
        "pipeline: p\nversion: 1\nmodel: { sha256: \"\(sha256)\", variant: resnet50-v1.5, classes: [a, b], positive-class: b }\n"
    }

    private func fault(_ folder: String) -> BundleFault? {
        do {
            _ = try PipelineBundle.load(folder: folder)
            return nil
        } catch { return error }
    }

    @Test func `a bundle whose model has the digest that its file names is loaded`() throws {
        try withBundle(model: "abc", yaml: yaml(sha256: abc)) { folder in
            let bundle = try PipelineBundle.load(folder: folder)
            #expect(bundle.modelPath == folder + "/model.safetensors")
            #expect(bundle.scoringDigest.count == 64)
            #expect(bundle.scoringDigest != bundle.judgingDigest)
        }
    }

    @Test func `a model with another digest is refused, with both digests named`() throws {
        try withBundle(model: "abd", yaml: yaml(sha256: abc)) { folder in
            let found = try #require(fault(folder))
            #expect(found.code == .modelMismatch)
            #expect(found.explanation.contains(abc))
            #expect(found.explanation.contains("a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9"))
        }
    }

    @Test func `what is missing is named`() throws {
        #expect(fault("/nowhere/at/all")?.code == .folderMissing)
        try withBundle(model: "abc", yaml: nil) { #expect(fault($0)?.code == .definitionMissing) }
        try withBundle(model: nil, yaml: yaml(sha256: abc)) { folder in
            #expect(fault(folder)?.code == .modelMissing)
            #expect(fault(folder)?.explanation.contains("make model") == true)
        }
    }

    @Test func `an invalid definition brings all its problems`() throws {
        try withBundle(model: "abc", yaml: yaml(sha256: abc) + "sereis: {}\njugding: {}\n") { folder in
            let found = try #require(fault(folder))
            #expect(found.code == .definitionInvalid)
            #expect(found.explanation.split(separator: "\n").count == 2)
            #expect(found.explanation.contains("pipeline.yaml:4:1: unknown key `sereis`; did you mean `series`?"))
        }
    }

    @Test func `each digest follows its own half of the definition, and not the name of the file`() throws {
        let definition = try PipelineDefinition(yaml: yaml(sha256: abc))
        func bundle(_ change: (inout PipelineDefinition) -> Void) -> PipelineBundle {
            var changed = definition
            change(&changed)
            return PipelineBundle(folder: "f", definition: changed, modelPath: "m")
        }
        let base = bundle { _ in }
        let scoring = bundle { $0.scoring.preparation.windows = [Window(windowCenterHU: -600, windowWidthHU: 1501)] }
        #expect(scoring.scoringDigest != base.scoringDigest)
        #expect(scoring.judgingDigest == base.judgingDigest)
        #expect(bundle { $0.scoring.seriesRules.acceptsLossy = false }.scoringDigest != base.scoringDigest)
        #expect(bundle { $0.scoring.seriesRules.largestTiltDegrees = 5 }.scoringDigest != base.scoringDigest)
        let judging = bundle { $0.judging.positiveFrom = 0.61 }
        #expect(judging.scoringDigest == base.scoringDigest)
        #expect(judging.judgingDigest != base.judgingDigest)
        let others = bundle {
            $0.scoring.model.file = "other.safetensors"
            $0.report.keyPictures = 1
            $0.version = "9"
            $0.description = "about it"
            $0.reader.mostFrames = 7
        }
        #expect(others.scoringDigest == base.scoringDigest)
        #expect(others.judgingDigest == base.judgingDigest)
    }
}
