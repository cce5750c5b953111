import CGantryKernels
import GantryArrays
import GantryCore
import GantryImages
import Testing

@Suite struct PicturePreparationTests {
    /// A preparation to `side` with one channel or three.
    private func preparation(
        _ resize: ResizeConvention, side: Int, channels: Int, order: ColourOrder = .rgb
    ) throws -> PicturePreparation {
        let definition = ImagePreparation(
            resize: resize, inputSize: side, colourOrder: order, mean: Array([0.485, 0.456, 0.406].prefix(channels)),
            standardDeviation: Array([0.229, 0.224, 0.225].prefix(channels)))
        return try PicturePreparation(definition)
    }

    @Test(arguments: ResizeConvention.allCases)
    func `a prepared picture is the original's, pixel for pixel`(convention: ResizeConvention) throws {
        let golden = try Pictures.arrays("prepared.npz")
        let names = golden.names.filter { $0.hasPrefix(convention.rawValue + " ") }
        #expect(names.count == 26)
        for name in names {
            let parts = name.split(separator: " ")
            let (channels, side) = (try #require(Int(parts[1])), try #require(Int(parts[2])))
            let picture = try Pictures.picture(String(parts[3]))
            let prepared = try preparation(convention, side: side, channels: channels).resized(picture)
            #expect(prepared.width == side && prepared.height == side && prepared.channels == channels)
            let expected = try golden.array(name).pixels()
            try #require(expected.count == prepared.pixels.count)
            let worst = zip(prepared.pixels, expected).map { abs(Int($0) - Int($1)) }.max()
            // `area` is rounded to 16 bits; where Float64 and whole numbers see a half apart, one of 65,535. The others
            // are exact.
            #expect(worst ?? .max <= (convention == .area ? 1 : 0), "\(name): \(worst ?? -1) of 65535")
        }
    }

    @Test(arguments: [(28, "square.png"), (37, "lying.png"), (50, "upright.png"), (19, "flat.png")])
    func `the area's mean is that of the pipeline's kernel`(side: Int, name: String) throws {
        let picture = try Pictures.picture(name).converted(toChannels: 1)
        let prepared = try preparation(.area, side: side, channels: 1).resized(picture)
        // The whole range of Int16 becomes 0 to 1.
        let shifted = picture.pixels.map { Int16(Int32($0) - 32768) }
        var channels = gantry_channels()
        channels.windows.0 = gantry_window(
            function: Int32(GANTRY_WINDOW_LINEAR_EXACT.rawValue), centre: -0.5, width: 65535)
        channels.window_count = 1
        channels.count = 1
        channels.mean.0 = 0
        channels.deviation.0 = 1
        var planes = [Float](repeating: 0, count: side * side)
        var scratch = [Float](
            repeating: 0,
            count: Int(gantry_window_resize_scratch_count(Int32(picture.width), Int32(side))))
        gantry_window_resize(
            shifted, Int32(picture.height), Int32(picture.width), &channels, &planes, Int32(side), Int32(side),
            &scratch)
        let worst = zip(planes, prepared.pixels).map { abs($0 * 65535 - Float($1)) }.max()
        // Half of it is the rounding to 16 bits, the rest Float32's.
        #expect(worst ?? .infinity < 0.6, "\(name)")
    }

    @Test func `a picture that has the size is not touched by area averaging, whatever its bits`() throws {
        let pixels = (0..<28 * 28).map { UInt16(truncatingIfNeeded: $0 * 7919) }
        let picture = try #require(PixelImage(width: 28, height: 28, channels: 1, pixels: pixels))
        #expect(try preparation(.area, side: 28, channels: 1).resized(picture) == picture)
    }

    @Test(arguments: ResizeConvention.allCases)
    func `a picture of 16 bits keeps them, and comes out as its 8 bits do but for their rounding`(
        convention: ResizeConvention
    ) throws {
        let narrow = try Pictures.picture("lying.png")
        // Between two values of 8 bits, the middle kept.
        let pixels = narrow.pixels.enumerated().map { index, value in
            UInt16(min(max(Int(value) + index % 201 - 100, 0), 65535))
        }
        let wide = try #require(
            PixelImage(width: narrow.width, height: narrow.height, channels: 3, pixels: pixels))
        for channels in [1, 3] {
            let preparation = try preparation(convention, side: 31, channels: channels)
            let (a, b) = (preparation.resized(narrow), preparation.resized(wide))
            // Half of 257 for each time that 8 bits are rounded, twice, and what was added.
            #expect(zip(a.pixels, b.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 257 + 100 })
            #expect(b.pixels.contains { !$0.isMultiple(of: 257) })
        }
    }

