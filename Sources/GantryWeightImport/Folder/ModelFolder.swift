import Foundation
import GantryTensors

/// A folder as Hugging Face's and timm's `save_pretrained` write it: weights, and settings beside them.
///
/// **Source**: transformers `configuration_resnet.py`, `image_processing_convnext.py`, `modeling_timm_wrapper.py`; timm
/// `models/_hub.py`.
public struct ModelFolder: Sendable {
    /// What the network's settings say of the images that it sees; what they do not say is nil.
    public struct Images: Sendable, Hashable {
        /// Side of the input.
        public var size: Int?
        /// Means and standard deviations of the channels, of values from 0 to 1.
        public var mean: [Double]?, standardDeviation: [Double]?
    }

    /// Path of the weight file.
    public let weights: String
    /// What the network was trained to see.
    public let images: Images
    /// Whether a bottleneck has its stride on its first 1x1; nil where the settings do not say.
    let strideOnFirstConvolution: Bool?
    /// Which files said something.
    let sources: [String]

    /// The network's settings, and those of its images.
    static let (configuration, preprocessor) = ("config.json", "preprocessor_config.json")
    /// The names of the weights, in the order in which they are preferred.
    static let weightNames = ["model.safetensors", "pytorch_model.bin"]
    /// The longest file of settings that is read.
    static let mostSettingsBytes = 1 << 20

    /// Whether the folder at `path` has settings as these frameworks write them.
    public static func isOne(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path + "/" + configuration)
    }

    /// Reads the folder's settings.
    ///
    /// **Throws** `cannotOpen` where there are no weights; `refusedContent` where the settings are those of a network
    /// that Gantry does not compute, by their name; `malformedHeader` where they are no settings.
    public init(_ path: String) throws(WeightsError) {
        guard let name = Self.weightNames.first(where: { FileManager.default.fileExists(atPath: "\(path)/\($0)") })
        else {
            let isSplit = Self.weightNames.contains {
                FileManager.default.fileExists(atPath: "\(path)/\($0).index.json")
            }
            throw WeightsError(
                isSplit ? .refusedContent : .cannotOpen, subject: path,
                explanation: isSplit
                    ? "its weights were saved in several files. Save the whole network in one file."
                    : "there is a \(Self.configuration), but neither \(Self.weightNames.joined(separator: " nor ")).")
        }
        weights = "\(path)/\(name)"
        let settings = try Self.settings("\(path)/\(Self.configuration)")
        let model = ModelSettings(settings, path: "\(path)/\(Self.configuration)")
        try model.refuseOthers()
        strideOnFirstConvolution = model.strideOnFirstConvolution
        let preprocessor = "\(path)/\(Self.preprocessor)"
        let hasPreprocessor = FileManager.default.fileExists(atPath: preprocessor)
        images = hasPreprocessor ? Self.images(preprocessor: try Self.settings(preprocessor)) : model.images
        sources = [Self.configuration] + (hasPreprocessor ? [Self.preprocessor] : [])
    }

    private static func settings(_ path: String) throws(WeightsError) -> [String: Any] {
        let file = try FileDescriptor(readingFrom: path)
        let count = try file.byteCount()
        guard count <= mostSettingsBytes,
            let settings = try? JSONSerialization.jsonObject(with: Data(try file.bytes(count, at: 0))) as? [String: Any]
        else {
            throw WeightsError(.malformedHeader, subject: path, explanation: "it is no JSON object of settings.")
        }
        return settings
    }

    /// Of transformers' image processors.
    private static func images(preprocessor settings: [String: Any]) -> Images {
        var images = Images()
        let sizes = [settings["do_center_crop"] as? Bool == false ? nil : settings["crop_size"], settings["size"]]
        images.size = sizes.compactMap { side($0) }.first
        if settings["do_normalize"] as? Bool == false {
            (images.mean, images.standardDeviation) = ([0], [1])
        } else {
            images.mean = numbers(settings["image_mean"])
            images.standardDeviation = numbers(settings["image_std"])
        }
        return images
    }

    /// Of a square: a number, `shortest_edge`, or `height` and `width` that are the same.
    private static func side(_ value: Any?) -> Int? {
        if let side = value as? Int { return side }
        guard let sizes = value as? [String: Any] else { return nil }
        if let side = sizes["shortest_edge"] as? Int { return side }
        guard let height = sizes["height"] as? Int, height == sizes["width"] as? Int else { return nil }
        return height
    }

    static func numbers(_ value: Any?) -> [Double]? {
        guard let numbers = value as? [Double], !numbers.isEmpty, numbers.allSatisfy(\.isFinite) else { return nil }
        return numbers
    }
}

