import Foundation
import GantryCore
import GantryInference
import GantryTensors
import GantryTestSupport
import GantryWeightImport
import Testing

/// One network saved in the many ways in which people save networks, and networks that are refused by what they are.
///
/// The files are those of `GantryWeightImportTests/Golden/make_wild.py`, packed in `wild.tar.xz`.
@Suite struct WildCheckpointTests {
    /// What a file's framework computes.
    private struct Golden: Decodable {
        let input: [Int]
        /// Logits, or pooled features where there is no last layer.
        let outputs: [Float]
    }

    /// A file that is read: what is said beside it, and what it must say of itself.
    struct Case: CustomTestStringConvertible, Sendable {
        let file: String
        var prefix: String?
        var stateDict: String?
        var stemStride: Int?
        var says: [String] = []

        var testDescription: String { file }
    }

    static let read: [Case] = [
        Case(
            file: "lightning.ckpt",
            says: ["Behind `model.` lies a NET; beside it: criterion.weight, train_auc.preds."]),
        Case(
            file: "lightning.safetensors",
            says: ["Behind `model.` lies a NET; beside it: criterion.weight, train_auc.preds."]),
        Case(file: "averaged.pt", says: ["Behind `module.` lies a NET; beside it: n_averaged."]),
        Case(
            file: "moving-average.pt", prefix: "ema.module.",
            says: [
                "Behind `ema.module.` lies a NET; beside it: model.bn1.bias, model.bn1.num_batches_tracked, "
                    + "model.bn1.running_mean, model.bn1.running_var and 34 more."
            ]),
        Case(
            file: "moving-average.safetensors", prefix: ".",
            says: [
                "At the top lies a NET; beside it: ema.bn1.bias, ema.bn1.num_batches_tracked, ema.bn1.running_mean, "
                    + "ema.bn1.running_var and 34 more."
            ]),
        Case(file: "last-fc.1.pt"), Case(file: "last-fc.0.pt"), Case(file: "last-classifier.pt"),
        Case(file: "last-head.pt"), Case(file: "last-head.fc.pt"), Case(file: "last-linear.pt"),
        Case(file: "last-last_linear.pt"), Case(file: "last-classifier.1.pt"),
        Case(file: "last-without-bias.pt", says: ["The last layer has no biases; zeros stand for them."]),
        Case(file: "mmpretrain.pth"), Case(file: "children.pt"), Case(file: "children-features.pt"),
        Case(file: "radimagenet.pt"), Case(file: "radimagenet-classifier.pt"), Case(file: "features.pt"),
        Case(file: "outer-net.pt", says: ["The state dict `net` was taken, the only one."]),
        Case(file: "outer-module.pt", says: ["The state dict `module` was taken, the only one."]),
        Case(file: "outer-model_state.pt", says: ["The state dict `model_state` was taken, the only one."]),
        Case(file: "outer-weights.pt", says: ["The state dict `weights` was taken, the only one."]),
        Case(file: "outer-net.pt", stateDict: "net", says: ["The state dict `net` was taken."]),
        Case(file: "student-teacher.pt", stateDict: "teacher", says: ["The state dict `teacher` was taken."]),
        Case(file: "harmless.pt"), Case(file: "harmless-4.pt"), Case(file: "harmless-5.pt"),
        Case(file: "harmless-legacy.pt"), Case(file: "float64.pt"), Case(file: "float64.safetensors"),
        Case(file: "float64.onnx"), Case(file: "float64.h5"),
        Case(
            file: "fused.pt",
            says: [
                "Its batch norms were fused into the convolutions; batch norms that change nothing stand for them."
            ]),
        Case(file: "huggingface-v1", says: ["Settings from config.json of the folder."]),
        Case(file: "huggingface-v1.5", says: ["Settings from config.json and preprocessor_config.json of the folder."]),
        Case(file: "timm", says: ["Settings from config.json of the folder."]),
        Case(file: "monai.pt", stemStride: 1),
        Case(file: "timm-bin", says: ["Settings from config.json of the folder."]),
    ]