    @Test func `very long pictures cost no more than what is kept of them`() throws {
        // Resized whole, the long side would have four million pixels.
        let long = try #require(
            PixelImage(width: 16_384, height: 1, channels: 1, pixels: (0..<16_384).map { UInt16($0) * 4 }))
        let prepared = try preparation(.torchvision, side: 224, channels: 1).resized(long)
        #expect(prepared.width == 224 && prepared.height == 224)
        // The middle of the slope.
        #expect(prepared.pixels.allSatisfy { abs(Int($0) - 32_768) <= 257 })
    }

    @Test func `grey becomes colour by repeating it, colour grey by its luma`() throws {
        let colour = try #require(
            PixelImage(width: 2, height: 1, channels: 3, pixels: [255, 128, 0, 1, 2, 3].map { $0 * 257 }))
        // Pillow: Image.fromarray(...).convert("L") gives 151 and 2.
        #expect(colour.converted(toChannels: 1).pixels == [151 * 257, 2 * 257])
        let grey = try #require(PixelImage(width: 2, height: 1, channels: 1, pixels: [7, 40_000]))
        #expect(grey.converted(toChannels: 3).pixels == [7, 7, 7, 40_000, 40_000, 40_000])
        let white = try #require(PixelImage(width: 1, height: 1, channels: 3, pixels: [65535, 65535, 65534]))
        #expect(white.converted(toChannels: 1).pixels == [65535])
    }

    @Test(arguments: [ColourOrder.rgb, .bgr], [1, 3])
    func `the tensor is the planes, normalised, in the network's order`(order: ColourOrder, channels: Int) throws {
        let preparation = try preparation(.area, side: 5, channels: channels, order: order)
        let picture = preparation.resized(try Pictures.picture("lying.png"))
        let tensor = preparation.tensor(picture)
        let planes = preparation.planes(picture)
        var normalised = planes
        preparation.normalise(&normalised)
        #expect(tensor.map(\.bitPattern) == normalised.map(\.bitPattern) && tensor.count == channels * 25)
        for channel in 0..<channels {
            let source = order == .bgr && channels == 3 ? 2 - channel : channel
            for pixel in 0..<25 {
                let value = Float(picture.pixels[pixel * channels + source]) / 65535
                #expect(planes[source * 25 + pixel] == value)
                let (mean, deviation) = (
                    Float(preparation.definition.mean[channel]),
                    Float(preparation.definition.standardDeviation[channel])
                )
                #expect(tensor[channel * 25 + pixel] == (value - mean) / deviation)
            }
        }
    }

    @Test func `8 bits become what ToTensor makes of them`() throws {
        let pixels = (0..<256).map { UInt16($0) * 257 }
        let picture = try #require(PixelImage(width: 16, height: 16, channels: 1, pixels: pixels))
        let planes = try preparation(.area, side: 16, channels: 1).planes(picture)
        #expect(planes == (0..<256).map { Float($0) / 255 })
    }

    @Test func `settings that contradict themselves are refused`() {
        let wrong: [(ImagePreparation, String)] = [
            (ImagePreparation(inputSize: 0), "an input of 0 pixels a side"),
            (ImagePreparation(inputSize: 4097), "an input of 4097 pixels a side"),
            (ImagePreparation(mean: [0, 0], standardDeviation: [1, 1]), "2 means and 2 standard deviations"),
            (ImagePreparation(mean: [0]), "1 means and 3 standard deviations"),
            (ImagePreparation(mean: [0], standardDeviation: [0]), "is not above zero"),
            (ImagePreparation(mean: [.nan], standardDeviation: [1]), "a mean is not finite"),
            (ImagePreparation(mean: [0], standardDeviation: [1e-60]), "is not above zero"),
        ]
        for (definition, words) in wrong {
            let fault = #expect(throws: ImageFault.self) { try PicturePreparation(definition) }
            #expect(fault?.code == .preparation && fault?.explanation.contains(words) == true, "\(words)")
        }
    }
}
