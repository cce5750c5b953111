import CGantryKernels
import GantryCore

/// A folded convolution of NHWC maps by Gantry's own kernels: which arithmetic and algorithm, and its weights packed
/// for it.
struct PackedConvolution: Sendable {
    /// How a layer is computed. It follows from the layer alone, so a result cannot depend on the batch.
    enum Algorithm: Sendable {
        /// A product over the patches where they lie.
        case direct
        /// Winograd's F(4x4, 3x3), in Float32.
        case winograd
        /// The same of bytes, in whole numbers.
        case wholeWinograd

        /// A few input channels would fill only a part of the vectors that are transformed.
        private static let fewestWinogradChannels = 16

        /// The largest product of input and output channels that Winograd's algorithm is taken for: where its weights,
        /// which are many times the layer's, take longer to fetch or make than bfloat16 takes to multiply.
        private static func largestWinogradLayer(_ arithmetic: Precision, _ kernels: ConvolutionKernels) -> Int {
            switch arithmetic {
            case .f32: 512 * 512
            // In Float32 between maps of bfloat16: faster than twice as many products.
            case .bf16: 256 * 256
            case .int8: gantry_has_winograd_int8(kernels.cpu) ? 512 * 512 : 0
            }
        }

        init(for unit: ConvolutionUnit, arithmetic: Precision, kernels: ConvolutionKernels) {
            let isWinograd =
                unit.kernel == 3 && unit.stride == 1 && unit.groups == 1
                && unit.inputChannels >= Self.fewestWinogradChannels
                && unit.inputChannels * unit.outputChannels <= Self.largestWinogradLayer(arithmetic, kernels)
            self = !isWinograd ? .direct : arithmetic == .int8 ? .wholeWinograd : .winograd
        }

        /// Whether Winograd's weights are transformed where they are used. Those of ResNet-50's last stage, in whole
        /// numbers of the last two, take as long to fetch from memory, for a few images, and are 57 MB less in f32, 54
        /// in int8.
        static func transformsLate(_ unit: ConvolutionUnit, arithmetic: Precision) -> Bool {
            unit.inputChannels * unit.outputChannels > (arithmetic == .int8 ? 128 * 128 : 256 * 256)
        }
    }

    let unit: ConvolutionUnit
    let algorithm: Algorithm
    /// What the maps that it reads must be.
    let inputElement: MapsElement
    private let kernels: ConvolutionKernels
    /// As the kernels see it.
    private let shape: gantry_convolution
    private let storage: PackedStorage
    /// Where the packed weights begin in `storage`.
    private let weightsOffset: Int
    /// Where the bias begins in `storage`.
    private let biasOffset: Int
    /// Where the multipliers of integer sums begin in `storage`.
    private let multiplierOffset: Int?

    /// A convolution of Float32 or bfloat16 maps: packs the weights into their place, which has `storageCount` words.
    init(_ folded: FoldedWeights, arithmetic: Precision, _ place: LayerPacking.Place) {
        let (kernels, storage) = (place.kernels, place.storage)
        let plan = Plan(folded.unit, arithmetic: arithmetic, isDense: place.isDense, kernels: kernels)
        var shape = plan.shape
        weightsOffset = place.offset
        storage.fill(at: weightsOffset, count: plan.weightCount) { packed in
            switch plan.algorithm {
            case .winograd: gantry_pack_winograd(kernels.cpu, &shape, folded.weights, packed)
            case .direct, .wholeWinograd: gantry_pack_direct(kernels.cpu, &shape, folded.weights, packed)
            }
        }
        biasOffset = weightsOffset + PackedStorage.rounded(plan.weightCount)
        storage.fill(at: biasOffset, with: folded.bias, paddedTo: plan.paddedChannels)
        multiplierOffset = nil
        inputElement = arithmetic == .bf16 ? .bfloat16 : .float32
        unit = folded.unit
        algorithm = plan.algorithm
        self.shape = shape
        self.kernels = kernels
        self.storage = storage
    }

    /// A convolution of maps of bytes, whose output has this scale; 1 where the output is real numbers.
    init(_ quantized: QuantizedWeights, outputScale: Float, _ place: LayerPacking.Place) {
        let (kernels, storage) = (place.kernels, place.storage)
        let plan = Plan(quantized.unit, arithmetic: .int8, isDense: place.isDense, kernels: kernels)
        var shape = plan.shape
        let terms = quantized.terms(outputScale: outputScale)
        // Weights that could leave the range of whole numbers are left to the direct kernels, which have none.
        let isWinograd =
            plan.algorithm == .wholeWinograd && gantry_fits_winograd_int8(&shape, quantized.weights)
        weightsOffset = place.offset
        storage.fill(at: weightsOffset, count: plan.weightCount) { packed in
            if isWinograd { return gantry_pack_winograd_int8(&shape, quantized.weights, packed) }
            gantry_pack_direct_int8(kernels.cpu, &shape, quantized.weights, packed)
            shape.has_small_fours = gantry_has_small_fours(kernels.cpu, &shape, packed)
        }
        biasOffset = weightsOffset + PackedStorage.rounded(plan.weightCount)
        storage.fill(at: biasOffset, with: terms.bias, paddedTo: plan.paddedChannels)
        let multiplierOffset = biasOffset + PackedStorage.rounded(plan.paddedChannels)
        storage.fill(at: multiplierOffset, with: terms.multiplier, paddedTo: plan.paddedChannels)
        self.multiplierOffset = multiplierOffset
        inputElement = .bytes(scale: quantized.inputScale, zeroPoint: quantized.inputZeroPoint)
        unit = quantized.unit
        algorithm = isWinograd ? .wholeWinograd : .direct
        self.shape = shape
        self.kernels = kernels
        self.storage = storage
    }

