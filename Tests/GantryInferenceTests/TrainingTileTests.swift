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

    @Test(arguments: Precision.ofLearning)
    func `strips are the reference's, through a batch norm and without one`(_ precision: Precision) {
        let element = precision.element
        for (height, width, channels) in [(1, 1, 1), (3, 5, 3), (6, 4, 33), (7, 7, 64)] {
            let maps = MapNumbers(numbers(2 * height * width * channels, "maps"), precision)
            let (scale, shift) = (numbers(channels, "scale"), numbers(channels, "shift"))
            for (first, rows, border) in [(0, height, 0), (-1, height + 2, 1), (-3, height + 6, 3), (height / 2, 4, 2)]
            {
                for step in [channels, channels + 5] {
                    var shape = gantry_strip(
                        images: 2, height: Int32(height), width: Int32(width), channels: Int32(channels),
                        first_row: Int32(first), rows: Int32(rows), border: Int32(border), pixel_step: Int64(step))
                    let count = 2 * rows * (width + 2 * border) * step
                    // What lies between pixels is nobody's.
                    var found = MapNumbers([Float](repeating: 0, count: count), precision)
                    var expected = found
                    found.write { gantry_fill_strip(&shape, element, maps.bits, nil, nil, $0) }
                    expected.write { gantry_fill_strip_reference(&shape, element, maps.bits, nil, nil, $0) }
                    #expect(found == expected)
                    found.write { gantry_fill_strip(&shape, element, maps.bits, scale, shift, $0) }
                    expected.write { gantry_fill_strip_reference(&shape, element, maps.bits, scale, shift, $0) }
                    #expect(found.agrees(with: expected))
                }
            }
        }
    }

    private static let windows = [(1, 1), (1, 2), (3, 1), (3, 2), (7, 2)]

    /// Taps over maps of some channels, padded at the top and left as "same" convolutions are.
    private func taps(
        _ height: Int, _ width: Int, channels: Int, first: Int, share: Int, kernel: Int, stride: Int
    ) -> gantry_window_taps {
        let side = { (size: Int) in Int32((size + kernel / 2 * 2 - kernel) / stride + 1) }
        return gantry_window_taps(
            height: Int32(height), width: Int32(width), channels: Int32(channels), first_channel: Int32(first),
            patch_channels: Int32(share), kernel: Int32(kernel), stride: Int32(stride),
            top: Int32(max(kernel / 2 - height % 2, 0)), left: Int32(kernel / 2), output_height: side(height),
            output_width: side(width))
    }

    @Test(arguments: windows, Precision.ofLearning)
    func `pixels under a tap are packed as the reference packs them`(
        _ window: (kernel: Int, stride: Int), _ precision: Precision
    ) {
        let (images, element) = (3, precision.element)
        for (height, width) in [(1, 1), (1, 6), (2, 3), (7, 7), (8, 5)] {
            for (channels, first, share, panel) in [(32, 0, 32, 16), (48, 16, 32, 16), (64, 0, 64, 32)] {
                var taps = taps(
                    height, width, channels: channels, first: first, share: share, kernel: window.kernel,
                    stride: window.stride)
                let maps = MapNumbers(numbers(images * height * width * channels, "maps"), precision)
                let (scale, shift) = (numbers(channels, "scale"), numbers(channels, "shift"))
                let rows = images * Int(taps.output_height)
                for (firstRow, count) in [(0, rows), (rows / 3, rows - rows / 3), (rows - 1, 1)] {
                    for tap in 0..<Int32(window.kernel * window.kernel) {
                        let size = count * Int(taps.output_width) * share
                        var found = MapNumbers([Float](repeating: .nan, count: size), precision)
                        var expected = found
                        found.write {
                            gantry_pack_pixels(
                                &taps, Int64(firstRow), Int64(count), tap, element, nil, nil, Int32(panel), maps.bits,
                                $0)
                        }
                        expected.write {
                            gantry_pack_pixels_reference(
                                &taps, Int64(firstRow), Int64(count), tap, element, nil, nil, Int32(panel), maps.bits,
                                $0)
                        }
                        #expect(found == expected)
                        found.write {
                            gantry_pack_pixels(
                                &taps, Int64(firstRow), Int64(count), tap, element, scale, shift, Int32(panel),
                                maps.bits, $0)
                        }
                        expected.write {
                            gantry_pack_pixels_reference(
                                &taps, Int64(firstRow), Int64(count), tap, element, scale, shift, Int32(panel),
                                maps.bits, $0)
                        }
                        #expect(found.agrees(with: expected))
                    }
                }
            }
        }
    }

    @Test(arguments: windows, Precision.ofLearning)
    func `windows of few channels are packed as the reference packs them`(
        _ window: (kernel: Int, stride: Int), _ precision: Precision
    ) {
        let (images, element) = (2, precision.element)
        for (height, width) in [(1, 1), (1, 6), (2, 3), (7, 7), (8, 5)] {
            for (channels, panel) in [(1, 16), (3, 32), (15, 32)] {
                var taps = taps(
                    height, width, channels: channels, first: 0, share: channels, kernel: window.kernel,
                    stride: window.stride)
                let maps = MapNumbers(numbers(images * height * width * channels, "maps"), precision)
                let rows = images * Int(taps.output_height)
                let numbers = window.kernel * window.kernel * channels
                for (firstRow, count) in [(0, rows), (rows / 3, rows - rows / 3), (rows - 1, 1)] {
                    let size = count * Int(taps.output_width) * ((numbers + panel - 1) / panel * panel)
                    var found = MapNumbers([Float](repeating: .nan, count: size), precision)
                    var expected = found
                    found.write {
                        gantry_pack_windows(
                            &taps, Int64(firstRow), Int64(count), element, Int32(panel), maps.bits, $0)
                    }
                    expected.write {
                        gantry_pack_windows_reference(
                            &taps, Int64(firstRow), Int64(count), element, Int32(panel), maps.bits, $0)
                    }
                    #expect(found == expected)
                }
            }
        }
    }

    /// Instruction sets with the elements that they sum.
    private static let sums =
        sets.map { ($0, Precision.f32) } + ConvolutionKernels.available(for: .bf16).map { ($0, .bf16) }

    @Test(arguments: sums) func `sums over pixels are the reference's, at every number of outputs`(
        _ kernels: ConvolutionKernels, _ precision: Precision
    ) {
        let width = Int(gantry_panel_width(kernels.cpu, precision.element))
        /// Rows of numbers as words of one pixel or of two.
        func words(_ values: [Float], _ count: Int, pixels: Int) -> MapNumbers {
            let maps = MapNumbers(values, precision)
            guard precision == .bf16 else { return maps }
            var paired = MapNumbers([Float](repeating: .nan, count: (pixels + 1) / 2 * 2 * count), precision)
            maps.bits.withUnsafeBytes { from in
                paired.write { to in
                    guard let from = from.bindMemory(to: UInt16.self).baseAddress else { return }
                    gantry_pair_pixels(
                        from, Int64(count), Int32(pixels), nil, nil, Int32(count),
                        to.assumingMemoryBound(to: UInt32.self))
                }
            }
            return paired
        }
        for outputs in Array(1...30) + [64, 255, 256, 257, 300] {
            for (pixels, panels) in [(1, 1), (7, 2), (50, 1)] {
                let count = precision == .bf16 ? (pixels + 1) / 2 : pixels
                let plainGradient = MapNumbers(numbers(pixels * (outputs + 3), "gradient"), precision).values
                let gradient = words(plainGradient, outputs + 3, pixels: pixels)
                let plainInputs = (0..<panels).map {
                    MapNumbers(numbers(pixels * width, "panel \($0)"), precision).values
                }
                let inputs = MapNumbers(plainInputs.flatMap { words($0, width, pixels: pixels).values }, precision)
                let step = panels * width + 5
                var found = numbers(outputs * step, "target")
                var expected = found
                for adds in [false, true] {
                    gantry_sum_weight_gradient(
                        kernels.cpu, precision.element, gradient.bits, Int64(outputs + 3), Int32(outputs), inputs.bits,
                        Int32(panels), Int32(count), adds, &found, Int64(step))
                    gantry_sum_weight_gradient_reference(
                        precision.element, Int32(width), gradient.bits, Int64(outputs + 3), Int32(outputs),
                        inputs.bits, Int32(panels), Int32(count), adds, &expected, Int64(step))
                    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 }, "\(outputs), \(pixels)")
                }
                // And of the pixels themselves, whatever words they lie in.
                let last = (outputs - 1, panels * width - 1)
                let sum = (0..<pixels).reduce(0.0) { sum, pixel in
                    sum + Double(plainGradient[pixel * (outputs + 3) + last.0])
                        * Double(plainInputs[panels - 1][pixel * width + width - 1])
                }
                #expect(abs(Double(found[last.0 * step + last.1]) - 2 * sum) < 2e-5)
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
            element: Precision.f32.element, is_dense: false, transforms_late: false, has_small_fours: false)
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
                        Precision.f32.element, weights + panel * width * area * inputs, Int32(area), Int32(inputs),
                        Int32(width), base + panel * count)
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
            Precision.f32.element, weights, Int32(outputs), Int32(area), Int32(inputs), 32, wanted, Int32(wanted.count),
            16, &turned)
        for (index, tap) in wanted.enumerated() {
            for output in 0..<outputs {
                for lane in 0..<16 {
                    let value = turned[(index * outputs + output) * 16 + lane]
                    #expect(value == plain(output, 32 + lane, Int(tap)))
                }
            }
        }
    }

    @Test(arguments: ConvolutionKernels.available(for: .bf16))
    func `panels of bfloat16 weights are those of the engine that scores`(_ kernels: ConvolutionKernels) {
        let element = Precision.bf16.element
        let width = Int(gantry_panel_width(kernels.cpu, element))
        for (kernel, inputs, isDense) in [(1, 64, false), (3, 32, false), (7, 3, true), (3, 1, true)] {
            let (outputs, area) = (2 * width, kernel * kernel)
            let weights = numbers(outputs * area * inputs, "weights")
            var scored = weights
            for output in 0..<outputs {
                for input in 0..<inputs {
                    for tap in 0..<area {
                        scored[(output * inputs + input) * area + tap] = weights[(output * area + tap) * inputs + input]
                    }
                }
            }
            var shape = gantry_convolution(
                input_channels: Int32(inputs), output_channels: Int32(outputs), groups: 1, kernel: Int32(kernel),
                stride: 1, padding: 0, element: element, is_dense: isDense, transforms_late: false,
                has_small_fours: false)
            let count = Int(gantry_direct_weight_count(kernels.cpu, &shape))
            var (found, expected) = ([UInt32](repeating: .max, count: count), [UInt32](repeating: 0, count: count))
            gantry_pack_direct(kernels.cpu, &shape, scored, &expected)
            let segments = isDense ? kernel : area
            found.withUnsafeMutableBufferPointer { found in
                weights.withUnsafeBufferPointer { weights in
                    guard let to = found.baseAddress, let from = weights.baseAddress else { return }
                    for panel in 0..<2 {
                        gantry_pack_rows(
                            element, from + panel * width * area * inputs, Int32(segments),
                            Int32(area * inputs / segments), Int32(width), to + panel * count / 2)
                    }
                }
            }
            #expect(found == expected)
        }
    }

    @Test(arguments: sums) func `Winograd's transforms give the gradient to the weights`(
        _ kernels: ConvolutionKernels, _ precision: Precision
    ) throws {
        let panel = Int(gantry_panel_width(kernels.cpu, Precision.f32.element))
        let (inputs, outputs) = (2 * panel, panel)
        for (images, height, width) in [(1, 4, 4), (2, 7, 9), (3, 1, 6), (1, 14, 13)] {
            // Inputs with a border of zeros, through which nothing else is read.
            let across = width + 2
            var bordered = [Float](repeating: 0, count: images * (height + 2) * across * inputs)
            let plain = numbers(images * height * width * inputs, "maps")
            for index in 0..<images * height * width {
                let (image, y, x) = (index / (height * width), index / width % height, index % width)
                let to = ((image * (height + 2) + y + 1) * across + x + 1) * inputs
                bordered.replaceSubrange(to..<to + inputs, with: plain[index * inputs..<(index + 1) * inputs])
            }
            var maps = MapNumbers(bordered, precision)
            var gradient = MapNumbers(numbers(images * height * width * outputs, "gradient"), precision)
            let size = Int(gantry_element_size(precision.element))
            let tiles = images * ((height + 3) / 4) * ((width + 3) / 4)
            let step = Int(gantry_winograd_gradient_step(kernels.cpu, Int32(outputs)))
            // As if they were the second of three parts.
            let count = 3 * tiles
            var transformed = [Float](repeating: 0, count: 36 * count * inputs)
            var transformedGradient = [Float](repeating: 0, count: 36 * count * step)
            var expected = [[Double]](repeating: [Double](repeating: .nan, count: 9 * inputs), count: outputs)
            maps.write { maps in
                gradient.write { gradient in
                    var input = gantry_maps(
                        pixels: maps + (across + 1) * inputs * size, element: precision.element,
                        images: Int32(images), height: Int32(height), width: Int32(width), channels: Int32(inputs),
                        scale: 1, zero_point: 0, pixel_step: Int64(inputs), row_step: Int64(across * inputs),
                        image_step: Int64((height + 2) * across * inputs))
                    var output = gantry_maps(
                        pixels: gradient, element: precision.element, images: Int32(images), height: Int32(height),
                        width: Int32(width), channels: Int32(outputs), scale: 1, zero_point: 0,
                        pixel_step: Int64(outputs), row_step: Int64(width * outputs),
                        image_step: Int64(height * width * outputs))
                    gantry_winograd_gradient_tiles(
                        kernels.cpu, &input, &output, Int64(tiles), Int64(count), &transformed, &transformedGradient)
                    for channel in 0..<outputs {
                        gantry_winograd_gradient_reference(&input, &output, Int32(channel), &expected[channel])
                    }
                }
            }
            var sums = [Float](repeating: .nan, count: 36 * outputs * inputs)
            for plane in 0..<36 {
                sums.withUnsafeMutableBufferPointer { sums in
                    guard let base = sums.baseAddress else { return }
                    gantry_sum_weight_gradient(
                        kernels.cpu, Precision.f32.element, Array(transformedGradient[(plane * count * step)...]),
                        Int64(step), Int32(outputs), Array(transformed[(plane * count * inputs)...]),
                        Int32(inputs / panel), Int32(count), false, base + plane * outputs * inputs, Int64(inputs))
                }
            }
            for output in 0..<outputs {
                var found = [Float](repeating: .nan, count: 9 * inputs)
                sums.withUnsafeBufferPointer { sums in
                    guard let base = sums.baseAddress else { return }
                    gantry_winograd_gradient_sums(
                        kernels.cpu, base + output * inputs, Int64(outputs * inputs), Int32(inputs), &found)
                }
                #expect(zip(found, expected[output]).allSatisfy { abs(Double($0) - $1) < 3e-4 }, "output \(output)")
            }
        }
    }

    @Test func `pixels are paired as the reference pairs them`() {
        for (pixels, width, step) in [(1, 1, 1), (2, 16, 16), (7, 33, 40), (64, 32, 256)] {
            let maps = MapNumbers(numbers(pixels * step, "maps"), .bf16)
            let (scale, shift) = (numbers(width, "scale"), numbers(width, "shift"))
            maps.bits.withUnsafeBytes { bytes in
                guard let from = bytes.bindMemory(to: UInt16.self).baseAddress else { return }
                let words = (pixels + 1) / 2 * width
                var (found, expected) = ([UInt32](repeating: .max, count: words), [UInt32](repeating: 0, count: words))
                let (count, width) = (Int32(pixels), Int32(width))
                gantry_pair_pixels(from, Int64(step), count, nil, nil, width, &found)
                gantry_pair_pixels_reference(from, Int64(step), count, nil, nil, width, &expected)
                #expect(found == expected)
                gantry_pair_pixels(from, Int64(step), count, scale, shift, width, &found)
                gantry_pair_pixels_reference(from, Int64(step), count, scale, shift, width, &expected)
                // One may round a product before it adds: a last bit of either half.
                let halves = { (words: [UInt32]) in words.flatMap { [Int($0 & 0xFFFF), Int($0 >> 16)] } }
                let differences = zip(halves(found), halves(expected)).map { abs($0 - $1) }
                #expect(differences.allSatisfy { $0 <= 1 })
            }
        }
    }
}
