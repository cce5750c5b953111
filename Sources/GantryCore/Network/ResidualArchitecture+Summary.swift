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
        if stem == .cifar { parts.append("3x3 stem without pool") }
        if hasConvolutionBias { parts.append("convolution biases") }
        parts.append(inputChannels == 1 ? "1 input channel" : "\(inputChannels) input channels")
        parts.append(classes == 0 ? "no last layer" : "\(classes) classes")
        let name = PublishedNetwork(self).map { $0.rawValue + ": " } ?? ""
        return name + parts.joined(separator: ", ")
    }
}