    private static func path(_ part: String, _ file: String) throws -> String {
        try GoldenArchive.wild.get().path + "/\(part)/\(file)"
    }

    private static func open(_ part: String, _ file: String, _ choice: WeightChoice) throws -> any TensorCollection {
        try WeightFile.open(path(part, file), choice: choice, hdf5: HDF5Reader(executable: builtExecutable()))
    }

    @Test(arguments: read)
    func `what people save is read, and its outputs are its framework's`(_ known: Case) throws {
        let golden = try JSONDecoder().decode(
            [String: Golden].self,
            from: Data(contentsOf: URL(fileURLWithPath: GoldenArchive.wild.get().path + "/golden.json")))
        let expected = try #require(golden[known.file])
        let weights = try Self.open(
            "read", known.file, WeightChoice(prefix: known.prefix, stateDict: known.stateDict))
        let found = try WeightArchitecture(weights)
        #expect(found.needsStemStride == (known.stemStride != nil))
        let architecture = try found.architecture(
            SaidConventions(stemStride: known.stemStride), origin: known.file)
        #expect(weights.remarks.map { $0.sentence(network: "NET") } == known.says)
        let network = try ResidualNetwork(architecture: architecture, weights: weights)
        let images = try GoldenNetwork.images(
            1, channels: expected.input[0], height: expected.input[1], width: expected.input[2])
        let outputs =
            architecture.classes == 0
            ? try network.pooledFeatures(images, workers: 1).values : try network.logits(images, workers: 1).values
        let largest = expected.outputs.map(abs).max() ?? 0
        let error = zip(outputs, expected.outputs).map { abs($0 - $1) }.reduce(0) { $1 <= $0 ? $0 : $1 } / largest
        // Float32's rounding over seven convolutions.
        #expect(outputs.count == expected.outputs.count && error <= 2e-6, "\(error)")
    }

