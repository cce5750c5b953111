import CGantryKernels
import GantryCore
import GantryInference
import GantryTensors
import Testing

/// The engine's convolutions beside the formula, for every instruction set of this CPU, over every shape class and
/// tail.
@Suite struct PackedKernelTests {
    private static let kernels = ConvolutionKernels.available(for: .f32).filter { $0 != .openBLAS }
    /// With fewer bits, each set and precision that this CPU has.
    private static let narrow = [Precision.bf16, .int8].flatMap { precision in
        ConvolutionKernels.available(for: precision).map { Narrow(kernels: $0, precision: precision) }
    }

    struct Narrow: CustomTestStringConvertible, Sendable {
        let kernels: ConvolutionKernels
        let precision: Precision
        var testDescription: String { "\(kernels.rawValue) \(precision.rawValue)" }

        /// Sums are exact in 8 bits, and rounded by 2^-24 with bfloat16, whose products are exact in Float32.
        var sumTolerance: Float { precision == .int8 ? 1e-5 : 1e-4 }
        /// A number that is stored is off by a unit where the sums before rounding lie on either side of a tie: of
        /// bytes 0.01.
        var storedTolerance: Float {
            precision == .int8 ? ConvolutionTrial.outputScale * 1.001 : Self.bfloat16Tolerance
        }
        /// A unit of a bfloat16 below 8.
        static let bfloat16Tolerance: Float = 0x1p-5
    }

    /// Kernel, stride, padding.
    private static let windows: [(Int32, Int32, Int32)] = [(1, 1, 0), (1, 2, 0), (3, 1, 1), (3, 2, 1), (7, 2, 3)]

    /// Tails of the tile in both directions: runs of every length, whole and broken panels, one channel and many.
    private static let sizes: [(Int32, Int32)] = [
        (1, 1), (2, 3), (4, 4), (5, 9), (7, 7), (8, 13), (14, 14), (9, 31), (28, 28), (3, 75),
    ]
    private static let channels: [(Int32, Int32)] = [(1, 1), (3, 8), (8, 16), (16, 8), (24, 33), (64, 64), (40, 100)]

    @Test(arguments: kernels, windows)
    func `a direct convolution is the formula's`(_ kernels: ConvolutionKernels, _ window: (Int32, Int32, Int32)) {
        for size in Self.sizes {
            for channels in Self.channels {
                let trial = ConvolutionTrial(kernels, window: window, size: size, channels: channels)
                #expect(trial.worstError(.direct) <= ConvolutionTrial.directTolerance, "\(size), \(channels)")
            }
        }
    }

    @Test(arguments: kernels)
    func `pixels without gaps, as an input has them, give the same numbers`(_ kernels: ConvolutionKernels) {
        for window in Self.windows {
            for channels in [(1, 8), (3, 64)] as [(Int32, Int32)] {
                let trial = ConvolutionTrial(
                    kernels, window: window, size: (17, 23), channels: channels, isDense: true)
                #expect(trial.worstError(.direct) <= ConvolutionTrial.directTolerance, "\(window), \(channels)")
            }
        }
    }

    /// Input channels, output channels, groups: of ResNeXt's stages, of one channel a group, of as many as a panel and
    /// more, and panels that begin within a group.
    private static let grouped: [(Int32, Int32, Int32)] = [
        (32, 32, 8), (128, 128, 32), (64, 64, 8), (12, 12, 6), (24, 24, 24), (128, 128, 2), (96, 96, 2), (40, 80, 4),
        (36, 36, 3), (80, 40, 20),
    ]

