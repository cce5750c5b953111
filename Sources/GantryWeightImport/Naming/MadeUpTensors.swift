import GantryTensors

/// The tensors of a network whose framework left some out, completed by those that compute the same.
///
/// - A last layer without biases gets zeros.
/// - Convolutions that their batch norms were fused into (`torch.nn.utils.fusion`) have biases, and no batch norm
///   stands anywhere. Each gets one of weight 1, mean 0 and variance 1 - epsilon, whose bias is the convolution's: the
///   network is the one that was fused, and learns as that does.
struct MadeUpTensors {
    /// Every tensor by torchvision's name.
    private(set) var sources: [String: AdaptedTensors.Source]
    /// What is said of what was made up.
    private(set) var remarks: [WeightRemark] = []
    /// The epsilon that made-up batch norms are for; nil where there are none.
    private(set) var conventions: NetworkConventions?

    /// `torch.nn.BatchNorm2d`'s.
    private static let epsilon = 1e-5

    /// Completes the tensors of which `names` has the file's names, by torchvision's.
    init(_ tensors: any TensorCollection, _ names: [String: String]) {
        sources = names.mapValues { .stored($0) }
        let shapes = names.compactMapValues { tensors.shapes[$0]?.dimensions }
        if let weight = names["fc.weight"], names["fc.bias"] == nil, let sizes = shapes["fc.weight"], sizes.count == 2,
            sizes.allSatisfy({ $0 > 0 })
        {
            sources["fc.bias"] = .constant(0, rowsOf: weight)
            remarks.append(.note("The last layer has no biases; zeros stand for them."))
        }
        fuse(shapes, names, tensors.conventions)
    }

    private mutating func fuse(
        _ shapes: [String: [Int]], _ names: [String: String], _ known: NetworkConventions?
    ) {
        let convolutions = shapes.filter { $0.value.count == 4 && $0.key.hasSuffix(".weight") }
        var norms: [(convolution: String, norm: String, bias: String)] = []
        for (name, sizes) in convolutions {
            let convolution = String(name.dropLast(".weight".count))
            guard let norm = Self.norm(behind: convolution), let bias = names[convolution + ".bias"],
                shapes[convolution + ".bias"] == [sizes[0]]
            else { return }
            norms.append((convolution, norm, bias))
        }
        let parts = ["weight", "bias", "running_mean", "running_var"]
        guard !norms.isEmpty, norms.allSatisfy({ unit in parts.allSatisfy { names["\(unit.norm).\($0)"] == nil } })
        else { return }
        for (convolution, norm, bias) in norms {
            sources[convolution + ".bias"] = nil
            sources[norm + ".weight"] = .constant(1, rowsOf: bias)
            sources[norm + ".bias"] = .stored(bias)
            sources[norm + ".running_mean"] = .constant(0, rowsOf: bias)
            sources[norm + ".running_var"] = .constant(Float(1 - Self.epsilon), rowsOf: bias)
        }
        var conventions = known ?? NetworkConventions(strideOnFirstConvolution: nil, batchNormEpsilon: Self.epsilon)
        conventions.batchNormEpsilon = Self.epsilon
        self.conventions = conventions
        remarks.append(
            .note("Its batch norms were fused into the convolutions; batch norms that change nothing stand for them."))
    }

    /// torchvision's name of the batch norm behind a convolution of that name; nil for other names.
    private static func norm(behind convolution: String) -> String? {
        var words = convolution.words
        guard let last = words.popLast() else { return nil }
        if words.last == "downsample", last == "0" { return (words + ["1"]).joined(separator: ".") }
        guard let number = last.behind("conv"), number.placeNumber != nil else { return nil }
        return (words + ["bn\(number)"]).joined(separator: ".")
    }
}
