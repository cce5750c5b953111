import GantryCore
import GantryInference
import GantryModelling
import GantryTestSupport
import GantryTensors
import Testing

@Suite struct SeededNetworkTests {
    private let bundle: TemporaryFolder
    private let model = SmallNetwork.description
    private var modelPath: String { bundle.path + "/" + model.file }

    init() throws { bundle = try TemporaryFolder() }

    /// Writes a fitted part of this seed, or of none.
    private func writeFitted(seed: String?) throws {
        let parts = model.architecture.seededBackbone(seed: 3).parts.filter { $0.rule == .fitted }
        let tensors = try parts.map {
            try NamedTensor(
                name: $0.name, shape: $0.shape, values: [Float](repeating: 1, count: $0.shape.elementCount ?? 0))
        }
        try SafetensorsWriter(metadata: seed.map { [SeededNetwork.seedKey: $0] } ?? [:])
            .write(tensors, to: bundle.path + "/" + SeededNetwork.fittedFile)
    }

    @Test func `a bundle is completed from its seed, and what was made so may be made again`() throws {
        try SeededNetwork.requireReplaceable(model, in: bundle.path)
        try SeededNetwork.requireReplaceableFit(in: bundle.path)
        try writeFitted(seed: "3")
        try SeededNetwork.complete(model.architecture, in: bundle.path, to: modelPath)
        #expect(try model.architecture.seededBackbone(seed: 3).isBackbone(of: SafetensorsFile(path: modelPath)))
        try SeededNetwork.requireReplaceable(model, in: bundle.path)
        try SeededNetwork.requireReplaceableFit(in: bundle.path)
    }

    @Test(arguments: [nil, "three", "-3"]) func `a fitted part without a seed completes nothing`(
        _ seed: String?
    ) throws {
        try writeFitted(seed: seed)
        let fault = #expect(throws: ModellingFault.self) {
            try SeededNetwork.complete(model.architecture, in: bundle.path, to: modelPath)
        }
        #expect(fault?.code == .seedMissing)
        #expect(
            fault?.description
                == "\(bundle.path)/fitted.safetensors: its metadata has no gantry.seed, a whole number.")
    }

    @Test func `a network that no seed makes again is not replaced`() throws {
        try writeFitted(seed: nil)
        let fit = #expect(throws: ModellingFault.self) { try SeededNetwork.requireReplaceableFit(in: bundle.path) }
        #expect(fit?.code == .notReplaceable)
        #expect(fit?.explanation.hasPrefix("was not written by `gantry model fit`") == true)
        // Numbers of one's own, whatever seed the file names.
        let tensors = try model.architecture.tensors.map { name, shape in
            try NamedTensor(name: name, shape: shape, values: [Float](repeating: 1, count: shape.elementCount ?? 0))
        }
        try SafetensorsWriter(metadata: [SeededNetwork.seedKey: "3"]).write(tensors, to: modelPath)
        let own = #expect(throws: ModellingFault.self) { try SeededNetwork.requireReplaceable(model, in: bundle.path) }
        #expect(own?.code == .notReplaceable && own?.explanation.hasPrefix("is no seeded network of Gantry's") == true)
    }
}
