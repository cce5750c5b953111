import CGantryKernels
import COpenBLAS

/// One thread's passage of images through a network: the network and the thread's own buffers, for one image size.
final class ForwardPass {
    private let network: ResidualNetwork
    private let height: Int
    private let width: Int
    /// Input and output of the current block; they change places after each.
    private var current: FloatBuffer
    private var next: FloatBuffer
    private let shortcut: FloatBuffer
    /// Outputs of a block's convolutions before the last, in turn.
    private let inner: [FloatBuffer]
    private let scratch: FloatBuffer

    init(network: ResidualNetwork, height: Int, width: Int) {
        self.network = network
        self.height = height
        self.width = width
        let plan = BufferPlan(network: network, height: height, width: width)
        current = FloatBuffer(count: plan.outer)
        next = FloatBuffer(count: plan.outer)
        shortcut = FloatBuffer(count: plan.shortcut)
        inner = [FloatBuffer(count: plan.inner), FloatBuffer(count: plan.inner)]
        scratch = FloatBuffer(count: plan.scratch)
    }

    /// `image`: [channels, height, width]; `logits`: [classes].
    func logits(_ image: UnsafePointer<Float>, into logits: UnsafeMutablePointer<Float>) {
        let features = FloatBuffer(count: network.architecture.featureCount)
        pooledFeatures(image, into: features.pointer)
        OpenBLAS.multiply(
            network.lastWeights.pointer, features.pointer, rightStride: 1, into: logits, outputStride: 1,
            rows: network.architecture.classes, inner: features.count, columns: 1)
        let bias = network.lastBias.pointer
        for index in 0..<network.architecture.classes { logits[index] += bias[index] }
    }

    /// `image`: [channels, height, width]; `features`: [features].
    func pooledFeatures(_ image: UnsafePointer<Float>, into features: UnsafeMutablePointer<Float>) {
        let (height, width) = lastBlockOutput(image)
        gantry_global_average_pool(
            current.pointer, Int32(network.architecture.featureCount), Int64(height * width), features)
    }

    /// Leaves the last block's output in `current` and returns its height and width; `observe` sees the outputs of the stem and each stage.
    func lastBlockOutput(
        _ image: UnsafePointer<Float>, observe: (UnsafeBufferPointer<Float>) -> Void = { _ in }
    ) -> (height: Int, width: Int) {
        var (height, width) = runStem(image)
        observe(UnsafeBufferPointer(start: current.pointer, count: network.architecture.baseWidth * height * width))
        for (index, block) in network.blocks.enumerated() {
            (height, width) = run(block, height: height, width: width)
            let isStageEnd = index + 1 == network.blocks.count || network.blocks[index + 1].stage != block.stage
            if isStageEnd, let last = block.convolutions.last {
                observe(UnsafeBufferPointer(start: current.pointer, count: last.unit.outputChannels * height * width))
            }
        }
        return (height, width)
    }

    private func runStem(_ image: UnsafePointer<Float>) -> (height: Int, width: Int) {
        let stem = network.stem
        let (outputHeight, outputWidth) = (stem.unit.outputSize(height), stem.unit.outputSize(width))
        let pools = network.architecture.stem == .imageNet
        stem.run(
            image, height: height, width: width, residual: nil, relu: true,
            into: pools ? next.pointer : current.pointer, scratch: scratch.pointer)
        guard pools else { return (outputHeight, outputWidth) }
        gantry_max_pool_3x3_stride_2(
            next.pointer, Int32(stem.unit.outputChannels), Int32(outputHeight), Int32(outputWidth), current.pointer)
        return (BufferPlan.pooledSize(outputHeight), BufferPlan.pooledSize(outputWidth))
    }

    private func run(_ block: ResidualNetwork.FoldedBlock, height: Int, width: Int) -> (height: Int, width: Int) {
        var residual = UnsafePointer(current.pointer)
        if let projection = block.projection {
            projection.run(
                current.pointer, height: height, width: width, residual: nil, relu: false, into: shortcut.pointer,
                scratch: scratch.pointer)
            residual = UnsafePointer(shortcut.pointer)
        }
        var image = UnsafePointer(current.pointer)
        var (height, width) = (height, width)
        for (index, convolution) in block.convolutions.enumerated() {
            let isLast = index + 1 == block.convolutions.count
            let output = isLast ? next : inner[index % 2]
            convolution.run(
                image, height: height, width: width, residual: isLast ? residual : nil, relu: true,
                into: output.pointer, scratch: scratch.pointer)
            image = UnsafePointer(output.pointer)
            (height, width) = (convolution.unit.outputSize(height), convolution.unit.outputSize(width))
        }
        swap(&current, &next)
        return (height, width)
    }
}

/// How many floats each buffer of a forward pass must hold.
struct BufferPlan {
    var outer = 0
    var shortcut = 0
    var inner = 0
    var scratch = 0

    static func pooledSize(_ size: Int) -> Int { (size - 1) / 2 + 1 }

    init(network: ResidualNetwork, height: Int, width: Int) {
        var (height, width) = (height, width)
        func pass(_ convolution: FoldedConvolution, _ size: inout (Int, Int), _ scratch: inout Int) -> Int {
            scratch = max(scratch, convolution.convolution.scratchCount(height: size.0, width: size.1))
            size = (convolution.unit.outputSize(size.0), convolution.unit.outputSize(size.1))
            return convolution.unit.outputChannels * size.0 * size.1
        }
        var size = (height, width)
        outer = pass(network.stem, &size, &scratch)
        (height, width) = size
        if network.architecture.stem == .imageNet {
            (height, width) = (Self.pooledSize(height), Self.pooledSize(width))
        }
        for block in network.blocks {
            if let projection = block.projection {
                var size = (height, width)
                shortcut = max(shortcut, pass(projection, &size, &scratch))
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
