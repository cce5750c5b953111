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
        "pipeline: p\nversion: 1\nmodel: { sha256: \"\(sha256)\", variant: resnet50-v1.5, "
            + "classes: [a, b], positive-class: b }\n"
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
            #expect(fault(folder)?.explanation.contains("is absent") == true)
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

    /// SHA-256 of "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", FIPS 180-2 appendix B.2.
    private let small = (
        text: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        sha256: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    )

    private func yaml(precision: Precision) -> String {
        """
        pipeline: p
        version: 1
        model:
          sha256: "\(abc)"
          variant: resnet50-v1.5
          classes: [a, b]
          positive-class: b
          precision: \(precision.rawValue)
          quantized-sha256: "\(small.sha256)"

        """
    }

    @Test func `in 8 bits the quantised model alone is looked at`() throws {
        try withBundle(model: nil, yaml: yaml(precision: .int8)) { folder in
            let path = folder + "/model.int8.safetensors"
            #expect(fault(folder)?.code == .modelMissing)
            #expect(fault(folder)?.subject == path)
            try Data(small.text.utf8).write(to: URL(fileURLWithPath: path))
            #expect(try PipelineBundle.load(folder: folder).modelPath == path)
            try Data((small.text + " ").utf8).write(to: URL(fileURLWithPath: path))
            let found = try #require(fault(folder))
            #expect(found.code == .modelMismatch && found.subject == path)
            #expect(found.explanation.contains(small.sha256))
        }
    }

    @Test(arguments: [Precision.f32, .bf16]) func `in the other precisions it is not looked at`(precision: Precision)
        throws
    {
        try withBundle(model: "abc", yaml: yaml(precision: precision)) { folder in
            let bundle = try PipelineBundle.load(folder: folder)
            #expect(bundle.modelPath == folder + "/model.safetensors")
            #expect(bundle.definition.scoring.model.precision == precision)
        }
    }

    @Test func `a precision that is asked for stands for the one that the file says`() throws {
        try withBundle(model: "abc", yaml: yaml(precision: .int8)) { folder in
            let bundle = try PipelineBundle.load(folder: folder, precision: .f32)
            #expect(bundle.modelPath == folder + "/model.safetensors")
            #expect(bundle.definition.scoring.model.precision == .f32)
        }
    }

    @Test func `the scoring digest follows the precision and the file that is scored with, and no other`() throws {
        let definition = try PipelineDefinition(yaml: yaml(precision: .f32))
        func digest(_ precision: Precision, _ change: (inout ModelDescription) -> Void = { _ in }) -> String {
            var changed = definition
            changed.scoring.model.precision = precision
            change(&changed.scoring.model)
            return PipelineBundle(folder: "f", definition: changed, modelPath: "m").scoringDigest
        }
        let digests = Precision.allCases.map { digest($0) }
        #expect(Set(digests).count == 3)
        for (precision, expected) in zip(Precision.allCases, digests) {
            let isBytes = precision == .int8
            #expect((digest(precision) { $0.sha256 = small.sha256 } == expected) == isBytes)
            #expect((digest(precision) { $0.quantized?.sha256 = abc } == expected) == !isBytes)
            // Neither name matters.
            #expect(
                digest(precision) {
                    $0.file = "other"
                    $0.quantized?.file = "another"
                } == expected)
            if !isBytes { #expect(digest(precision) { $0.quantized = nil } == expected) }
        }
    }

    /// Computed by the code of version 0.2.0's last commit before precisions: scores in a store of that version still
    /// count.
    @Test func `in Float32 the scoring digest is what it was before there were precisions`() throws {
        let definition = try PipelineDefinition(yaml: yaml(sha256: abc))
        #expect(
            PipelineBundle(folder: "f", definition: definition, modelPath: "m").scoringDigest
                == "deb6c329676232c319d4afe9ce12f23bddc7b93fc62fa781036f77f1e9ffa4c0")
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
