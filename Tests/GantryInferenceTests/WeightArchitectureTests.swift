import GantryCore
import GantryInference
import GantryTensors
import Testing

/// What names and shapes tell of a network. No values: shapes are all that is asked.
@Suite struct WeightArchitectureTests {
    /// Tensors of which only names and shapes are looked at.
    private struct Shapes: TensorCollection {
        var origin = "shapes"
        var shapes: [String: TensorShape]
        var conventions: NetworkConventions?

        init(_ architecture: ResidualArchitecture, conventions: NetworkConventions? = nil) {
            shapes = Dictionary(uniqueKeysWithValues: architecture.tensors.map { ($0.name, $0.shape) })
            self.conventions = conventions
        }

        func values(of name: String) throws(WeightsError) -> [Float] { throw .noSuchTensor(name, in: origin) }
        func elementType(of name: String) -> ElementType? { shapes[name] == nil ? nil : .f32 }
    }

    private static let others = [
        ResidualArchitecture(block: .bottleneck, blocksPerStage: [1, 2, 1], baseWidth: 8, classes: 3),
        ResidualArchitecture(
            block: .bottleneck, blocksPerStage: [1, 1], baseWidth: 12, innerWidth: 12, groups: 6, inputChannels: 1,
            classes: 2),
        ResidualArchitecture(block: .basic, blocksPerStage: [3, 3, 3], baseWidth: 16, stem: .cifar, classes: 10),
        ResidualArchitecture(block: .basic, blocksPerStage: [1], baseWidth: 8, classes: 0),
        ResidualArchitecture(
            block: .bottleneck, blocksPerStage: [2, 2, 2, 2], innerWidth: 256, groups: 4,
            stridePosition: .firstConvolution, hasConvolutionBias: true, batchNormEpsilon: 1.001e-5, classes: 5),
        ResidualArchitecture(
            block: .basic, blocksPerStage: [1, 1], baseWidth: 8, shortcut: .convolution, hasConvolutionBias: true,
            classes: 2),
        ResidualArchitecture(
            block: .basic, blocksPerStage: [1, 1], baseWidth: 8, shortcut: .convolution, hasConvolutionBias: true,
            hasShortcutBias: false, classes: 2),
        ResidualArchitecture(block: .basic, blocksPerStage: [1, 1], baseWidth: 8, hasShortcutBias: true, classes: 2),
        ResidualArchitecture(
            block: .bottleneck, blocksPerStage: [1, 1], baseWidth: 8, stridePosition: .firstConvolution,
            shortcut: .zeros, classes: 2),
    ]

    @Test(arguments: PublishedNetwork.allCases.map { $0.architecture(classes: 7) } + others)
    func `a network is told by the names and shapes of its tensors`(_ architecture: ResidualArchitecture) throws {
        let found = try WeightArchitecture(Shapes(architecture))
        #expect(found.needsStride == architecture.hasStridedBottlenecks)
        #expect(found.needsShortcut == (architecture.shortcut == .zeros))
        // Biases on shortcuts alone are MONAI's.
        #expect(found.needsStemStride == (architecture.hasShortcutBias && !architecture.hasConvolutionBias))
        // Said or not: what the tensors tell is not asked for.
        let told = try found.architecture(
            SaidConventions(
                stride: architecture.stridePosition,
                stemStride: found.needsStemStride ? architecture.stemStride : nil,
                shortcut: architecture.shortcut == .zeros ? .zeros : nil),
            origin: "shapes")
        #expect(told.isEquivalent(to: architecture))
        #expect(told.classes == architecture.classes)
        #expect(PublishedNetwork(told) == PublishedNetwork(architecture))
    }

    @Test func `the stride is asked for, and never guessed`() throws {
        let found = try WeightArchitecture(Shapes(.resNet50(classes: 2)))
        let error = #expect(throws: WeightsError.self) { try found.architecture(origin: "shapes") }
        #expect(error?.explanation.contains("stride") == true)
        #expect(try found.conventions(origin: "shapes").strideOnFirstConvolution == nil)
    }

