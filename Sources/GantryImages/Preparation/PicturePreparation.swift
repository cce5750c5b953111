import GantryCore

/// From a picture to a network's input, the one code for training, evaluation and prediction.
///
/// `resized` gives the square picture (it may be kept), `tensor` its normalised numbers. Where pictures are augmented
/// in between: `planes`, then the augmentation, then `normalise`; without one that is `tensor`, bit for bit.
public struct PicturePreparation: Sendable {
    /// What it was made from.
    public let definition: ImagePreparation

    /// Largest side of a network's input.
    public static let largestSide = 4096

    /// A preparation as `definition` says.
    ///
    /// **Throws** `.preparation` where the side is not 1 to `largestSide`, there are neither one nor three channels, a
    /// number is not finite, a standard deviation is not above zero, or there are not as many as means.
    public init(_ definition: ImagePreparation) throws(ImageFault) {
        func bad(_ sentence: String) -> ImageFault { ImageFault(.preparation, subject: "", explanation: sentence) }
        guard 1...Self.largestSide ~= definition.inputSize else {
            throw bad("an input of \(definition.inputSize) pixels a side; 1 to \(Self.largestSide) are possible")
        }
        guard definition.mean.count == 1 || definition.mean.count == 3,
            definition.standardDeviation.count == definition.mean.count
        else {
            throw bad(
                "\(definition.mean.count) means and \(definition.standardDeviation.count) standard deviations; there "
                    + "are as many as channels, 1 or 3")
        }
        guard (definition.mean + definition.standardDeviation).allSatisfy({ Float($0).isFinite }),
            definition.standardDeviation.allSatisfy({ Float($0) > 0 })
        else { throw bad("a mean is not finite, or a standard deviation is not above zero") }
        self.definition = definition
    }

    /// The picture as a square of the network's size and channels: colour becomes grey or grey colour, then the size is
    /// changed as the convention says.
    ///
    /// **Shape** `[S, S, C]`, red, green, blue whatever the colour order.
    public func resized(_ picture: PixelImage) -> PixelImage {
        let picture = picture.converted(toChannels: definition.channels)
        return switch definition.resize {
        case .area: AreaResize.stretched(picture, side: definition.inputSize)
        case .torchvision: BilinearResize.centreCropped(picture, side: definition.inputSize)
        case .keras: NearestResize.stretched(picture, side: definition.inputSize)
        }
    }

    /// The numbers of a square picture that `resized` gave.
    ///
    /// **Shape** `[C, S, S]` CHW Float32, channels in the network's order. **Range**: (v - mean) / deviation, v from 0
    /// to 1.
    public func tensor(_ resized: PixelImage) -> [Float] {
        var planes = planes(resized)
        normalise(&planes)
        return planes
    }

    /// The numbers of a square picture before normalisation.
    ///
    /// **Shape** `[C, S, S]` CHW Float32, red, green, blue whatever the colour order. **Range**: 0 to 1.
    public func planes(_ resized: PixelImage) -> [Float] {
        let pixels = resized.width * resized.height
        return [Float](unsafeUninitializedCapacity: resized.pixels.count) { planes, initialised in
            resized.pixels.withUnsafeBufferPointer { values in
                for channel in 0..<resized.channels {
                    for pixel in 0..<pixels {
                        planes[channel * pixels + pixel] = Float(values[pixel * resized.channels + channel]) / 65535
                    }
                }
            }
            initialised = resized.pixels.count
        }
    }

    /// Puts the channels of `planes` in the network's order, and normalises them.
    ///
    /// **Shape** as `planes` gives it, `[C, S, S]`; any side.
    public func normalise(_ planes: inout [Float]) {
        let channels = definition.channels
        precondition(planes.count.isMultiple(of: channels), "planes are as many as channels")
        let count = planes.count / channels
        if definition.colourOrder == .bgr, channels == 3 {
            for index in 0..<count { planes.swapAt(index, 2 * count + index) }
        }
        planes.withUnsafeMutableBufferPointer { planes in
            for channel in 0..<channels {
                let mean = Float(definition.mean[channel])
                let deviation = Float(definition.standardDeviation[channel])
                for index in channel * count..<(channel + 1) * count {
                    planes[index] = (planes[index] - mean) / deviation
                }
            }
        }
    }
}
