import CGantryKernels
import GantryCore

/// The forward pass on OpenBLAS: CHW maps, one image at a time.
final class PlanarForwardPass: ForwardPass {
    private let layers: NetworkLayers<PlanarConvolution>
    private let architecture: ResidualArchitecture
    private let height: Int
    private let width: Int
    /// Input and output of the current block; they change places after each.
    private var current: FloatBuffer
    private var next: FloatBuffer
    private let shortcut: FloatBuffer
    /// Outputs of a block's convolutions before the last, in turn.
    private let inner: [FloatBuffer]
    private let scratch: FloatBuffer
    /// The size of the last block's output, in `current`.
    private var lastSize = (channels: 0, height: 0, width: 0)
    /// Sees what each convolution reads.
    private var observeInput: ((ConvolutionUnit, [Float]) -> Void)?

    init(layers: NetworkLayers<PlanarConvolution>, architecture: ResidualArchitecture, height: Int, width: Int) {
        self.layers = layers
        self.architecture = architecture
        self.height = height
        self.width = width
        let plan = BufferPlan(layers: layers, architecture: architecture, height: height, width: width)
        current = FloatBuffer(count: plan.outer)
        next = FloatBuffer(count: plan.outer)
        shortcut = FloatBuffer(count: plan.shortcut)
        inner = [FloatBuffer(count: plan.inner), FloatBuffer(count: plan.inner)]
        scratch = FloatBuffer(count: plan.scratch)
    }

    func begin(_ image: UnsafePointer<Float>, index: Int, early: UnsafeMutablePointer<Float>?) {
        precondition(index == 0, "the planes of one image at a time")
        guard let early else { return begin(image) { _ in } }
        var stage = 0
        begin(image) { planes in
            if stage == architecture.earlyStage, let base = planes.baseAddress {
                let channels = architecture.earlyCount
                gantry_global_average_pool(base, Int32(channels), Int64(planes.count / channels), early)
            }
            stage += 1
        }
    }

    func pooledFeatures(count: Int, into rows: UnsafeMutablePointer<Float>) {
        gantry_global_average_pool(
            current.pointer, Int32(architecture.featureCount), Int64(lastSize.height * lastSize.width), rows)
    }

    func lastMaps(count: Int, into rows: UnsafeMutablePointer<Float>) {
        rows.update(from: current.pointer, count: lastSize.channels * lastSize.height * lastSize.width)
    }

    func logits(count: Int, into rows: UnsafeMutablePointer<Float>, features pooled: UnsafeMutablePointer<Float>?) {
        let features = FloatBuffer(count: architecture.featureCount)
        pooledFeatures(count: count, into: features.pointer)
        pooled?.update(from: features.pointer, count: architecture.featureCount)
        layers.last?.run(
            features.pointer, height: 1, width: 1, residual: nil, relu: false, into: rows, scratch: scratch.pointer)
    }

    func stageOutputs(_ image: UnsafePointer<Float>) -> [[Float]] {
        var outputs: [[Float]] = []
        begin(image) { outputs.append(Array($0)) }
        return outputs
    }

    func convolutionInputs(_ image: UnsafePointer<Float>, observe: @escaping (ConvolutionUnit, [Float]) -> Void) {
        observeInput = observe
        defer { observeInput = nil }
        begin(image) { _ in }
    }

    private func run(
        _ convolution: PlanarConvolution, _ image: UnsafePointer<Float>, height: Int, width: Int,
        residual: UnsafePointer<Float>? = nil, relu: Bool, into output: UnsafeMutablePointer<Float>
    ) {
        let count = convolution.unit.inputChannels * height * width
        observeInput?(convolution.unit, Array(UnsafeBufferPointer(start: image, count: count)))
        convolution.run(
            image, height: height, width: width, residual: residual, relu: relu, into: output,
            scratch: scratch.pointer)
    }

    /// Leaves the last block's output in `current`; `observe` sees the outputs of the stem and each stage.
    private func begin(_ image: UnsafePointer<Float>, observe: (UnsafeBufferPointer<Float>) -> Void) {
        var (height, width) = runStem(image)
        observe(UnsafeBufferPointer(start: current.pointer, count: architecture.baseWidth * height * width))
        for (index, block) in layers.blocks.enumerated() {
            (height, width) = run(block, height: height, width: width)
            if layers.endsStage(index), let last = block.convolutions.last {
                observe(UnsafeBufferPointer(start: current.pointer, count: last.unit.outputChannels * height * width))
            }
        }
        lastSize = (layers.blocks.last?.convolutions.last?.unit.outputChannels ?? architecture.baseWidth, height, width)
    }

