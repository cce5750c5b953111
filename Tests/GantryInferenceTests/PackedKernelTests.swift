import CGantryKernels
import GantryInference
import GantryWeights
import Testing

/// The engine's convolutions beside the formula, for every instruction set of this CPU, over every shape class and tail.
@Suite struct PackedKernelTests {
    private static let kernels = ConvolutionKernels.available.filter { $0 != .openBLAS }

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

    @Test(arguments: kernels)
    func `Winograd's algorithm is the formula's`(_ kernels: ConvolutionKernels) {
        for size in Self.sizes {
            for channels in Self.channels {
                let trial = ConvolutionTrial(kernels, window: (3, 1, 1), size: size, channels: channels)
                #expect(trial.worstError(.winograd) <= ConvolutionTrial.winogradTolerance, "\(size), \(channels)")
            }
        }
    }

    @Test(arguments: kernels)
    func `an image's numbers are the same to the bit alone and among others`(_ kernels: ConvolutionKernels) {
        for (window, algorithm) in [
            ((1, 1, 0), .direct), ((3, 2, 1), .direct), ((3, 1, 1), .direct), ((3, 1, 1), .winograd),
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
        for algorithm in [ConvolutionTrial.Algorithm.direct, .winograd] {
            let trial = ConvolutionTrial(kernels, window: (3, 1, 1), size: (8, 8), channels: (16, 32))
            trial.input.pixels[0] = .nan
            #expect(trial.output(algorithm)[0].contains { $0.isNaN })
        }
    }

    @Test func `maps are pooled and averaged as planes are`() {
        for (height, width) in [(1, 1), (2, 3), (7, 8), (15, 16)] as [(Int32, Int32)] {
            let input = TestMaps(images: 1, height: height, width: width, channels: 19, border: 0, step: 48)
            input.fill("pool")
            let pooled = TestMaps(
                images: 1, height: (height - 1) / 2 + 1, width: (width - 1) / 2 + 1, channels: 19, border: 1, step: 48)
            gantry_max_pool_maps(&input.maps, &pooled.maps)
            let planes = input.planes(0)
            var expected = [Float](repeating: .nan, count: Int(19 * pooled.maps.height * pooled.maps.width))
            gantry_max_pool_3x3_stride_2_reference(planes, 19, height, width, &expected)
            #expect(pooled.planes(0) == expected)

            let means = TestMaps(images: 1, height: 1, width: 1, channels: 19, border: 0, step: 48)
            gantry_average_maps(&input.maps, &means.maps)
            var expectedMeans = [Float](repeating: .nan, count: 19)
            gantry_global_average_pool_reference(planes, 19, Int64(height * width), &expectedMeans)
            // Values below 1, at most 240 additions of half a unit in the last place each.
            #expect(zip(means.planes(0), expectedMeans).allSatisfy { abs($0 - $1) <= 1e-5 })
        }
    }

    @Test func `the largest value of a window with a NaN is a NaN`() {
        let input = TestMaps(images: 1, height: 4, width: 4, channels: 1, border: 0, step: 1)
        input.fill("pool")
        input.pixels[5] = .nan
        let pooled = TestMaps(images: 1, height: 2, width: 2, channels: 1, border: 0, step: 1)
        gantry_max_pool_maps(&input.maps, &pooled.maps)
        #expect(pooled.planes(0).map(\.isNaN) == [true, true, true, true])
    }
}
