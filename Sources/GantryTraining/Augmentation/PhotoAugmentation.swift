/// How one photograph may differ from another of the same: mirrored, cut a little to one side, lighter or darker, of
/// more or less contrast, more or less colourful.
///
/// **Source** flip and crop: He et al., "Deep residual learning" (2015), 4.2 (padding of 4 at 32 pixels); colour:
/// torchvision's `ColorJitter`, whose formulas these are, here always in the order brightness, contrast, saturation.
public struct PhotoAugmentation: Sendable, Hashable {
    /// How often it is mirrored, 0 to 1.
    public var flipProbability = 0.5
    /// Zeros around the picture before it is cut to its size again, as a share of the side: an eighth.
    public var padding = 0.125
    /// Brightness is multiplied by 1 - this to 1 + this.
    public var brightness = 0.2
    /// The distance from the mean grey is multiplied by 1 - this to 1 + this.
    public var contrast = 0.2
    /// The distance from a pixel's own grey is multiplied by 1 - this to 1 + this; of no matter with one channel.
    public var saturation = 0.2

    /// An augmentation of the usual extent.
    public init() {}

    /// One variation.
    public struct Draw: Sendable, Hashable {
        /// Whether it is mirrored, left to right.
        public var isFlipped = false
        /// Rows by which the picture moves down; what comes in is zero.
        public var rowsDown = 0
        /// Columns by which it then moves right.
        public var columnsRight = 0
        /// Factor of brightness.
        public var brightness: Float = 1
        /// Factor of contrast.
        public var contrast: Float = 1
        /// Factor of saturation.
        public var saturation: Float = 1

        /// The variation that leaves all as it is.
        public init() {}
    }

    /// The variation of a picture of this side that `random` says.
    public func draw(side: Int, _ random: CounterRandom) -> Draw {
        var random = random
        var draw = Draw()
        let margin = Int((padding * Double(side)).rounded(.down))
        draw.isFlipped = random.chance(flipProbability)
        draw.rowsDown = random.integer(below: 2 * margin + 1) - margin
        draw.columnsRight = random.integer(below: 2 * margin + 1) - margin
        func factor(_ extent: Double) -> Float { Float(random.uniform(max(0, 1 - extent)...1 + extent)) }
        draw.brightness = factor(brightness)
        draw.contrast = factor(contrast)
        draw.saturation = factor(saturation)
        return draw
    }
}

extension PhotoAugmentation.Draw {
    /// Shares of red, green and blue in grey: ITU-R BT.601, as torchvision rounds them.
    private static let grey: [Float] = [0.2989, 0.587, 0.114]

    /// Varies a picture. **Shape** `[C, side, side]` of one channel or three, red first. **Range** 0 to 1, before and
    /// after.
    public func apply(to planes: inout [Float], side: Int) {
        let area = side * side
        precondition(area > 0 && [area, 3 * area].contains(planes.count), "a picture has one or three square planes")
        move(&planes, side: side)
        if brightness != 1 { for index in planes.indices { planes[index] = Self.clamped(planes[index] * brightness) } }
        let isColour = planes.count == 3 * area
        if contrast != 1 {
            var sum = 0.0
            for index in 0..<area { sum += Double(Self.grey(of: planes, area: area, at: index)) }
            let mean = Float(sum / Double(area))
            for index in planes.indices { planes[index] = Self.blend(planes[index], mean, contrast) }
        }
        if saturation != 1, isColour {
            for index in 0..<area {
                let grey = Self.grey(of: planes, area: area, at: index)
                for channel in 0..<3 {
                    planes[channel * area + index] = Self.blend(planes[channel * area + index], grey, saturation)
                }
            }
        }
    }

    private func move(_ planes: inout [Float], side: Int) {
        guard isFlipped || rowsDown != 0 || columnsRight != 0 else { return }
        let old = planes
        for index in planes.indices {
            let (row, column) = (index / side % side - rowsDown, index % side - columnsRight)
            let plane = index - index % (side * side)
            let isInside = 0..<side ~= row && 0..<side ~= column
            planes[index] = isInside ? old[plane + row * side + (isFlipped ? side - 1 - column : column)] : 0
        }
    }

    private static func grey(of planes: [Float], area: Int, at index: Int) -> Float {
        guard planes.count == 3 * area else { return planes[index] }
        let redAndGreen = grey[0] * planes[index] + grey[1] * planes[area + index]
        return redAndGreen + grey[2] * planes[2 * area + index]
    }

    private static func blend(_ value: Float, _ other: Float, _ factor: Float) -> Float {
        clamped(factor * value + (1 - factor) * other)
    }

    private static func clamped(_ value: Float) -> Float { value > 0 ? min(value, 1) : 0 }
}
