import Foundation
import GantryTensors

/// What `model.save` writes of a model beside its weights: its layers with their settings, those of nested models among
/// them.
///
/// **Source**: the root attribute `model_config` of Keras 2's and 3's `.h5`,
/// keras/src/legacy/saving/legacy_h5_format.py.
struct KerasConfiguration {
    /// A layer's name, and what of its settings decides what the network computes.
    struct Layer: Hashable {
        let name: String
        let settings: Settings
        /// The layers that it reads, in each of its calls; nil where the file does not say it, as of a layer of a
        /// sequence.
        let calls: [[String]]?
        /// Sides of the image, of an input that has them.
        let inputSize: [Int?]?
        /// How deep in models of models it lies; 0 in the model itself.
        let level: Int
    }

    enum Settings: Hashable {
        case convolution(Convolution)
        /// A batch norm.
        case norm(epsilon: Double)
        /// A ReLU or another function, by Keras's name; nil where it has none.
        case activation(String?)
        /// A dense layer and the function behind it.
        case dense(activation: String?)
        /// Zeros around the image: above, below, left and right.
        case padding([Int])
        case maxPool(size: [Int]?, strides: [Int]?, padding: String)
        /// The mean over the image.
        case averagePool
        /// The mean over windows of the image.
        case windowedAverage(size: [Int]?, strides: [Int]?, padding: String)
        /// The model's input.
        case input
        /// The sum of what it reads.
        case sum
        /// What changes nothing where no gradient is: a dropout, a flattening.
        case passing
        /// Any other layer, by its class.
        case other(String)
    }

    struct Convolution: Hashable {
        /// Each of two numbers, of rows and columns; nil where the file does not say.
        let kernel: [Int]?
        let strides: [Int]?
        let dilations: [Int]
        let groups: Int
        /// `same` or `valid`.
        let padding: String
        let activation: String?
        let hasBias: Bool
    }

    /// How many models may lie in one another.
    static let mostLevels = 16

    /// Every layer, in the file's order.
    let layers: [Layer]
    /// The convolutions that have a place in a residual network, in the file's order.
    let convolutions: [(name: String, place: KerasPlace, convolution: Convolution)]
    let byPlace: [KerasPlace: Convolution]

    /// Parses the attribute. **Throws** `malformedHeader`.
    init(json: [UInt8], origin: String) throws(WeightsError) {
        do {
            layers = try JSONDecoder().decode(Described.self, from: Data(json)).layers
        } catch {
            throw WeightsError(
                .malformedHeader, subject: origin, explanation: "its model_config is not what Keras writes.")
        }
        convolutions = layers.compactMap { layer in
            guard case .convolution(let convolution) = layer.settings, let place = KerasPlace(layer: layer.name)
            else { return nil }
            return (layer.name, place, convolution)
        }
        byPlace = Dictionary(convolutions.map { ($0.place, $0.convolution) }, uniquingKeysWith: { first, _ in first })
    }
}

/// A layer of the file; of a model, all those in it.
private struct Described: Decodable {
    let layers: [KerasConfiguration.Layer]

    private enum Key: String, CodingKey {
        case kind = "class_name"
        case settings = "config"
        case calls = "inbound_nodes"
    }

    private enum SettingsKey: String, CodingKey {
        case name, layers, strides, groups, padding, activation, epsilon, threshold
        case hasBias = "use_bias"
        case shape = "batch_shape"
        case formerShape = "batch_input_shape"
        case kernel = "kernel_size"
        case dilations = "dilation_rate"
        case poolSize = "pool_size"
        case largest = "max_value"
        case negativeSlope = "negative_slope"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        // A model within a model adds three steps: its settings, their layers, its number.
        guard decoder.codingPath.count <= 3 * KerasConfiguration.mostLevels else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "too many models in one another"))
        }
        let kind = try container.decode(String.self, forKey: .kind)
        let settings = try container.nestedContainer(keyedBy: SettingsKey.self, forKey: .settings)
        if settings.contains(.layers) {
            layers = try settings.decode([Described].self, forKey: .layers).flatMap(\.layers)
        } else {
            let name = try settings.decodeIfPresent(String.self, forKey: .name) ?? kind
            let shape = try settings.decodeIfPresent([Int?].self, forKey: .shape)
            layers = [
                KerasConfiguration.Layer(
                    name: name, settings: try Self.settings(kind, settings),
                    calls: try container.decodeIfPresent(KerasCalls.self, forKey: .calls)?.calls,
                    inputSize: try (shape ?? settings.decodeIfPresent([Int?].self, forKey: .formerShape)).map {
                        Array($0.dropFirst().prefix(2))
                    },
                    // The layers of the model itself are three steps deep.
                    level: max(decoder.codingPath.count / 3 - 1, 0))
            ]
        }
    }

    private static func settings(
        _ kind: String, _ settings: KeyedDecodingContainer<SettingsKey>
    ) throws -> KerasConfiguration.Settings {
        // A function that is not Keras's own is an object instead of a name.
        let activation = try? settings.decode(String.self, forKey: .activation)
        switch kind {
        case "Conv2D":
            return .convolution(
                KerasConfiguration.Convolution(
                    kernel: try settings.decodeIfPresent([Int].self, forKey: .kernel),
                    strides: try settings.decodeIfPresent([Int].self, forKey: .strides),
                    dilations: try settings.decodeIfPresent([Int].self, forKey: .dilations) ?? [1, 1],
                    groups: try settings.decodeIfPresent(Int.self, forKey: .groups) ?? 1,
                    padding: try settings.decodeIfPresent(String.self, forKey: .padding) ?? "valid",
                    activation: settings.contains(.activation) ? activation : "linear",
                    hasBias: try settings.decodeIfPresent(Bool.self, forKey: .hasBias) ?? true))
        case "BatchNormalization":
            return .norm(epsilon: try settings.decodeIfPresent(Double.self, forKey: .epsilon) ?? 1e-3)
        case "Activation": return .activation(activation)
        case "Dense": return .dense(activation: settings.contains(.activation) ? activation : "linear")
        case "ReLU":
            let isPlain =
                try settings.decodeIfPresent(Double.self, forKey: .largest) == nil
                && settings.decodeIfPresent(Double.self, forKey: .negativeSlope) ?? 0 == 0
                && settings.decodeIfPresent(Double.self, forKey: .threshold) ?? 0 == 0
            return .activation(isPlain ? "relu" : "a ReLU with a limit, slope or threshold")
        case "ZeroPadding2D":
            return .padding(try settings.decode([[Int]].self, forKey: .padding).flatMap { $0 })
        case "MaxPooling2D":
            return .maxPool(
                size: try settings.decodeIfPresent([Int].self, forKey: .poolSize),
                strides: try settings.decodeIfPresent([Int].self, forKey: .strides),
                padding: try settings.decodeIfPresent(String.self, forKey: .padding) ?? "valid")
        case "GlobalAveragePooling2D": return .averagePool
        case "AveragePooling2D":
            return .windowedAverage(
                size: try settings.decodeIfPresent([Int].self, forKey: .poolSize),
                strides: try settings.decodeIfPresent([Int].self, forKey: .strides),
                padding: try settings.decodeIfPresent(String.self, forKey: .padding) ?? "valid")
        case "Softmax": return .activation("softmax")
        case "InputLayer": return .input
        case "Add": return .sum
        case "Dropout", "SpatialDropout2D", "Flatten": return .passing
        default: return .other(kind)
        }
    }
}