/// What a `config.json` says of its network.
private struct ModelSettings {
    let settings: [String: Any]
    let path: String

    init(_ settings: [String: Any], path: String) {
        self.settings = settings
        self.path = path
    }

    /// timm's name of the network; nil in a file of transformers.
    private var timmArchitecture: String? { settings["architecture"] as? String }

    /// timm's networks all have it on the 3x3.
    var strideOnFirstConvolution: Bool? {
        timmArchitecture != nil ? false : settings["downsample_in_bottleneck"] as? Bool
    }

    /// Of timm, whose settings of images stand in the same file: above, or in `pretrained_cfg`.
    var images: ModelFolder.Images {
        let source = settings["pretrained_cfg"] as? [String: Any] ?? settings
        var images = ModelFolder.Images()
        if let sizes = source["input_size"] as? [Int], sizes.count == 3, sizes[1] == sizes[2] { images.size = sizes[1] }
        images.mean = ModelFolder.numbers(source["mean"])
        images.standardDeviation = ModelFolder.numbers(source["std"])
        return images
    }

    /// **Throws** `refusedContent` for settings of a network that has a residual network's tensors and computes
    /// something else, and for other networks.
    func refuseOthers() throws(WeightsError) {
        if let type = settings["model_type"] as? String, !["resnet", "timm_wrapper"].contains(type) {
            throw refusal("model_type", type, "another network than a ResNet")
        }
        if settings["downsample_in_first_stage"] as? Bool == true {
            throw refusal("downsample_in_first_stage", "true", "a network whose first stage halves the image")
        }
        if let function = settings["hidden_act"] as? String, function != "relu" {
            throw refusal("hidden_act", function, "a network with another activation than ReLU")
        }
        if let name = timmArchitecture, name.contains("blur") || name.contains("resnetaa") {
            throw refusal("architecture", name, "a network that blurs before it halves the image")
        }
        let arguments = settings["model_args"] as? [String: Any] ?? [:]
        for (key, value) in [settings, arguments].flatMap({ $0.sorted { $0.key < $1.key } }) {
            if key == "output_stride", let stride = value as? Int, stride != 32 {
                throw refusal(key, "\(stride)", "a dilated network")
            }
            if key == "replace_stride_with_dilation", (value as? [Bool])?.contains(true) == true {
                throw refusal(key, "true", "a dilated network")
            }
            if ["aa_layer", "act_layer", "avg_down", "block_args", "stem_type"].contains(key), arguments[key] != nil,
                !(value is NSNull), value as? Bool != false, value as? String != ""
            {
                throw refusal(key, "\(value)", "a network of other parts than a ResNet's")
            }
        }
    }

    private func refusal(_ key: String, _ value: String, _ what: String) -> WeightsError {
        WeightsError(
            .refusedContent, subject: path,
            explanation: "its \(key) is \(value.prefix(60)): it is \(what), which Gantry does not compute.")
    }
}

/// The tensors of a folder's weight file, with what its settings say.
struct FolderTensors: TensorCollection {
    private let tensors: any TensorCollection
    let conventions: NetworkConventions?
    let remarks: [WeightRemark]

    init(_ tensors: any TensorCollection, _ folder: ModelFolder) {
        self.tensors = tensors
        var conventions = tensors.conventions
        if let stride = folder.strideOnFirstConvolution, conventions?.strideOnFirstConvolution == nil {
            // transformers and timm leave the epsilon what PyTorch has.
            conventions = conventions ?? NetworkConventions(strideOnFirstConvolution: nil, batchNormEpsilon: 1e-5)
            conventions?.strideOnFirstConvolution = stride
        }
        self.conventions = conventions
        let sources = folder.sources.joined(separator: " and ")
        remarks = tensors.remarks + [.note("Settings from \(sources) of the folder.")]
    }

    var origin: String { tensors.origin }
    var shapes: [String: TensorShape] { tensors.shapes }

    func elementType(of name: String) -> ElementType? { tensors.elementType(of: name) }

    func values(of name: String) throws(WeightsError) -> [Float] { try tensors.values(of: name) }

    func signedBytes(of name: String) throws(WeightsError) -> [Int8] { try tensors.signedBytes(of: name) }
}
