import CGantryKernels
import GantryTensors
import Testing

/// What learning computes beside products of matrices, each kernel beside its plain reference.
@Suite struct TrainingKernelTests {
    private func numbers(_ count: Int, _ name: String = "kernel", scale: Float = 1) -> [Float] {
        SeededNumbers(seed: 9, name: name).values(count, scale: scale)
    }

    private static let rowCounts = [1, 2, 3, 4, 5, 7, 8, 49, 130]
    private static let channelCounts = [1, 3, 4, 15, 16, 17, 64, 100]

    @Test(arguments: [(1, 1), (1, 2), (3, 1), (3, 2), (7, 2)])
    func `patches are gathered and scattered as the references do it, to the bit`(_ kernel: Int, _ stride: Int) {
        let images = 3
        for (height, width) in [(1, 1), (1, 6), (2, 3), (7, 7), (8, 5)] {
            for (channels, first, share) in [(1, 0, 1), (3, 0, 3), (8, 4, 4), (17, 0, 17), (6, 2, 2)] {
                let side = { (size: Int) in (size + kernel / 2 * 2 - kernel) / stride + 1 }
                let (outputHeight, outputWidth) = (side(height), side(width))
                var taps = gantry_window_taps(
                    height: Int32(height), width: Int32(width), channels: Int32(channels), first_channel: Int32(first),
                    patch_channels: Int32(share), kernel: Int32(kernel), stride: Int32(stride),
                    top: Int32(kernel / 2), left: Int32(max(kernel / 2 - width % 2, 0)),
                    output_height: Int32(outputHeight), output_width: Int32(outputWidth))
                let maps = numbers(images * height * width * channels, "maps")
                let rows = images * outputHeight
                for (firstRow, count) in [(0, rows), (rows / 3, rows - rows / 3), (rows - 1, 1)] {
                    for (firstTap, tapRows) in [(0, kernel), (kernel / 2, 1), (kernel - 1, 1)] {
                        let size = count * outputWidth * tapRows * kernel * share
                        var found = [Float](repeating: .nan, count: size)
                        var expected = found
                        gantry_gather_patches(
                            &taps, Int64(firstRow), Int64(count), Int32(firstTap), Int32(tapRows), maps, &found)
                        gantry_gather_patches_reference(
                            &taps, Int64(firstRow), Int64(count), Int32(firstTap), Int32(tapRows), maps, &expected)
                        #expect(found == expected, "\(height)x\(width)x\(channels), rows \(firstRow)+\(count)")
                    }
                    let patches = numbers(count * outputWidth * kernel * kernel * share, "patches")
                    var (found, expected) = (maps, maps)
                    gantry_scatter_patches(&taps, Int64(firstRow), Int64(count), patches, &found)
                    gantry_scatter_patches_reference(&taps, Int64(firstRow), Int64(count), patches, &expected)
                    #expect(found == expected, "\(height)x\(width)x\(channels), rows \(firstRow)+\(count)")
                }
            }
        }
    }

    @Test func `weights are turned around, tap by tap`() {
        for (outputs, taps, inputs) in [(1, 1, 1), (3, 9, 5), (16, 9, 16), (33, 49, 18)] {
            let weights = numbers(outputs * taps * inputs)
            var found = [Float](repeating: .nan, count: weights.count)
            for tap in 0..<taps {
                gantry_turn_weights(weights, Int32(outputs), Int32(taps), Int32(inputs), Int32(tap), &found)
            }
            for output in 0..<outputs {
                for tap in 0..<taps {
                    for input in 0..<inputs {
                        let value = weights[(output * taps + tap) * inputs + input]
                        #expect(found[(input * taps + taps - 1 - tap) * outputs + output] == value)
                    }
                }
            }
        }
    }

    /// Whether sums in double agree but for the order of their terms, of which none is above 4.
    private func agree(_ found: [Double], _ expected: [Double]) -> Bool {
        zip(found, expected).allSatisfy { abs($0 - $1) < 1e-11 }
    }

