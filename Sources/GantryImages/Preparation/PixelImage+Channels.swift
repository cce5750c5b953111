import GantryCore

extension PixelImage {
    /// Whether every value is one of an 8-bit file. What is computed from such a picture is what Pillow computes.
    var isOfEightBits: Bool { pixels.allSatisfy { $0.isMultiple(of: 257) } }

    /// The picture with one channel or three: grey is replicated, colour becomes its luma as Pillow's `convert("L")`
    /// has it.
    ///
    /// **Source** ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B, in 16 bits after the point, rounded to nearest.
    public func converted(toChannels wanted: Int) -> PixelImage {
        guard wanted != channels else { return self }
        var converted: [UInt16]
        if wanted == 3 {
            converted = [UInt16](repeating: 0, count: 3 * pixels.count)
            for index in pixels.indices {
                for channel in 0..<3 { converted[3 * index + channel] = pixels[index] }
            }
        } else {
            converted = [UInt16](repeating: 0, count: width * height)
            // In 8 bits where the picture has no more, so that rounding is Pillow's.
            let step: UInt32 = isOfEightBits ? 257 : 1
            for index in converted.indices {
                let (red, green) = (UInt32(pixels[3 * index]) / step, UInt32(pixels[3 * index + 1]) / step)
                let blue = UInt32(pixels[3 * index + 2]) / step
                let luma = (red &* 19_595 &+ green &* 38_470 &+ blue &* 7_471 &+ 0x8000) >> 16
                converted[index] = UInt16(luma * step)
            }
        }
        guard let image = PixelImage(width: width, height: height, channels: wanted, pixels: converted) else {
            preconditionFailure("a picture has one channel or three")
        }
        return image
    }
}
