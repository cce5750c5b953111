import CGantryKernels
import GantryCore
import GantryInference

/// Sums over pixels by register tiles, for the gradient to a convolution's weights: of whole panels of input channels
/// tap by tap, of few input channels (the stem's) all taps at once.
struct TiledWeightGradient {
    private let geometry: ConvolutionGeometry
    private let cpu: Int32
    private let element: Int32
    /// Lanes of the tiles' panels.
    private let panel: Int
    /// Whether all taps are summed at once.
    private let takesWindows: Bool

    /// Words of pixels that are summed at a time.
    private static let words = 256

    /// nil where the tiles do not fit: with groups, or another number of input channels. `element`: of the maps.
    init?(_ geometry: ConvolutionGeometry, kernels: ConvolutionKernels, element: Int32) {
        guard kernels != .openBLAS, geometry.unit.groups == 1 else { return nil }
        cpu = kernels.cpu
        panel = Int(gantry_panel_width(kernels.cpu, element))
        guard Self.fits(geometry.unit, panel: panel) else { return nil }
        takesWindows = geometry.unit.inputChannels % panel != 0
        self.geometry = geometry
        self.element = element
    }

    /// Whether a layer without groups has whole panels of input channels, or windows of few and no more weights than
    /// one block has.
    static func fits(_ unit: ConvolutionUnit, panel: Int) -> Bool {
        let panels = (unit.fanIn + panel - 1) / panel
        return unit.inputChannels % panel == 0
            || unit.inputChannels < panel && panels * panel <= Int(GANTRY_LARGEST_WINDOW)
                && unit.outputChannels * unit.fanIn < ConvolutionWeightGradient.largeLayer
    }

    /// Whether it can read a batch norm's output that is not written.
    var readsThroughNorm: Bool { !takesWindows }

    private var rowsAtATime: Int { max(1, Self.words * (isPaired ? 2 : 1) / geometry.outputWidth) }

    /// Floats of scratch that a worker needs.
    var scratchCount: Int {
        let pixels = rowsAtATime * geometry.outputWidth
        let inputs = takesWindows ? windowWidth : geometry.unit.inputChannels
        let paired = isPaired ? (pixels + 1) / 2 * (geometry.unit.outputChannels + inputs) : 0
        return pixels * inputs + paired + (takesWindows ? geometry.unit.outputChannels * windowWidth : 0)
    }

    /// Sums the gradients of the output channels `outputs`, the taps `taps` and the input channels `channels` over the
    /// output rows `rows`, which count through the batch.
    func sum(
        _ rows: Range<Int>, _ outputs: Range<Int>, taps: Range<Int>, channels: Range<Int>, _ source: MapSource,
        _ gradient: MapPointer, into target: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
    ) {
        if takesWindows {
            sumWindows(rows, outputs, source.maps, gradient, into: target, scratch)
        } else {
            sumTaps(rows, outputs, taps, channels, source, gradient, into: target, scratch)
        }
    }

    /// Tap by tap: the pixels under some hundred output pixels are packed into panels.
    private func sumTaps(
        _ rows: Range<Int>, _ outputs: Range<Int>, _ tapRange: Range<Int>, _ channels: Range<Int>, _ source: MapSource,
        _ gradient: MapPointer, into target: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
    ) {
        let (unit, width) = (geometry.unit, geometry.outputWidth)
        var taps = geometry.taps(group: 0)
        taps.first_channel = Int32(channels.lowerBound)
        taps.patch_channels = Int32(channels.count)
        let spare = scratch + rowsAtATime * width * unit.inputChannels
        for firstRow in stride(from: rows.lowerBound, to: rows.upperBound, by: rowsAtATime) {
            let count = min(rowsAtATime, rows.upperBound - firstRow)
            let words = Words(gradient, geometry, firstRow * width, count * width, outputs, spare)
            for tap in tapRange {
                let panels: UnsafeRawPointer
                if geometry.isPointwise && isPaired {
                    // Pixels follow each other: they are taken from the maps as they lie.
                    let first = firstRow * width * unit.inputChannels + channels.lowerBound
                    panels = paired(
                        source.maps + first, step: unit.inputChannels, panelStep: panel, channels.count / panel,
                        count * width,
                        source.norm.map { ($0.scale + channels.lowerBound, $0.shift + channels.lowerBound) },
                        into: words.end)
                } else {
                    gantry_pack_pixels(
                        &taps, Int64(firstRow), Int64(count), Int32(tap), element, source.norm?.scale,
                        source.norm?.shift, Int32(panel), source.maps.address, scratch)
                    panels = asWords(scratch, channels.count / panel, count * width, spare: words.end)
                }
                gantry_sum_weight_gradient(
                    cpu, element, words.first, Int64(words.step), Int32(outputs.count), panels,
                    Int32(channels.count / panel), Int32(words.count), firstRow > rows.lowerBound,
                    target + outputs.lowerBound * unit.fanIn + tap * unit.inputChannels + channels.lowerBound,
                    Int64(unit.fanIn))
            }
        }
    }