    @Test func `every file of the archive is tested`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.path("read", ""))
        #expect(Set(files) == Set(Self.read.map(\.file)))
        let refused = try FileManager.default.contentsOfDirectory(atPath: Self.path("refused", ""))
        #expect(Set(refused) == Set(Self.refused.map(\.0)))
    }

    static let refused = [
        (
            "three-dimensional.pt",
            "it is a three-dimensional network, which Gantry does not compute: conv1.weight is [8, 1, 7, 7, 7]."
        ),
        (
            "deep-stem.pt",
            "it is a network with a deep stem (ResNet-C, -D, 50d), which Gantry does not compute: conv1.0.weight "
                + "is [4, 3, 3, 3]."
        ),
        (
            "mean-shortcuts.pt",
            "it is a network whose shortcuts begin with a mean (ResNet-D), which Gantry does not compute: "
                + "layer1.0.downsample.1.weight is [32, 64, 1, 1]."
        ),
        (
            "squeeze-and-excitation.pt",
            "it is a squeeze-and-excitation network, which Gantry does not compute: layer1.0.se.fc1.bias is [8]."
        ),
        (
            "squeeze-and-excitation.safetensors",
            "it is a squeeze-and-excitation network, which Gantry does not compute: layer1.0.se.fc1.bias is [8]."
        ),
        (
            "group-norm.pt",
            "its norms keep no running statistics (GroupNorm, or a batch norm that does not track them), which "
                + "Gantry does not compute: layer1.0.bn1.weight is there, and no running_mean."
        ),
        (
            "quantised.pt",
            "it is a quantised network, which is not read: its tensors are made by "
                + "torch._utils._rebuild_qtensor. Save the network in floating point, as it was before it was "
                + "quantised."
        ),
        (
            "quantised.safetensors",
            "it is a quantised network, which is not read: it has conv1.zero_point. Save the network in floating "
                + "point, as it was before it was quantised."
        ),
        (
            "hidden-layer.pt",
            "its head has a hidden layer, fc.0.weight [5, 16] before fc.2.weight [3, 5]. Gantry's networks end "
                + "with the mean over the image and one linear layer."
        ),
        (
            "hidden-layer-behind.pt",
            "its head has a hidden layer, model.fc.weight [3, 16] before classifier.weight [2, 3]. Gantry's "
                + "networks end with the mean over the image and one linear layer."
        ),
        (
            "normed-head.pt",
            "its head is more than one linear layer: head.0.weight is part of it. Gantry's networks end with the "
                + "mean over the image and one linear layer."
        ),
        (
            "two-networks.pt",
            "2 networks lie in it: behind `ema.` and behind `model.`. Say which one is meant, as --prefix ema."
        ),
        (
            "two-state-dicts.pt",
            "the checkpoint has more than one state dict: student, teacher. Say which one is meant, as "
                + "--state-dict student."
        ),
        (
            "container.pt",
            "its pickle wants what a state dict does not need, and nothing in a file is ever run: "
                + "__main__.Weights. Save the state dict alone: torch.save(model.state_dict(), path)."
        ),
        (
            "module.pt",
            "its pickle wants what a state dict does not need, and nothing in a file is ever run: "
                + "make_fixtures.Network"
        ),
        ("beyond-float32.pt", "element 0 is 1e+300, which is beyond Float32."),
        (
            "exported.pt2",
            "it is a program of torch.export (.pt2), not a state dict. Save the network's state dict instead: "
                + "torch.save(model.state_dict(), path)."
        ),
        ("dilated", "its output_stride is 8: it is a dilated network, which Gantry does not compute."),
        ("transformer", "its model_type is vit: it is another network than a ResNet, which Gantry does not compute."),
    ]

    @Test(arguments: refused)
    func `what is not computed is refused by what it is`(_ file: String, _ sentence: String) throws {
        let fault = #expect(throws: WeightsError.self) {
            let weights = try Self.open("refused", file, WeightChoice())
            try weights.requireUsableValues(of: weights.shapes.keys.sorted())
        }
        #expect(fault?.explanation.hasPrefix(sentence) == true, "\(fault?.explanation ?? "")")
        if sentence.hasSuffix(".") { #expect(fault?.explanation == sentence) }
        let isChoice = ["two-networks.pt", "two-state-dicts.pt"].contains(file)
        #expect((fault?.code == .choiceMissing) == isChoice)
    }

    @Test func `a choice that the file does not have is refused by what it has`() throws {
        let cases: [(String, WeightChoice, String)] = [
            (
                "lightning.ckpt", WeightChoice(prefix: "net"),
                "no residual network lies behind `net.`; what lies in it lies behind `model.`."
            ),
            (
                "outer-net.pt", WeightChoice(stateDict: "ema"),
                "there is no state dict `ema` in it; what is there: epoch, net, optimizer."
            ),
            (
                "float64.onnx", WeightChoice(prefix: "net"),
                "--prefix says which network is meant of several in one file, and such a file has one."
            ),
            (
                "lightning.safetensors", WeightChoice(stateDict: "net"),
                "--state-dict says which network is meant of several in one file, and such a file has one."
            ),
        ]
        for (file, choice, sentence) in cases {
            let fault = #expect(throws: WeightsError.self) { try Self.open("read", file, choice) }
            #expect(fault?.explanation == sentence)
        }
    }

    @Test func `a folder's settings answer stride, size and normalisation`() throws {
        let first = try WeightArchitecture(Self.open("read", "huggingface-v1", WeightChoice()))
        #expect(first.stride == .firstConvolution)
        for name in ["huggingface-v1.5", "timm", "timm-bin"] {
            let images = try ModelFolder(Self.path("read", name)).images
            #expect(images.size == 40 && images.mean == [0.5, 0.4, 0.3], "\(name): \(images)")
            #expect(images.standardDeviation == [0.2, 0.25, 0.3], "\(name): \(images)")
        }
        let silent = try ModelFolder(Self.path("read", "huggingface-v1")).images
        #expect(silent.size == nil && silent.mean == nil && silent.standardDeviation == nil)
    }
}