    private func runStem(_ image: UnsafePointer<Float>) -> (height: Int, width: Int) {
        let stem = layers.stem
        let (outputHeight, outputWidth) = (stem.unit.outputSize(height), stem.unit.outputSize(width))
        let pools = architecture.stemPool == .max
        run(
            stem, image, height: height, width: width, relu: true, into: pools ? next.pointer : current.pointer)
        guard pools else { return (outputHeight, outputWidth) }
        gantry_max_pool_3x3_stride_2(
            next.pointer, Int32(stem.unit.outputChannels), Int32(outputHeight), Int32(outputWidth),
            Int32(architecture.poolPaddingBefore(outputHeight)), Int32(architecture.poolPaddingBefore(outputWidth)),
            current.pointer)
        return (BufferPlan.pooledSize(outputHeight), BufferPlan.pooledSize(outputWidth))
    }

    private func run(_ block: NetworkLayers<PlanarConvolution>.Block, height: Int, width: Int) -> (
        height: Int, width: Int
    ) {
        var residual = UnsafePointer(current.pointer)
        if let projection = block.projection {
            run(projection, current.pointer, height: height, width: width, relu: false, into: shortcut.pointer)
            residual = UnsafePointer(shortcut.pointer)
        } else if let zeros = block.zeros {
            zeros.write(current.pointer, height: height, width: width, into: shortcut.pointer)
            residual = UnsafePointer(shortcut.pointer)
        }
        var image = UnsafePointer(current.pointer)
        var (height, width) = (height, width)
        for (index, convolution) in block.convolutions.enumerated() {
            let isLast = index + 1 == block.convolutions.count
            let output = isLast ? next : inner[index % 2]
            run(
                convolution, image, height: height, width: width, residual: isLast ? residual : nil, relu: true,
                into: output.pointer)
            image = UnsafePointer(output.pointer)
            (height, width) = (convolution.unit.outputSize(height), convolution.unit.outputSize(width))
        }
        swap(&current, &next)
        return (height, width)
    }
}

extension ZeroShortcut {
    /// `image`: [input channels, height, width]; `output`: [output channels, OH, OW], written whole.
    package func write(
        _ image: UnsafePointer<Float>, height: Int, width: Int, into output: UnsafeMutablePointer<Float>
    ) {
        let (rows, columns) = (outputSize(height), outputSize(width))
        output.update(repeating: 0, count: outputChannels * rows * columns)
        for channel in 0..<inputChannels {
            for row in 0..<rows {
                let source = image + (channel * height + row * stride) * width
                let target = output + ((before + channel) * rows + row) * columns
                for column in 0..<columns { target[column] = source[column * stride] }
            }
        }
    }
}

/// How many floats each buffer of a forward pass must hold.
struct BufferPlan {
    var outer = 0
    var shortcut = 0
    var inner = 0
    var scratch = 0

    static func pooledSize(_ size: Int) -> Int { (size - 1) / 2 + 1 }

    init(
        layers: NetworkLayers<PlanarConvolution>, architecture: ResidualArchitecture, height: Int, width: Int
    ) {
        var (height, width) = (height, width)
        func pass(_ convolution: PlanarConvolution, _ size: inout (Int, Int), _ scratch: inout Int) -> Int {
            scratch = max(scratch, convolution.convolution.scratchCount(height: size.0, width: size.1))
            size = (convolution.unit.outputSize(size.0), convolution.unit.outputSize(size.1))
            return convolution.unit.outputChannels * size.0 * size.1
        }
        var size = (height, width)
        outer = pass(layers.stem, &size, &scratch)
        (height, width) = size
        if architecture.stemPool == .max {
            (height, width) = (Self.pooledSize(height), Self.pooledSize(width))
        }
        for block in layers.blocks {
            if let projection = block.projection {
                var size = (height, width)
                shortcut = max(shortcut, pass(projection, &size, &scratch))
            } else if let zeros = block.zeros {
                shortcut = max(
                    shortcut, zeros.outputChannels * zeros.outputSize(height) * zeros.outputSize(width))
            }
            size = (height, width)
            for (index, convolution) in block.convolutions.enumerated() {
                let count = pass(convolution, &size, &scratch)
                if index + 1 == block.convolutions.count {
                    outer = max(outer, count)
                } else {
                    inner = max(inner, count)
                }
            }
            (height, width) = size
        }
    }
}
