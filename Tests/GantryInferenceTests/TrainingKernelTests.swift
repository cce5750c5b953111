import CGantryKernels
import GantryCore
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

    @Test(arguments: Precision.ofLearning)
    func `sums of channels are the references', at every size`(_ precision: Precision) {
        let element = precision.element
        for rows in Self.rowCounts {
            for channels in Self.channelCounts {
                let values = MapNumbers(numbers(rows * channels, "values", scale: 2), precision)
                let mean = numbers(channels, "mean")
                var (sums, squares) = (
                    [Double](repeating: .nan, count: channels), [Double](repeating: .nan, count: channels)
                )
                var (expectedSums, expectedSquares) = (sums, squares)
                func check() {
                    #expect(agree(sums, expectedSums) && agree(squares, expectedSquares), "\(rows)x\(channels)")
                }
                let (count, width) = (Int64(rows), Int32(channels))
                gantry_row_sums(element, values.bits, count, width, &sums, &squares)
                gantry_row_sums_reference(element, values.bits, count, width, &expectedSums, &expectedSquares)
                check()

                let gradient = MapNumbers(numbers(rows * channels, "gradient"), precision)
                var untouched = gradient
                gantry_norm_sums(element, values.bits, mean, gradient.bits, count, width, &sums, &squares)
                untouched.write {
                    gantry_norm_sums_reference(
                        element, values.bits, mean, nil, $0, count, width, &expectedSums, &expectedSquares)
                }
                check()
                #expect(untouched == gradient)

                let (scale, shift) = (numbers(channels, "scale"), numbers(channels, "shift"))
                var output = gradient
                output.write { gantry_scale_relu(element, values.bits, scale, shift, count, width, $0) }
                var (byOutput, byScale, expected) = (gradient, gradient, gradient)
                expected.write {
                    gantry_norm_sums_reference(
                        element, values.bits, mean, output.bits, $0, count, width, &expectedSums, &expectedSquares)
                }
                byOutput.write {
                    gantry_norm_sums_output(
                        element, values.bits, mean, output.bits, $0, count, width, &sums, &squares)
                }
                #expect(byOutput == expected)
                check()
                byScale.write {
                    gantry_norm_sums_relu(
                        element, values.bits, mean, scale, shift, $0, count, width, &sums, &squares)
                }
                #expect(byScale == expected)
                check()
            }
        }
    }

    @Test(arguments: Precision.ofLearning)
    func `passes over maps are their formulas, also in place, and NaN stays NaN`(_ precision: Precision) {
        let element = precision.element
        for rows in [1, 5] {
            for channels in Self.channelCounts {
                var numbers = numbers(rows * channels, "values")
                numbers[0] = .nan
                let maps = MapNumbers(numbers, precision)
                let otherMaps = MapNumbers(self.numbers(rows * channels, "other"), precision)
                let (values, other) = (maps.values, otherMaps.values)
                let terms = ["a", "b", "c", "d"].map { self.numbers(channels, $0) }
                var found = MapNumbers([Float](repeating: 7, count: rows * channels), precision)
                func check(_ formula: (Int, Int) -> Float, relu: Bool = true) {
                    let expected = values.indices.map { index in
                        let sum = formula(index, index % channels)
                        return relu && sum < 0 ? 0 : sum
                    }
                    #expect(found.agrees(with: MapNumbers(expected, precision)))
                }
                let (count, width) = (Int64(rows), Int32(channels))
                found.write { gantry_scale_relu(element, maps.bits, terms[0], terms[1], count, width, $0) }
                check { terms[0][$1] * values[$0] + terms[1][$1] }
                found.write {
                    gantry_scale_add_relu(
                        element, maps.bits, terms[0], terms[1], otherMaps.bits, count, width, $0)
                }
                check { terms[0][$1] * values[$0] + terms[1][$1] + other[$0] }
                found.write {
                    gantry_scale_add_scaled_relu(
                        element, maps.bits, terms[0], terms[1], otherMaps.bits, terms[2], terms[3], count, width, $0)
                }
                check { terms[0][$1] * values[$0] + terms[1][$1] + terms[2][$1] * other[$0] + terms[3][$1] }
                found.write { gantry_scale_shift(element, maps.bits, terms[0], terms[1], count, width, $0) }
                check({ terms[0][$1] * values[$0] + terms[1][$1] }, relu: false)
                found = maps
                found.write { gantry_bias_relu(element, $0, terms[0], count, width) }
                check { values[$0] + terms[0][$1] }
                found.write {
                    gantry_norm_gradient(
                        element, maps.bits, terms[0], otherMaps.bits, terms[1], terms[2], terms[3], count, width, $0)
                }
                check(
                    { terms[1][$1] * other[$0] + terms[2][$1] * (values[$0] - terms[0][$1]) + terms[3][$1] },
                    relu: false)
                var inPlace = otherMaps
                inPlace.write {
                    gantry_norm_gradient(
                        element, maps.bits, terms[0], $0, terms[1], terms[2], terms[3], count, width, $0)
                }
                #expect(inPlace.values.dropFirst() == found.values.dropFirst() && inPlace.values[0].isNaN)
                found.write { gantry_scale_gradient(element, otherMaps.bits, terms[0], count, width, $0) }
                check({ terms[0][$1] * other[$0] }, relu: false)
            }
        }
    }

    @Test(arguments: [true, false], Precision.ofLearning)
    func `pooling finds the largest, remembers where, and gives gradients back there`(
        _ relu: Bool, _ precision: Precision
    ) {
        let element = precision.element
        for (height, width) in [(1, 1), (1, 4), (2, 2), (5, 7), (8, 8)] {
            for channels in [1, 3, 64, 70] {
                var numbers = numbers(height * width * channels, "values")
                if numbers.count > 20 { numbers[20] = .nan }
                let values = MapNumbers(numbers, precision)
                // Some equal ones: the ReLU's zeros.
                let (scale, shift) = (self.numbers(channels, "scale"), self.numbers(channels, "shift"))
                let size = ((height - 1) / 2 + 1) * ((width - 1) / 2 + 1) * channels
                var found = MapNumbers([Float](repeating: -1, count: size), precision)
                var expected = found
                var (places, expectedPlaces) = ([UInt8](repeating: 9, count: size), [UInt8](repeating: 9, count: size))
                let (rows, columns, width32) = (Int32(height), Int32(width), Int32(channels))
                let top = Int32(height % 2)
                found.write {
                    gantry_max_pool_rows(
                        element, values.bits, scale, shift, rows, columns, width32, top, 1, relu, $0, &places)
                }
                expected.write {
                    gantry_max_pool_rows_reference(
                        element, values.bits, scale, shift, rows, columns, width32, top, 1, relu, $0, &expectedPlaces)
                }
                #expect(places == expectedPlaces, "\(height)x\(width)x\(channels)")
                #expect(found.agrees(with: expected))
                let gradient = MapNumbers(self.numbers(size, "gradient"), precision)
                var back = values
                back.write {
                    gantry_max_pool_gradient(element, gradient.bits, places, rows, columns, width32, top, 1, $0)
                }
                var expectedBack = [Float](repeating: .nan, count: numbers.count)
                gantry_max_pool_gradient_reference(
                    gradient.values, places, rows, columns, width32, top, 1, &expectedBack)
                #expect(back.agrees(with: MapNumbers(expectedBack, precision)))
            }
        }
    }

    @Test(arguments: Precision.ofLearning)
    func `averages of an image's pixels, and the gradient back to them`(_ precision: Precision) {
        for (pixels, channels) in [(1, 1), (49, 3), (16, 70), (5, 130)] {
            let values = MapNumbers(numbers(pixels * channels, "values"), precision)
            var means = [Float](repeating: .nan, count: channels)
            gantry_average_rows(precision.element, values.bits, Int64(pixels), Int32(channels), &means)
            var back = values
            back.write {
                gantry_average_gradient(precision.element, means, Int64(pixels), Int32(channels), $0)
            }
            let all = values.values
            for channel in 0..<channels {
                let sum = (0..<pixels).reduce(0.0) { $0 + Double(all[$1 * channels + channel]) }
                #expect(abs(Double(means[channel]) - sum / Double(pixels)) < 1e-6)
            }
            let expected = (0..<pixels * channels).map { means[$0 % channels] / Float(pixels) }
            #expect(back.agrees(with: MapNumbers(expected, precision)))
        }
    }

    @Test(arguments: Precision.ofLearning)
    func `planes become rows of channels and come back`(_ precision: Precision) {
        for (channels, pixels) in [(1, 1), (3, 35), (17, 16), (64, 49)] {
            let planes = MapNumbers(numbers(channels * pixels), precision).values
            var rows = MapNumbers([Float](repeating: 0, count: planes.count), precision)
            rows.write {
                gantry_planes_to_rows(planes, Int32(channels), Int64(pixels), precision.element, $0)
            }
            let values = rows.values
            for channel in 0..<channels {
                for pixel in 0..<pixels {
                    #expect(values[pixel * channels + channel] == planes[channel * pixels + pixel])
                }
            }
            var back = planes
            gantry_rows_to_planes(values, Int32(channels), Int64(pixels), &back)
            #expect(back == planes)
        }
    }

    @Test(arguments: Precision.ofLearning)
    func `a number that is not finite is found anywhere`(_ precision: Precision) {
        for count in [1, 15, 16, 17, 40] {
            for place in 0..<count {
                for wrong in [Float.nan, .infinity, -.infinity] {
                    var values = numbers(count)
                    #expect(gantry_is_finite(precision.element, MapNumbers(values, precision).bits, Int64(count)))
                    values[place] = wrong
                    #expect(!gantry_is_finite(precision.element, MapNumbers(values, precision).bits, Int64(count)))
                }
            }
        }
    }
}