    /// How a layer is computed and what it takes: follows from the layer, the arithmetic and the kernels.
    private struct Plan {
        let algorithm: Algorithm
        let shape: gantry_convolution
        let weightCount: Int
        let paddedChannels: Int

        init(_ unit: ConvolutionUnit, arithmetic: Precision, isDense: Bool, kernels: ConvolutionKernels) {
            algorithm = Algorithm(for: unit, arithmetic: arithmetic, kernels: kernels)
            var shape = gantry_convolution(unit, element: arithmetic.element, isDense: isDense)
            shape.transforms_late = algorithm != .direct && Algorithm.transformsLate(unit, arithmetic: arithmetic)
            weightCount =
                switch algorithm {
                case .direct: Int(gantry_direct_weight_count(kernels.cpu, &shape))
                case .winograd: Int(gantry_winograd_weight_count(kernels.cpu, &shape))
                case .wholeWinograd: Int(gantry_winograd_int8_weight_count(&shape))
                }
            paddedChannels = Int(gantry_padded_channels(kernels.cpu, Int32(unit.outputChannels)))
            self.shape = shape
        }
    }

    /// Words of 32 bits that a layer takes in a `PackedStorage`.
    static func storageCount(
        _ unit: ConvolutionUnit, arithmetic: Precision, isDense: Bool, kernels: ConvolutionKernels
    ) -> Int {
        let plan = Plan(unit, arithmetic: arithmetic, isDense: isDense, kernels: kernels)
        let terms = arithmetic == .int8 ? 2 : 1
        return PackedStorage.rounded(plan.weightCount) + terms * PackedStorage.rounded(plan.paddedChannels)
    }

    /// Floats of scratch for `run`, whatever the size of the maps.
    var scratchCount: Int {
        var shape = shape
        return switch algorithm {
        case .direct: 0
        case .winograd: Int(gantry_winograd_scratch_count(kernels.cpu, &shape))
        case .wholeWinograd: Int(gantry_winograd_int8_scratch_count(&shape))
        }
    }

    /// How the work is cut when `workers` write `output` together.
    func parts(of output: gantry_maps, workers: Int) -> OutputParts {
        let isWinograd = algorithm != .direct
        let multiplied = algorithm == .winograd ? Precision.f32.element : shape.element
        let panel = Int(gantry_panel_width(kernels.cpu, multiplied))
        let panels = (unit.outputChannels + panel - 1) / panel
        let line = 64 / max(1, panel * Int(gantry_element_size(output.element)))
        let wordsOfPixel = unit.channelsPerGroup * Int(gantry_element_size(shape.element)) / 4 + 1
        let pixels = Int(output.images * output.width)
        // Winograd's algorithm makes a quarter of the products, and 36 numbers from 16, for each of its slabs.
        return OutputParts(
            OutputParts.Layer(
                rows: Int(output.height), rowsTogether: isWinograd ? Int(GANTRY_WINOGRAD_ROWS) : 1, panels: panels,
                panelsTogether: max(1, line),
                stepsOfRow: pixels * wordsOfPixel * unit.kernel * unit.kernel / (isWinograd ? 4 : 1),
                bytesOfRow: pixels * unit.stride * unit.stride * wordsOfPixel * 4 * (isWinograd ? 5 : 1),
                bytesOfPanel: panel * wordsOfPixel * unit.kernel * unit.kernel * 4
                    * (algorithm == .direct ? 1 : algorithm == .winograd ? 4 : 8)),
            workers: workers)
    }

    /// output = relu(weights * input + bias + residual), of which `part` is computed; `input` has its border.
    func run(
        _ input: gantry_maps, residual: gantry_maps?, relu: Bool, into output: gantry_maps, part: gantry_part,
        scratch: UnsafeMutablePointer<Float>
    ) {
        var (shape, input, output, part) = (shape, input, output, part)
        let (cpu, weights, bias) = (kernels.cpu, storage.pointer + weightsOffset, storage.pointer + biasOffset)
        let multiplier = multiplierOffset.map { storage.pointer + $0 }
        // The kernels begin `padding` pixels before the image's first.
        let rows = unit.padding - unit.paddingBefore(Int(input.height))
        let columns = unit.padding - unit.paddingBefore(Int(input.width))
        input.pixels +=
            (rows * Int(input.row_step) + columns * Int(input.pixel_step)) * Int(gantry_element_size(input.element))
        func run(_ residual: UnsafePointer<gantry_maps>?) {
            switch algorithm {
            case .direct:
                gantry_convolve_direct(cpu, &shape, weights, multiplier, bias, &input, residual, relu, &output, &part)
            case .winograd:
                gantry_convolve_winograd(cpu, &shape, weights, bias, &input, residual, relu, &output, &part, scratch)
            case .wholeWinograd:
                guard let multiplier else { return }
                gantry_convolve_winograd_int8(
                    &shape, weights, multiplier, bias, &input, residual, relu, &output, &part, scratch)
            }
        }
        if let residual {
            withUnsafePointer(to: residual, run)
        } else {
            run(nil)
        }
    }
}

extension gantry_convolution {
    init(_ unit: ConvolutionUnit, element: Int32, isDense: Bool) {
        self.init(
            input_channels: Int32(unit.inputChannels), output_channels: Int32(unit.outputChannels),
            groups: Int32(unit.groups), kernel: Int32(unit.kernel), stride: Int32(unit.stride),
            padding: Int32(unit.padding), element: element, is_dense: isDense, transforms_late: false,
            has_small_fours: false)
    }
}
