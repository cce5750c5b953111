extension ResidualArchitecture {
    /// What a person reads: the published name where there is one, the blocks, and what is not torchvision's usual.
    public var summary: String {
        var parts = [
            (block == .basic ? "basic blocks " : "bottlenecks ")
                + blocksPerStage.map(String.init).joined(separator: "+")
        ]
        if baseWidth != 64 { parts.append("base width \(baseWidth)") }
        if block == .bottleneck, innerWidth != baseWidth { parts.append("inner width \(innerWidth)") }
        if groups > 1 { parts.append("\(groups) groups") }
        if let stemSummary { parts.append(stemSummary) }
        if padding == .same { parts.append("padding same") }
        if hasConvolutionBias { parts.append("convolution biases") }
        if hasShapedShortcuts {
            switch shortcut {
            case .projection: break
            case .convolution: parts.append("1x1 shortcuts without batch norm")
            case .zeros: parts.append("shortcuts of zeros")
            }
            if shortcut != .zeros, hasShortcutBias != hasConvolutionBias {
                parts.append(hasShortcutBias ? "biases in shortcuts" : "no biases in shortcuts")
            }
        }
        if activationOrder == .activationFirst { parts.append("batch norm behind the ReLU") }
        parts.append(inputChannels == 1 ? "1 input channel" : "\(inputChannels) input channels")
        parts.append(classes == 0 ? "no last layer" : classes == 1 ? "1 output" : "\(classes) classes")
        let name = PublishedNetwork(self).map { $0.rawValue + ": " } ?? ""
        return name + parts.joined(separator: ", ")
    }

    /// The stem where it is not a 7x7 convolution of stride 2 with a pool; nil where it is.
    private var stemSummary: String? {
        let isUsual = (stemStride, stemPool) == (stem.usualStride, stem.usualPool)
        if stem == .imageNet, isUsual { return nil }
        let stride = stemStride == stem.usualStride ? "" : " of stride \(stemStride)"
        return "\(stem.kernel)x\(stem.kernel) stem\(stride) \(stemPool == .max ? "with" : "without") pool"
    }
}
