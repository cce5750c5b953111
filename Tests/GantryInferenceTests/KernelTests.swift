import CGantryKernels
import GantryTensors
import Testing

/// Every fast kernel beside its plain reference, over every shape class and tail.
@Suite struct KernelTests {
    private func numbers(_ count: Int, _ name: String = "kernel", scale: Float = 1) -> [Float] {
        SeededNumbers(seed: 7, name: name).values(count, scale: scale)
    }

    @Test(arguments: [(1, 1, 0), (1, 2, 0), (3, 1, 1), (3, 2, 1), (7, 2, 3)])
    func `patches are laid out as the reference lays them`(_ kernel: Int, _ stride: Int, _ padding: Int) {
        for channels in [1, 3] {
            for (height, width) in [(1, 1), (1, 9), (2, 3), (7, 7), (8, 5), (15, 16), (33, 17)] {
                let image = numbers(channels * height * width)
                let rows = (height + 2 * padding - kernel) / stride + 1
                let columns = (width + 2 * padding - kernel) / stride + 1
                // As many zeros before the image as behind it, and one row or column less.
                var patches = gantry_patches(
                    channels: Int32(channels), height: Int32(height), width: Int32(width), kernel: Int32(kernel),
                    stride: Int32(stride), top: Int32(max(padding - height % 2, 0)),
                    left: Int32(max(padding - width % 2, 0)), output_width: Int32(columns))
                for (first, count) in [(0, rows), (rows / 2, rows - rows / 2), (rows - 1, 1)] {
                    let size = channels * kernel * kernel * count * columns
                    var found = [Float](repeating: .nan, count: size)
                    var expected = found
                    gantry_im2col(&patches, Int32(first), Int32(count), image, &found)
                    gantry_im2col_reference(&patches, Int32(first), Int32(count), image, &expected)
                    #expect(found == expected, "\(channels)x\(height)x\(width), rows \(first)+\(count)")
                }
            }
        }
    }

    @Test func `bias, residual and ReLU are the reference's, to the bit, at every length`() {
        for positions in Array(1...40) + [49, 196, 1000] {
            let stride = positions + 3
            let values = numbers(3 * stride)
            let residual = numbers(3 * stride, "residual")
            let bias = numbers(3, "bias")
            for (withResidual, relu) in [(false, false), (false, true), (true, false), (true, true)] {
                var found = values
                var expected = values
                residual.withUnsafeBufferPointer { residual in
                    let residual = withResidual ? residual.baseAddress : nil
                    gantry_bias_residual_relu(&found, bias, residual, 3, Int64(positions), Int64(stride), relu)
                    gantry_bias_residual_relu_reference(
                        &expected, bias, residual, 3, Int64(positions), Int64(stride), relu)
                }
                #expect(found == expected)
                #expect(found[positions..<stride] == values[positions..<stride], "nothing past the row is touched")
            }
        }
    }

    @Test func `ReLU does not hide a NaN`() {
        var values: [Float] = [.nan, -1, 2]
        gantry_bias_residual_relu(&values, [0], nil, 1, 3, 3, true)
        #expect(values[0].isNaN && values[1] == 0 && values[2] == 2)
    }

    @Test func `the largest value of each window is found, at every size`() {
        for height in 1...9 {
            for width in Array(1...20) + [56, 112] {
                let image = numbers(2 * height * width)
                let size = 2 * ((height - 1) / 2 + 1) * ((width - 1) / 2 + 1)
                var found = [Float](repeating: .nan, count: size)
                var expected = found
                gantry_max_pool_3x3_stride_2(
                    image, 2, Int32(height), Int32(width), Int32(height % 2), Int32(width % 3 % 2), &found)
                gantry_max_pool_3x3_stride_2_reference(
                    image, 2, Int32(height), Int32(width), Int32(height % 2), Int32(width % 3 % 2), &expected)
                #expect(found == expected, "\(height)x\(width)")
            }
        }
    }

    // Like PyTorch's max_pool2d. Wherever in the window it lies: each of nine positions, at borders too.
    @Test func `the largest value of a window with a NaN is a NaN, in the plain and in the fast kernel`() {
        let (height, width) = (5, 37)
        for position in 0..<height * width {
            var image = numbers(height * width)
            image[position] = .nan
            var found = [Float](repeating: 0, count: 3 * 19)
            var expected = found
            gantry_max_pool_3x3_stride_2(image, 1, Int32(height), Int32(width), 1, 1, &found)
            gantry_max_pool_3x3_stride_2_reference(image, 1, Int32(height), Int32(width), 1, 1, &expected)
            let (row, column) = (position / width, position % width)
            for y in 0..<3 {
                for x in 0..<19 {
                    let isUnder = abs(2 * y - row) <= 1 && abs(2 * x - column) <= 1
                    #expect(found[y * 19 + x].isNaN == isUnder && expected[y * 19 + x].isNaN == isUnder)
                }
            }
            #expect(zip(found, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
        }
    }

    @Test func `means and sums of channels are the reference's up to rounding`() {
        for positions in Array(1...40) + [49, 3136] {
            let image = numbers(3 * positions)
            var means = [Float](repeating: .nan, count: 3)
            var expectedMeans = means
            gantry_global_average_pool(image, 3, Int64(positions), &means)
            gantry_global_average_pool_reference(image, 3, Int64(positions), &expectedMeans)
            var (sums, squares) = ([Double](repeating: .nan, count: 3), [Double](repeating: .nan, count: 3))
            var (expectedSums, expectedSquares) = (sums, squares)
            gantry_channel_sums(image, 3, Int64(positions), &sums, &squares)
            gantry_channel_sums_reference(image, 3, Int64(positions), &expectedSums, &expectedSquares)
            // n additions of values below 1, each rounding a partial sum below n by at most 2^-53 of it.
            let sumTolerance = Double(positions) * Double(positions) * 0x1p-53
            for channel in 0..<3 {
                // Values below 1: each of at most `positions` additions rounds by half a unit in the last place.
                #expect(abs(means[channel] - expectedMeans[channel]) <= 1e-6)
                #expect(abs(sums[channel] - expectedSums[channel]) <= sumTolerance)
                #expect(abs(squares[channel] - expectedSquares[channel]) <= sumTolerance)
            }
        }
    }
}