    @Test func `sums of channels are the references', at every size`() {
        for rows in Self.rowCounts {
            for channels in Self.channelCounts {
                let values = numbers(rows * channels, "values", scale: 2)
                let mean = numbers(channels, "mean")
                var (sums, squares) = (
                    [Double](repeating: .nan, count: channels), [Double](repeating: .nan, count: channels)
                )
                var (expectedSums, expectedSquares) = (sums, squares)
                gantry_row_sums(values, Int64(rows), Int32(channels), &sums, &squares)
                gantry_row_sums_reference(values, Int64(rows), Int32(channels), &expectedSums, &expectedSquares)
                #expect(agree(sums, expectedSums) && agree(squares, expectedSquares), "\(rows)x\(channels)")

                let gradient = numbers(rows * channels, "gradient")
                var untouched = gradient
                gantry_norm_sums(values, mean, gradient, Int64(rows), Int32(channels), &sums, &squares)
                gantry_norm_sums_reference(
                    values, mean, nil, &untouched, Int64(rows), Int32(channels), &expectedSums, &expectedSquares)
                #expect(agree(sums, expectedSums) && agree(squares, expectedSquares), "\(rows)x\(channels)")

                let (scale, shift) = (numbers(channels, "scale"), numbers(channels, "shift"))
                var output = [Float](repeating: .nan, count: rows * channels)
                gantry_scale_relu(values, scale, shift, Int64(rows), Int32(channels), &output)
                var (byOutput, byScale, expected) = (gradient, gradient, gradient)
                gantry_norm_sums_reference(
                    values, mean, output, &expected, Int64(rows), Int32(channels), &expectedSums, &expectedSquares)
                gantry_norm_sums_output(
                    values, mean, output, &byOutput, Int64(rows), Int32(channels), &sums, &squares)
                #expect(byOutput == expected)
                #expect(agree(sums, expectedSums) && agree(squares, expectedSquares), "\(rows)x\(channels)")
                gantry_norm_sums_relu(
                    values, mean, scale, shift, &byScale, Int64(rows), Int32(channels), &sums, &squares)
                #expect(byScale == expected)
                #expect(agree(sums, expectedSums) && agree(squares, expectedSquares), "\(rows)x\(channels)")
            }
        }
    }

    @Test func `passes over maps are their formulas, also in place, and NaN stays NaN`() {
        for rows in [1, 5] {
            for channels in Self.channelCounts {
                var values = numbers(rows * channels, "values")
                values[0] = .nan
                let other = numbers(rows * channels, "other")
                let terms = ["a", "b", "c", "d"].map { numbers(channels, $0) }
                var found = [Float](repeating: 7, count: rows * channels)
                func check(_ formula: (Int, Int) -> Float, relu: Bool = true) {
                    for index in found.indices {
                        let sum = formula(index, index % channels)
                        let expected = relu && sum < 0 ? 0 : sum
                        #expect(expected.isNaN ? found[index].isNaN : abs(found[index] - expected) < 1e-6)
                    }
                }
                let (count, width) = (Int64(rows), Int32(channels))
                gantry_scale_relu(values, terms[0], terms[1], count, width, &found)
                check { terms[0][$1] * values[$0] + terms[1][$1] }
                gantry_scale_add_relu(values, terms[0], terms[1], other, count, width, &found)
                check { terms[0][$1] * values[$0] + terms[1][$1] + other[$0] }
                gantry_scale_add_scaled_relu(
                    values, terms[0], terms[1], other, terms[2], terms[3], count, width, &found)
                check { terms[0][$1] * values[$0] + terms[1][$1] + terms[2][$1] * other[$0] + terms[3][$1] }
                gantry_scale_shift(values, terms[0], terms[1], count, width, &found)
                check({ terms[0][$1] * values[$0] + terms[1][$1] }, relu: false)
                found = values
                gantry_bias_relu(&found, terms[0], count, width)
                check { values[$0] + terms[0][$1] }
                gantry_norm_gradient(values, terms[0], other, terms[1], terms[2], terms[3], count, width, &found)
                check(
                    { terms[1][$1] * other[$0] + terms[2][$1] * (values[$0] - terms[0][$1]) + terms[3][$1] },
                    relu: false)
                var inPlace = other
                inPlace.withUnsafeMutableBufferPointer { gradient in
                    guard let gradient = gradient.baseAddress else { return }
                    gantry_norm_gradient(
                        values, terms[0], gradient, terms[1], terms[2], terms[3], count, width, gradient)
                }
                #expect(inPlace.dropFirst() == found.dropFirst() && inPlace[0].isNaN)
                gantry_scale_gradient(other, terms[0], count, width, &found)
                check({ terms[0][$1] * other[$0] }, relu: false)
            }
        }
    }