    @Test(arguments: kernels, [(3, 1, 1), (3, 2, 1), (1, 1, 0)] as [(Int32, Int32, Int32)])
    func `a convolution with groups is the formula's`(_ kernels: ConvolutionKernels, _ window: (Int32, Int32, Int32)) {
        for size in [(1, 1), (7, 7), (5, 9), (9, 31)] as [(Int32, Int32)] {
            for (inputs, outputs, groups) in Self.grouped {
                let trial = ConvolutionTrial(
                    kernels, window: window, size: size, channels: (inputs, outputs), groups: groups)
                #expect(
                    trial.worstError(.direct) <= ConvolutionTrial.directTolerance,
                    "\(size), \(inputs), \(outputs), \(groups)")
            }
        }
    }

    @Test(arguments: narrow, [(3, 1, 1), (3, 2, 1)] as [(Int32, Int32, Int32)])
    func `a convolution with groups in fewer bits is the formula's`(
        _ narrow: Narrow, _ window: (Int32, Int32, Int32)
    ) {
        for size in [(1, 1), (7, 7), (9, 31)] as [(Int32, Int32)] {
            for (inputs, outputs, groups) in Self.grouped {
                let trial = ConvolutionTrial(
                    narrow.kernels, narrow.precision, window: window, size: size, channels: (inputs, outputs),
                    groups: groups, writing: .f32)
                #expect(trial.worstError(.direct) <= narrow.sumTolerance, "\(size), \(inputs), \(outputs), \(groups)")
            }
        }
    }

    @Test(arguments: narrow, windows)
    func `a direct convolution in fewer bits is the formula's`(_ narrow: Narrow, _ window: (Int32, Int32, Int32)) {
        for size in Self.sizes {
            for channels in Self.channels {
                let trial = ConvolutionTrial(
                    narrow.kernels, narrow.precision, window: window, size: size, channels: channels,
                    writing: .f32)
                #expect(trial.worstError(.direct) <= narrow.sumTolerance, "\(size), \(channels)")
                let stored = ConvolutionTrial(
                    narrow.kernels, narrow.precision, window: window, size: size, channels: channels)
                #expect(stored.worstError(.direct) <= narrow.storedTolerance, "\(size), \(channels)")
                let shortcut = ConvolutionTrial(
                    narrow.kernels, narrow.precision, window: window, size: size, channels: channels, writing: .bf16)
                #expect(shortcut.worstError(.direct) <= Narrow.bfloat16Tolerance, "\(size), \(channels)")
            }
        }
    }

    @Test(arguments: narrow)
    func `pixels without gaps in fewer bits, with a zero point in bytes, give the formula's numbers`(_ narrow: Narrow) {
        for window in Self.windows {
            for channels in [(1, 8), (3, 64)] as [(Int32, Int32)] {
                let trial = ConvolutionTrial(
                    narrow.kernels, narrow.precision, window: window, size: (17, 23), channels: channels,
                    isDense: true, writing: .f32)
                #expect(trial.worstError(.direct) <= narrow.sumTolerance, "\(window), \(channels)")
            }
        }
    }

    @Test func `8-bit convolutions are the same to the bit with every instruction set`() {
        let sets = ConvolutionKernels.available(for: .int8)
        for window in Self.windows {
            for output in Precision.allCases {
                let outputs = sets.map { kernels in
                    ConvolutionTrial(
                        kernels, .int8, window: window, size: (9, 31), channels: (40, 100), writing: output
                    ).output(.direct)
                }
                #expect(Set(outputs).count <= 1)
            }
        }
    }

    @Test(arguments: kernels)
    func `Winograd's algorithm is the formula's`(_ kernels: ConvolutionKernels) {
        for size in Self.sizes {
            for channels in Self.channels {
                let trial = ConvolutionTrial(kernels, window: (3, 1, 1), size: size, channels: channels)
                for algorithm in [ConvolutionTrial.Algorithm.winograd, .lateWinograd] {
                    #expect(
                        trial.worstError(algorithm) <= ConvolutionTrial.winogradTolerance,
                        "\(algorithm), \(size), \(channels)")
                }
            }
        }
    }

    @Test(arguments: ConvolutionKernels.available(for: .bf16))
    func `Winograd's algorithm between maps of bfloat16 is the formula's`(_ kernels: ConvolutionKernels) {
        for size in Self.sizes {
            for channels in Self.channels {
                let trial = ConvolutionTrial(kernels, .bf16, window: (3, 1, 1), size: size, channels: channels)
                #expect(trial.worstError(.winograd) <= Narrow.bfloat16Tolerance, "\(size), \(channels)")
                let written = ConvolutionTrial(
                    kernels, .bf16, window: (3, 1, 1), size: size, channels: channels, writing: .f32)
                #expect(
                    written.worstError(.winograd) <= ConvolutionTrial.winogradTolerance, "\(size), \(channels)")
            }
        }
    }

    @Test(arguments: kernels)
    func `an image's numbers are the same to the bit alone and among others`(_ kernels: ConvolutionKernels) {
        for (window, algorithm) in [
            ((1, 1, 0), .direct), ((3, 2, 1), .direct), ((3, 1, 1), .direct), ((3, 1, 1), .winograd),
            ((3, 1, 1), .lateWinograd),
        ] as [((Int32, Int32, Int32), ConvolutionTrial.Algorithm)] {
            for size in [(1, 1), (7, 7), (13, 9)] as [(Int32, Int32)] {
                let trial = ConvolutionTrial(kernels, window: window, size: size, channels: (24, 40), images: 5)
                let together = trial.output(algorithm)
                for image in 0..<5 {
                    #expect(trial.output(algorithm, onlyImage: Int32(image))[0] == together[image])
                }
                #expect(Set(together).count == 5, "different images must differ for this to mean anything")
            }
        }
    }

    @Test(arguments: kernels)
    func `NaN stays NaN through bias, residual and ReLU`(_ kernels: ConvolutionKernels) {
        for algorithm in [ConvolutionTrial.Algorithm.direct, .winograd, .lateWinograd] {
            let trial = ConvolutionTrial(kernels, window: (3, 1, 1), size: (8, 8), channels: (16, 32))
            trial.input.pixels[0] = .nan
            #expect(trial.output(algorithm)[0].contains { $0.isNaN })
        }
    }

    @Test(arguments: narrow)
    func `an image's numbers in fewer bits are the same to the bit alone and among others`(_ narrow: Narrow) {
        for window in [(1, 1, 0), (3, 2, 1)] as [(Int32, Int32, Int32)] {
            let trial = ConvolutionTrial(
                narrow.kernels, narrow.precision, window: window, size: (13, 9), channels: (24, 40), images: 5)
            let together = trial.output(.direct)
            for image in 0..<5 { #expect(trial.output(.direct, onlyImage: Int32(image))[0] == together[image]) }
            #expect(Set(together).count == 5, "different images must differ for this to mean anything")
        }
    }

    @Test(arguments: [Precision.bf16, .int8])
    func `pooled maps of fewer bits are their pooled real numbers`(_ precision: Precision) {
        let scale: Float = precision == .int8 ? 0.005 : 1
        let input = TestMaps(
            images: 2, height: 15, width: 16, channels: 19, border: 0, step: 48, precision: precision, scale: scale)
        input.fill("pool", isPositive: true)
        let pooled = TestMaps(
            images: 2, height: 8, width: 8, channels: 19, border: 1, step: 48, precision: precision, scale: scale)
        gantry_max_pool_maps(&input.maps, 1, 0, &pooled.maps, 0, pooled.maps.height)
        for image in [0, 1] as [Int32] {
            var expected = [Float](repeating: .nan, count: 19 * 64)
            gantry_max_pool_3x3_stride_2_reference(input.planes(image), 19, 15, 16, 1, 0, &expected)
            #expect(pooled.planes(image) == expected)
        }
    }

    @Test func `maps are pooled and averaged as planes are`() {
        for (height, width) in [(1, 1), (2, 3), (7, 8), (15, 16)] as [(Int32, Int32)] {
            let input = TestMaps(images: 1, height: height, width: width, channels: 19, border: 0, step: 48)
            input.fill("pool")
            let pooled = TestMaps(
                images: 1, height: (height - 1) / 2 + 1, width: (width - 1) / 2 + 1, channels: 19, border: 1, step: 48)
            gantry_max_pool_maps(&input.maps, 1, 1, &pooled.maps, 0, pooled.maps.height)
            let planes = input.planes(0)
            var expected = [Float](repeating: .nan, count: Int(19 * pooled.maps.height * pooled.maps.width))
            gantry_max_pool_3x3_stride_2_reference(planes, 19, height, width, 1, 1, &expected)
            #expect(pooled.planes(0) == expected)

            let means = TestMaps(images: 1, height: 1, width: 1, channels: 19, border: 0, step: 48)
            gantry_average_maps(&input.maps, &means.maps)
            var expectedMeans = [Float](repeating: .nan, count: 19)
            gantry_global_average_pool_reference(planes, 19, Int64(height * width), &expectedMeans)
            // Values below 1, at most 240 additions of half a unit in the last place each.
            #expect(zip(means.planes(0), expectedMeans).allSatisfy { abs($0 - $1) <= 1e-5 })
        }
    }

    @Test(arguments: Precision.allCases) func `channels' means are those of the planes, whatever the element`(
        precision: Precision
    ) {
        for (height, width) in [(1, 1), (2, 3), (15, 16)] as [(Int32, Int32)] {
            let input = TestMaps(
                images: 2, height: height, width: width, channels: 19, border: 1, step: 32, precision: precision,
                scale: precision == .int8 ? 0.0125 : 1, zeroPoint: precision == .int8 ? 3 : 0)
            input.fill("means", border: 1, isPositive: precision == .int8)
            for image in 0..<2 as Range<Int32> {
                var means = [Float](repeating: .nan, count: 19)
                gantry_channel_means(&input.maps, image, &means)
                var expected = [Float](repeating: .nan, count: 19)
                gantry_global_average_pool_reference(input.planes(image), 19, Int64(height * width), &expected)
                #expect(zip(means, expected).allSatisfy { abs($0 - $1) <= 1e-5 })
                #expect(Set(means).count > 10)
            }
        }
    }

    @Test func `the largest value of a window with a NaN is a NaN`() {
        let input = TestMaps(images: 1, height: 4, width: 4, channels: 1, border: 0, step: 1)
        input.fill("pool")
        input.pixels[Int(input.maps.row_step) + 1] = .nan
        let pooled = TestMaps(images: 1, height: 2, width: 2, channels: 1, border: 0, step: 1)
        gantry_max_pool_maps(&input.maps, 1, 1, &pooled.maps, 0, pooled.maps.height)
        #expect(pooled.planes(0).map(\.isNaN) == [true, true, true, true])
    }
}