    @Test func `a shortcut without tensors is asked for, and never guessed`() throws {
        let network = PublishedNetwork.resNet20.architecture(classes: 10)
        let found = try WeightArchitecture(Shapes(network))
        #expect(found.needsShortcut && found.firstShapedBlock == "layer2.0")
        let error = #expect(throws: WeightsError.self) { try found.architecture(origin: "shapes") }
        #expect(error?.explanation.contains("what its shortcuts are") == true)
        for shortcut in [ResidualArchitecture.Shortcut.projection, .convolution] {
            let refused = #expect(throws: WeightsError.self) {
                try found.architecture(SaidConventions(shortcut: shortcut), origin: "shapes")
            }
            #expect(refused?.explanation.contains("there is no layer2.0.downsample.0.weight") == true)
        }
        let said = SaidConventions(shortcut: .zeros)
        #expect(try found.architecture(said, origin: "shapes") == network)
        let conventions = try found.conventions(said, origin: "shapes")
        #expect(conventions.shortcut == .zeros && conventions.stemPool == nil)
        let kept = try WeightArchitecture(Shapes(network, conventions: conventions))
        #expect(!kept.needsShortcut)
        #expect(try kept.architecture(origin: "shapes") == network)
        // It may be said where it makes no difference, and not where the tensors are another's.
        let short = ResidualArchitecture(block: .basic, blocksPerStage: [2], baseWidth: 8, classes: 2)
        #expect(try WeightArchitecture(Shapes(short)).architecture(said, origin: "shapes").isEquivalent(to: short))
        for (network, words) in [
            (PublishedNetwork.resNet18.architecture(classes: 2), "layer2.0.downsample.0 and a batch norm behind it"),
            (
                ResidualArchitecture(block: .basic, blocksPerStage: [1, 1], shortcut: .convolution, classes: 2),
                "no batch norm behind it"
            ),
        ] {
            let refused = #expect(throws: WeightsError.self) {
                try WeightArchitecture(Shapes(network)).architecture(said, origin: "shapes")
            }
            #expect(refused?.explanation.contains(words) == true, "\(refused?.explanation ?? "")")
        }
    }

    @Test func `stem, padding and order are as usual unless they are said, and what the file says is not contradicted`()
        throws
    {
        let shapes = Shapes(PublishedNetwork.resNet18.architecture(classes: 2))
        let usual = try WeightArchitecture(shapes).architecture(origin: "shapes")
        #expect(PublishedNetwork(usual) == .resNet18)
        let said = SaidConventions(
            stemStride: 1, stemPool: .nothing, padding: .same, activationOrder: .activationFirst)
        let told = try WeightArchitecture(shapes).architecture(said, origin: "shapes")
        #expect(told.stemStride == 1 && told.stemPool == .nothing && told.padding == .same)
        #expect(told.activationOrder == .activationFirst && !told.isEquivalent(to: usual))
        let conventions = try WeightArchitecture(shapes).conventions(said, origin: "shapes")
        #expect(conventions == NetworkConventions(of: told))
        let metadata = conventions.metadata
        #expect(try NetworkConventions(metadata: metadata, origin: "shapes") == conventions)
        let kept = try WeightArchitecture(
            Shapes(PublishedNetwork.resNet18.architecture(classes: 2), conventions: conventions))
        #expect(try kept.architecture(origin: "shapes") == told)
        #expect(usual.contradiction(of: conventions)?.contains("stem's stride is 1") == true)
        for other in [
            SaidConventions(stemStride: 2), SaidConventions(stemPool: .max), SaidConventions(padding: .symmetric),
            SaidConventions(activationOrder: .normFirst),
        ] {
            let error = #expect(throws: WeightsError.self) { try kept.architecture(other, origin: "shapes") }
            #expect(error?.explanation.contains("the file itself says") == true)
        }
    }

    @Test func `what the file says of stride and epsilon holds, and is not contradicted`() throws {
        let conventions = NetworkConventions(strideOnFirstConvolution: true, batchNormEpsilon: 2e-5)
        let found = try WeightArchitecture(Shapes(.resNet50(classes: 2), conventions: conventions))
        #expect(!found.needsStride)
        let told = try found.architecture(origin: "shapes")
        #expect(told.stridePosition == .firstConvolution && told.batchNormEpsilon == 2e-5)
        #expect(throws: WeightsError.self) {
            try found.architecture(SaidConventions(stride: .middleConvolution), origin: "shapes")
        }
        #expect(throws: WeightsError.self) { try found.architecture(SaidConventions(epsilon: 1e-5), origin: "shapes") }
        #expect(
            try found.architecture(SaidConventions(stride: .firstConvolution, epsilon: 2e-5), origin: "shapes") == told)
    }

    @Test func `basic blocks have no 1x1 to stride on, and saying so is refused`() throws {
        let found = try WeightArchitecture(Shapes(PublishedNetwork.resNet18.architecture(classes: 2)))
        let error = #expect(throws: WeightsError.self) {
            try found.architecture(SaidConventions(stride: .firstConvolution), origin: "shapes")
        }
        #expect(error?.code == .architectureMismatch && error?.explanation.contains("basic") == true)
        #expect(throws: WeightsError.self) {
            try found.conventions(SaidConventions(stride: .firstConvolution), origin: "shapes")
        }
        #expect(try found.architecture(SaidConventions(stride: .middleConvolution), origin: "shapes").block == .basic)
    }

    @Test func `the first of several files of a network is no network`() throws {
        func problem(_ shapes: Shapes) -> String? {
            do {
                _ = try WeightArchitecture(shapes)
                return nil
            } catch {
                return error.explanation
            }
        }
        // What the first file has where the second has the last stage and the last layer.
        for network in [PublishedNetwork.resNet18, .resNet50] {
            var shard = Shapes(network.architecture(classes: 1000))
            shard.shapes = shard.shapes.filter { !$0.key.hasPrefix("layer4.") && !$0.key.hasPrefix("fc.") }
            #expect(problem(shard)?.contains("part of a network: it has 3 stages") == true)
            // A graph or a model that says its conventions is whole, and so is a network with a last layer.
            shard.conventions = NetworkConventions(strideOnFirstConvolution: false, batchNormEpsilon: 1e-5)
            #expect(problem(shard) == nil)
            let short = Array(network.architecture(classes: 2).blocksPerStage.prefix(3))
            var whole = network.architecture(classes: 2)
            whole.blocksPerStage = short
            #expect(problem(Shapes(whole)) == nil)
        }
        // All stages, but no last layer: features, unless the file is called one of several.
        var features = Shapes(.resNet50(classes: 0))
        #expect(problem(features) == nil)
        features.origin = "checkpoints/model-00001-of-00002.safetensors"
        #expect(problem(features)?.contains("part of a network") == true)
        features.origin = "checkpoints/model-00001-of-00001.safetensors"
        #expect(problem(features) == nil)
    }

    @Test func `everything missing, extra and misshapen is named at once`() throws {
        var shapes = Shapes(.resNet50(classes: 2))
        shapes.shapes["layer1.0.conv2.weight"] = nil
        shapes.shapes["layer3.5.bn3.running_var"] = nil
        shapes.shapes["layer2.1.se.fc1.weight"] = [4, 4, 1, 1]
        shapes.shapes["fc.bias"] = [3]
        shapes.shapes["bn1.num_batches_tracked"] = []
        let error = #expect(throws: WeightsError.self) { try WeightArchitecture(shapes) }
        #expect(error?.code == .architectureMismatch)
        let sentence = error?.explanation ?? ""
        #expect(sentence.contains("missing: layer1.0.conv2.weight, layer3.5.bn3.running_var"))
        #expect(sentence.contains("not part of it: layer2.1.se.fc1.weight"))
        #expect(sentence.contains("fc.bias is [3] instead of [2]"))
        #expect(!sentence.contains("num_batches_tracked"))
    }

    @Test(
        arguments: [
            (["features.0.weight": [64, 3, 11, 11]], "no conv1.weight"),
            (["conv1.weight": [64, 3, 7, 7]], "no blocks"),
            (["conv1.weight": [64, 3, 5, 5], "layer1.0.conv1.weight": [64, 64, 3, 3]], "5x5"),
            (["conv1.weight": [64, 3, 7, 7, 7], "layer1.0.conv1.weight": [64, 64, 3, 3]], "no conv1.weight"),
            (["conv1.weight": [2000, 3, 7, 7], "layer1.0.conv1.weight": [64, 64, 3, 3]], "base-width"),
            ([:], "Its tensors: none"),
        ] as [([String: TensorShape], String)])
    func `what is no residual network is said to be none, with what there is`(
        _ tensors: [String: TensorShape], _ words: String
    ) throws {
        var shapes = Shapes(.resNet50(classes: 2))
        shapes.shapes = tensors
        let error = #expect(throws: WeightsError.self) { try WeightArchitecture(shapes) }
        #expect(error?.code == .architectureMismatch)
        #expect(error?.explanation.contains(words) == true, "\(error?.explanation ?? "")")
    }

    @Test func `names with huge numbers cost nothing`() throws {
        var shapes = Shapes(.resNet50(classes: 2))
        shapes.shapes["layer9999999999.999999999.conv1.weight"] = [1, 1, 1, 1]
        shapes.shapes["layer1.999999.conv1.weight"] = [1, 1, 1, 1]
        let error = #expect(throws: WeightsError.self) { try WeightArchitecture(shapes) }
        #expect(error?.explanation.contains("not part of it: layer1.999999.conv1.weight, layer9999999999") == true)
    }
}