    @Test(arguments: [true, false])
    func `pooling finds the largest, remembers where, and gives gradients back there`(_ relu: Bool) {
        for (height, width) in [(1, 1), (1, 4), (2, 2), (5, 7), (8, 8)] {
            for channels in [1, 3, 64, 70] {
                var values = numbers(height * width * channels, "values")
                if values.count > 20 { values[20] = .nan }
                // Some equal ones: the ReLU's zeros.
                let (scale, shift) = (numbers(channels, "scale"), numbers(channels, "shift"))
                let size = ((height - 1) / 2 + 1) * ((width - 1) / 2 + 1) * channels
                var (found, expected) = ([Float](repeating: -1, count: size), [Float](repeating: -1, count: size))
                var (places, expectedPlaces) = ([UInt8](repeating: 9, count: size), [UInt8](repeating: 9, count: size))
                let (rows, columns, width32) = (Int32(height), Int32(width), Int32(channels))
                let top = Int32(height % 2)
                gantry_max_pool_rows(values, scale, shift, rows, columns, width32, top, 1, relu, &found, &places)
                gantry_max_pool_rows_reference(
                    values, scale, shift, rows, columns, width32, top, 1, relu, &expected, &expectedPlaces)
                #expect(places == expectedPlaces, "\(height)x\(width)x\(channels)")
                for (value, other) in zip(found, expected) {
                    #expect(other.isNaN ? value.isNaN : abs(value - other) < 1e-6)
                }
                let gradient = numbers(size, "gradient")
                var back = [Float](repeating: .nan, count: values.count)
                var expectedBack = back
                gantry_max_pool_gradient(gradient, places, rows, columns, width32, top, 1, &back)
                gantry_max_pool_gradient_reference(
                    gradient, places, rows, columns, width32, top, 1, &expectedBack)
                for (value, other) in zip(back, expectedBack) { #expect(abs(value - other) < 1e-6) }
            }
        }
    }

    @Test func `planes become rows of channels and come back`() {
        for (channels, pixels) in [(1, 1), (3, 35), (17, 16), (64, 49)] {
            let planes = numbers(channels * pixels)
            var (rows, back) = (planes, planes)
            gantry_planes_to_rows(planes, Int32(channels), Int64(pixels), &rows)
            for channel in 0..<channels {
                for pixel in 0..<pixels {
                    #expect(rows[pixel * channels + channel] == planes[channel * pixels + pixel])
                }
            }
            gantry_rows_to_planes(rows, Int32(channels), Int64(pixels), &back)
            #expect(back == planes)
        }
    }

    @Test func `a number that is not finite is found anywhere`() {
        for count in [1, 15, 16, 17, 40] {
            for place in 0..<count {
                for wrong in [Float.nan, .infinity, -.infinity] {
                    var values = numbers(count)
                    #expect(gantry_is_finite(values, Int64(count)))
                    values[place] = wrong
                    #expect(!gantry_is_finite(values, Int64(count)))
                }
            }
        }
    }
}
