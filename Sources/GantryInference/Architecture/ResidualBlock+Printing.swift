import GantryCore

extension ResidualArchitecture {
    /// One block as PyTorch prints the module, `print(model.layer1[0])`; nil where there is none of this name.
    ///
    /// The text is that of PyTorch 2.15. The batch norms' momentum is PyTorch's default: no file has it, and nothing
    /// that is computed here needs it.
    public func printedBlock(_ name: String) -> String? {
        guard let block = stages.joined().first(where: { $0.name == name }) else { return nil }
        let layers = block.convolutions.enumerated().map { index, unit in
            let names = ("conv\(index + 1)", "bn\(index + 1)")
            return ["(\(names.0)): \(printed(unit))", "(\(names.1)): \(printedNorm(unit))"]
        }
        let relu = ["(relu): ReLU(inplace=True)"]
        // The order in which torchvision's modules are made.
        var lines = self.block == .basic ? layers[0] + relu + layers[1] : layers.joined() + relu
        if let projection = block.projection {
            lines += ["(downsample): Sequential(", "  (0): \(printed(projection))"]
            if projection.hasBatchNorm { lines.append("  (1): \(printedNorm(projection))") }
            lines.append(")")
        }
        let kind = self.block == .basic ? "BasicBlock" : "Bottleneck"
        return "\(kind)(\n\(lines.map { "  \($0)\n" }.joined()))"
    }

    /// The names that `printedBlock` takes.
    public var blockNames: [String] { stages.joined().map(\.name) }

    private func printed(_ unit: ConvolutionUnit) -> String {
        func pair(_ size: Int) -> String { "(\(size), \(size))" }
        var parts = [
            "\(unit.inputChannels)", "\(unit.outputChannels)", "kernel_size=\(pair(unit.kernel))",
            "stride=\(pair(unit.stride))",
        ]
        if unit.padding > 0 { parts.append("padding=\(pair(unit.padding))") }
        if unit.groups > 1 { parts.append("groups=\(unit.groups)") }
        if !unit.hasBias { parts.append("bias=False") }
        return "Conv2d(\(parts.joined(separator: ", ")))"
    }

    private func printedNorm(_ unit: ConvolutionUnit) -> String {
        "BatchNorm2d(\(unit.outputChannels), eps=\(batchNormEpsilon), momentum=0.1, affine=True, bias=True, "
            + "track_running_stats=True)"
    }
}