    /// All taps at once.
    private func sumWindows(
        _ rows: Range<Int>, _ outputs: Range<Int>, _ maps: MapPointer, _ gradient: MapPointer,
        into target: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
    ) {
        let (unit, width) = (geometry.unit, geometry.outputWidth)
        var taps = geometry.taps(group: 0)
        // Sums of whole panels: the last is wider than the window.
        let sums = scratch + rowsAtATime * width * windowWidth
        let spare = sums + outputs.count * windowWidth
        for firstRow in stride(from: rows.lowerBound, to: rows.upperBound, by: rowsAtATime) {
            let count = min(rowsAtATime, rows.upperBound - firstRow)
            let words = Words(gradient, geometry, firstRow * width, count * width, outputs, spare)
            gantry_pack_windows(
                &taps, Int64(firstRow), Int64(count), element, Int32(panel), maps.address, scratch)
            gantry_sum_weight_gradient(
                cpu, element, words.first, Int64(words.step), Int32(outputs.count),
                asWords(scratch, windowWidth / panel, count * width, spare: words.end), Int32(windowWidth / panel),
                Int32(words.count), firstRow > rows.lowerBound, sums, Int64(windowWidth))
        }
        for (index, output) in outputs.enumerated() {
            (target + output * unit.fanIn).update(from: sums + index * windowWidth, count: unit.fanIn)
        }
    }

    /// Numbers of a window in whole panels.
    private var windowWidth: Int { (geometry.unit.fanIn + panel - 1) / panel * panel }

    /// Whether a word has two pixels.
    private var isPaired: Bool { element == Precision.bf16.element }

    /// Panels, [count, pixels, panel], as the tiles sum them: as they are in Float32, in bfloat16 in pairs.
    private func asWords(
        _ panels: UnsafeMutablePointer<Float>, _ count: Int, _ pixels: Int, spare: UnsafeMutablePointer<Float>
    ) -> UnsafeRawPointer {
        guard isPaired else { return UnsafeRawPointer(panels) }
        return paired(
            MapPointer(panels, element: element), step: panel, panelStep: pixels * panel, count, pixels, nil,
            into: spare)
    }

    /// Two pixels a word: `pixels` of each of `count` panels, which lie `panelStep` numbers apart, and a panel's pixels
    /// `step`.
    private func paired(
        _ numbers: MapPointer, step: Int, panelStep: Int, _ count: Int, _ pixels: Int,
        _ norm: (scale: UnsafePointer<Float>, shift: UnsafePointer<Float>)?, into words: UnsafeMutablePointer<Float>
    ) -> UnsafeRawPointer {
        for index in 0..<count {
            gantry_pair_pixels(
                (numbers + index * panelStep).address.assumingMemoryBound(to: UInt16.self), Int64(step),
                Int32(pixels), norm.map { $0.scale + index * panel }, norm.map { $0.shift + index * panel },
                Int32(panel),
                UnsafeMutableRawPointer(words + index * ((pixels + 1) / 2) * panel)
                    .assumingMemoryBound(to: UInt32.self))
        }
        return UnsafeRawPointer(words)
    }

    /// The gradients of some output channels at some pixels as the tiles read them: words of 32 bits.
    private struct Words {
        let first: UnsafeRawPointer
        /// Words from one to the next of an output channel.
        let step: Int
        /// Words of an output channel.
        let count: Int
        /// What is free of `spare`.
        let end: UnsafeMutablePointer<Float>

        init(
            _ gradient: MapPointer, _ geometry: ConvolutionGeometry, _ firstPixel: Int, _ pixels: Int,
            _ outputs: Range<Int>, _ spare: UnsafeMutablePointer<Float>
        ) {
            let channels = geometry.unit.outputChannels
            let place = gradient + firstPixel * channels + outputs.lowerBound
            guard gradient.element == Precision.bf16.element else {
                (first, step, count, end) = (UnsafeRawPointer(place.address), channels, pixels, spare)
                return
            }
            gantry_pair_pixels(
                place.address.assumingMemoryBound(to: UInt16.self), Int64(channels), Int32(pixels), nil, nil,
                Int32(outputs.count), UnsafeMutableRawPointer(spare).assumingMemoryBound(to: UInt32.self))
            (first, step, count) = (UnsafeRawPointer(spare), outputs.count, (pixels + 1) / 2)
            end = spare + count * step
        }
    }
}
