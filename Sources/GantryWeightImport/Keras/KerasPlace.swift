/// Where a convolution or a batch norm stands in a Keras ResNet, told by its layer's name: `conv1_conv` and `conv1_bn`
/// in the stem, `conv2_block1_0_conv` in a block.
///
/// **Source**: keras/src/applications/resnet.py.
struct KerasPlace: Hashable {
    /// Counts from 2; 1 is the stem.
    let stage: Int
    /// Counts from 1; 0 in the stem.
    let block: Int
    /// The convolution in the block, counted from 1; 0 is the projection, or the stem's only one.
    private(set) var number: Int
    let isNorm: Bool

    /// The place of the layer of this name, or nil where it has none.
    init?(layer: String) {
        let words = layer.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        guard let stage = Self.number(words[0], after: "conv"), let kind = words.last, kind == "conv" || kind == "bn"
        else { return nil }
        isNorm = kind == "bn"
        self.stage = stage
        if words.count == 2, stage == 1 {
            (block, number) = (0, 0)
        } else if words.count == 4, stage >= 2, let block = Self.number(words[1], after: "block"), block >= 1,
            let number = Self.number(words[2], after: ""), number <= 3
        {
            (self.block, self.number) = (block, number)
        } else {
            return nil
        }
    }

    /// The number that a word ends with, as it is written in names.
    private static func number(_ word: String, after prefix: String) -> Int? {
        guard word.hasPrefix(prefix), let number = Int(word.dropFirst(prefix.count)), number >= 0,
            word == prefix + String(number)
        else { return nil }
        return number
    }

    /// The place of another convolution in the same block.
    func beside(_ number: Int) -> KerasPlace {
        var place = self
        place.number = number
        return place
    }

    var isStem: Bool { stage == 1 }

    /// torchvision's name of the layer.
    var torchvisionName: String {
        if isStem { return isNorm ? "bn1" : "conv1" }
        let place = "layer\(stage - 1).\(block - 1)"
        if number == 0 { return "\(place).downsample.\(isNorm ? 1 : 0)" }
        return "\(place).\(isNorm ? "bn" : "conv")\(number)"
    }
}
