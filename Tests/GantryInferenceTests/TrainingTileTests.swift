import CGantryKernels
import GantryCore
import GantryInference
import GantryTensors
import Testing

/// What lays maps and weights out for the register tiles that train, and the sum over pixels, each beside its
/// reference.
@Suite struct TrainingTileTests {
    private func numbers(_ count: Int, _ name: String, scale: Float = 1) -> [Float] {
        SeededNumbers(seed: 16, name: name).values(count, scale: scale)
    }

    private static let sets = ConvolutionKernels.available(for: .f32).filter { $0 != .openBLAS }

    @Test func `strips are the reference's, through a batch norm and without one`() {
        for (height, width, channels) in [(1, 1, 1), (3, 5, 3), (6, 4, 33), (7, 7, 64)] {
            let maps = numbers(2 * height * width * channels, "maps")
            let (scale, shift) = (numbers(channels, "scale"), numbers(channels, "shift"))
            for (first, rows, border) in [(0, height, 0), (-1, height + 2, 1), (-3, height + 6, 3), (height / 2, 4, 2)]
            {
                for step in [channels, channels + 5] {
                    var shape = gantry_strip(
                        images: 2, height: Int32(height), width: Int32(width), channels: Int32(channels),
                        first_row: Int32(first), rows: Int32(rows), border: Int32(border), pixel_step: Int64(step))
                    let count = 2 * rows * (width + 2 * border) * step
                    // What lies between pixels is nobody's.
                    var (found, expected) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
                    gantry_fill_strip(&shape, maps, nil, nil, &found)
                    gantry_fill_strip_reference(&shape, maps, nil, nil, &expected)
                    #expect(found == expected)
                    gantry_fill_strip(&shape, maps, scale, shift, &found)
                    gantry_fill_strip_reference(&shape, maps, scale, shift, &expected)
                    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 })
                }
            }
        }
    }

    @Test(arguments: [(1, 1), (1, 2), (3, 1), (3, 2), (7, 2)])
    func `pixels under a tap are packed as the reference packs them`(_ kernel: Int, _ stride: Int) {
        let images = 3
        for (height, width) in [(1, 1), (1, 6), (2, 3), (7, 7), (8, 5)] {
            let side = { (size: Int) in (size + kernel / 2 * 2 - kernel) / stride + 1 }
            for (channels, first, share, panel) in [(32, 0, 32, 16), (48, 16, 32, 16), (64, 0, 64, 32)] {
                var taps = gantry_window_taps(
                    height: Int32(height), width: Int32(width), channels: Int32(channels), first_channel: Int32(first),
                    patch_channels: Int32(share), kernel: Int32(kernel), stride: Int32(stride),
                    top: Int32(max(kernel / 2 - height % 2, 0)), left: Int32(kernel / 2),
                    output_height: Int32(side(height)), output_width: Int32(side(width)))
                let maps = numbers(images * height * width * channels, "maps")
                let (scale, shift) = (numbers(channels, "scale"), numbers(channels, "shift"))
                let rows = images * side(height)
                for (firstRow, count) in [(0, rows), (rows / 3, rows - rows / 3), (rows - 1, 1)] {
                    for tap in 0..<Int32(kernel * kernel) {
                        var found = [Float](repeating: .nan, count: count * side(width) * share)
                        var expected = found
                        gantry_pack_pixels(
                            &taps, Int64(firstRow), Int64(count), tap, nil, nil, Int32(panel), maps, &found)
                        gantry_pack_pixels_reference(
                            &taps, Int64(firstRow), Int64(count), tap, nil, nil, Int32(panel), maps, &expected)
                        #expect(found == expected)
                        gantry_pack_pixels(
                            &taps, Int64(firstRow), Int64(count), tap, scale, shift, Int32(panel), maps, &found)
                        gantry_pack_pixels_reference(
                            &taps, Int64(firstRow), Int64(count), tap, scale, shift, Int32(panel), maps, &expected)
                        #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 })
                    }
                }
            }
        }
    }

    @Test(arguments: sets) func `sums over pixels are the reference's, at every number of outputs`(
        _ kernels: ConvolutionKernels
    ) {
        let width = Int(gantry_panel_width(kernels.cpu, Precision.f32.element))
        for outputs in Array(1...30) + [64, 255, 256, 257, 300] {
            for (pixels, panels) in [(1, 1), (7, 2), (50, 1)] {
                let gradient = numbers(pixels * (outputs + 3), "gradient")
                let inputs = numbers(panels * pixels * width, "panels")
                let step = panels * width + 5
                var found = numbers(outputs * step, "target")
                var expected = found
                for adds in [false, true] {
                    gantry_sum_weight_gradient(
                        kernels.cpu, gradient, Int64(outputs + 3), Int32(outputs), inputs, Int32(panels), Int32(pixels),
                        adds, &found, Int64(step))
                    gantry_sum_weight_gradient_reference(
                        Int32(width), gradient, Int64(outputs + 3), Int32(outputs), inputs, Int32(panels),
                        Int32(pixels), adds, &expected, Int64(step))
                    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 }, "\(outputs), \(pixels)")
                }
            }
        }
    }

    @Test(arguments: sets) func `panels of weights are those of the engine that scores`(_ kernels: ConvolutionKernels) {
        let width = Int(gantry_panel_width(kernels.cpu, Precision.f32.element))
        let (outputs, inputs, area) = (4 * width, 48, 9)
        let weights = numbers(outputs * area * inputs, "weights")
        func plain(_ output: Int, _ input: Int, _ tap: Int) -> Float { weights[(output * area + tap) * inputs + input] }
        var shape = gantry_convolution(
            input_channels: Int32(inputs), output_channels: Int32(outputs), groups: 1, kernel: 3, stride: 1, padding: 1,
            element: Precision.f32.element, is_dense: false)
        var scored = [Float](repeating: 0, count: weights.count)
        for output in 0..<outputs {
            for input in 0..<inputs {
                for tap in 0..<area { scored[(output * inputs + input) * area + tap] = plain(output, input, tap) }
            }
        }
        var (direct, expected) = ([Float](repeating: .nan, count: weights.count), scored)
        gantry_pack_direct(kernels.cpu, &shape, scored, &expected)
        let count: Int = area * inputs * width
        let transformedCount = Int(gantry_winograd_weight_count(kernels.cpu, &shape))
        var transformed = [Float](repeating: .nan, count: transformedCount)
        var expectedTransformed = transformed
        gantry_pack_winograd(kernels.cpu, &shape, scored, &expectedTransformed)
        direct.withUnsafeMutableBufferPointer { direct in
            guard let base = direct.baseAddress else { return }
            for panel in 0..<outputs / width {
                weights.withUnsafeBufferPointer { weights in
                    guard let weights = weights.baseAddress else { return }
                    gantry_pack_rows(
                        weights + panel * width * area * inputs, Int64(area * inputs), Int32(width),
                        base + panel * count)
                }
                gantry_pack_winograd_panel(kernels.cpu, &shape, Int32(panel), base + panel * count, &transformed)
            }
        }
        #expect(direct == expected)
        #expect(zip(transformed, expectedTransformed).allSatisfy { abs($0 - $1) < 1e-6 })

        // For the gradient to the input: inputs are outputs, taps in any order.
        let wanted: [Int32] = [8, 3, 0]
        var turned = [Float](repeating: .nan, count: wanted.count * outputs * 16)
        gantry_pack_turned(
            weights, Int32(outputs), Int32(area), Int32(inputs), 32, wanted, Int32(wanted.count), 16, &turned)
        for (index, tap) in wanted.enumerated() {
            for output in 0..<outputs {
                for lane in 0..<16 {
                    let value = turned[(index * outputs + output) * 16 + lane]
                    #expect(value == plain(output, 32 + lane, Int(tap)))
                }
            }
        }
    }
}
