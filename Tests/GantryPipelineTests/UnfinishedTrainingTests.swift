import Foundation
import GantryCore
import GantryPipeline
import Testing

/// A bundle whose training has not ended.
struct UnfinishedTrainingTests {
    /// Runs `body` with the folder of a bundle.
    private func withBundle(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("training-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("abc".utf8).write(to: folder.appendingPathComponent("model.safetensors"))
        let sha256 = try FileDigest.sha256(of: folder.path + "/model.safetensors")
        let yaml =
            "pipeline: p\nversion: 1\nmodel: { sha256: \"\(sha256)\", variant: resnet18, classes: [a, b], "
            + "positive-class: b }\n"
        try Data(yaml.utf8).write(to: folder.appendingPathComponent("pipeline.yaml"))
        try body(folder.path)
    }

    private func code(_ body: () throws -> Void) -> BundleFaultCode? {
        do {
            try body()
            return nil
        } catch {
            return (error as? BundleFault)?.code
        }
    }

    @Test func `a marked bundle is refused by whatever opens one, and is itself again without the mark`() throws {
        try withBundle { folder in
            #expect(!UnfinishedTraining.isMarked(folder))
            try UnfinishedTraining.mark(folder)
            #expect(UnfinishedTraining.isMarked(folder))
            #expect(code { _ = try PipelineBundle.load(folder: folder) } == .trainingUnfinished)
            #expect(code { _ = try PipelineBundle.unchecked(folder: folder) } == .trainingUnfinished)
            #expect(code { _ = try PipelineBundle.definition(folder: folder) } == .trainingUnfinished)
            #expect(code { try PipelineBundle.refuse(folder, unlessFor: .ct) } == .trainingUnfinished)
            #expect(code { try UnfinishedTraining.refuse(folder) } == .trainingUnfinished)
            try UnfinishedTraining.remove(folder)
            #expect(!UnfinishedTraining.isMarked(folder))
            _ = try PipelineBundle.load(folder: folder)
            // Once more is no fault.
            try UnfinishedTraining.remove(folder)
        }
    }

    @Test func `it is refused for its mark also where nothing else is there yet, and says how to go on`() throws {
        try withBundle { folder in
            for file in ["pipeline.yaml", "model.safetensors"] {
                try FileManager.default.removeItem(atPath: folder + "/" + file)
            }
            try UnfinishedTraining.mark(folder)
            let fault = #expect(throws: BundleFault.self) { try PipelineBundle.definition(folder: folder) }
            #expect(
                fault?.explanation == "its training is not finished: `gantry train --resume \(folder)` goes on")
            let text = try String(contentsOfFile: folder + "/" + UnfinishedTraining.file, encoding: .utf8)
            #expect(text.contains("gantry train --resume"))
        }
    }

    @Test func `the mark is not listed, so that a bundle is sealed before it is taken away`() throws {
        try withBundle { folder in
            try UnfinishedTraining.mark(folder)
            let manifest = try BundleSeal.seal(folder)
            #expect(manifest.digests.keys.sorted() == ["model.safetensors", "pipeline.yaml"])
            try UnfinishedTraining.remove(folder)
            try BundleManifest.read(folder).check(folder)
        }
    }

    @Test func `a folder that cannot be written says so`() {
        #expect(code { try UnfinishedTraining.mark("/nowhere/at/all") } == .notWritable)
    }

    @Test func `only what is for the other input, or unfinished, is refused beforehand`() throws {
        try withBundle { folder in
            try PipelineBundle.refuse(folder, unlessFor: .ct)
            #expect(code { try PipelineBundle.refuse(folder, unlessFor: .images) } == .otherInput)
            // What else is wrong is told by whoever loads it.
            try PipelineBundle.refuse("/nowhere/at/all", unlessFor: .images)
        }
    }
}
