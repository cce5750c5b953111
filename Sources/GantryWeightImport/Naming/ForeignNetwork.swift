import GantryTensors

/// Networks that are near to those that Gantry computes and are none of them, told by a tensor that shows it.
///
/// **Source**: torchvision `video/resnet.py`; timm `resnet.py` (deep stems, squeeze-and-excitation), `resnetv2.py`;
/// mmpretrain `resnet.py`; `torch.ao.quantization`.
enum ForeignNetwork {
    /// **Throws** `refusedContent` saying what network the tensors `names` are of, where it is one of these.
    static func refuse(_ names: [String], of tensors: any TensorCollection) throws(WeightsError) {
        let shapes = tensors.shapes
        let known = Set(names)
        func refusal(_ what: String, _ example: String) -> WeightsError {
            WeightsError(
                .refusedContent, subject: tensors.origin,
                explanation: "it is \(what), which Gantry does not compute: \(example) is "
                    + "\(shapes[example].map(\.description) ?? "there").")
        }
        if let volume = names.first(where: { shapes[$0]?.dimensions.count == 5 && $0.hasSuffix(".weight") }) {
            throw refusal("a three-dimensional network", volume)
        }
        if let quantised = names.first(where: { quantisedParts.contains($0.words.last ?? "") }) {
            throw WeightsError(
                .refusedContent, subject: tensors.origin,
                explanation: "it is a quantised network, which is not read: it has \(quantised). Save the network in "
                    + "floating point, as it was before it was quantised.")
        }
        for name in names {
            guard let part = blockPart(of: name) else { continue }
            if excitationParts.contains(part) { throw refusal("a squeeze-and-excitation network", name) }
            if attentionParts.contains(part) { throw refusal("a network with attention in its blocks", name) }
            if part == "convs" { throw refusal("a network whose blocks split their channels (Res2Net)", name) }
        }
        for ending in ["conv1.0.weight", "stem.0.weight"] {
            let deep = names.first { name in
                name.prefix(before: ending).map { known.contains($0 + "layer1.0.conv1.weight") } ?? false
            }
            if let deep {
                throw refusal("a network with a deep stem (ResNet-C, -D, 50d)", deep)
            }
        }
        let averaged = names.first {
            $0.prefix(before: "downsample.1.weight") != nil && shapes[$0]?.dimensions.count == 4
        }
        if let averaged { throw refusal("a network whose shortcuts begin with a mean (ResNet-D)", averaged) }
        if let early = names.first(where: { $0.prefix(before: "stages.0.blocks.0.norm1.weight") != nil }) {
            throw refusal("a pre-activation network (ResNet version 2)", early)
        }
        let hasStatistics = names.contains { $0.hasSuffix(".running_mean") || $0.hasSuffix(".running_var") }
        let norm = names.first { name in
            ["bn1.weight", "norm1.weight", "gn1.weight"].contains { name.prefix(before: "layer1.0." + $0) != nil }
        }
        if let norm, !hasStatistics {
            throw WeightsError(
                .refusedContent, subject: tensors.origin,
                explanation: "its norms keep no running statistics (GroupNorm, or a batch norm that does not track "
                    + "them), which Gantry does not compute: \(norm) is there, and no running_mean.")
        }
    }

    /// What quantised layers keep beside their numbers. Source: `torch.ao.quantization`, bitsandbytes, GPTQ.
    private static let quantisedParts: Set<String> = [
        "zero_point", "weight_zero_point", "_packed_params", "qweight", "qzeros", "SCB", "absmax",
    ]
    private static let excitationParts: Set<String> = ["se", "se_module", "se_layer", "fc", "fc1", "fc2"]
    private static let attentionParts: Set<String> = ["attn", "attention", "cbam", "eca", "ca", "sa"]

    /// The word behind a block's name, as `conv1` in `model.layer1.0.conv1.weight`; nil of other tensors.
    private static func blockPart(of name: String) -> String? {
        let words = name.words
        let stage = words.firstIndex {
            $0.hasPrefix("layer") && $0.dropFirst(5).count == 1 && Int($0.dropFirst(5)) != nil
        }
        guard let stage, words.count > stage + 3, words[stage + 1].placeNumber != nil else { return nil }
        return words[stage + 2]
    }
}
