import CGantryKernels
import GantryCore

/// The forward pass on Gantry's own kernels: NHWC maps, one layer after the other.
///
/// The stages with large maps take images one at a time, so that a layer's maps stay in the cache; the later stages,
/// whose weights are the larger part, take the images of a group together. An image's arithmetic is the same in a group
/// of any size.
final class PackedForwardPass: ForwardPass {
    /// Images in a group, at most.
    static let largestGroup = 4
    /// The stages before this one take images one at a time.
    private static let firstSharedStage = 2

    private typealias Layers = NetworkLayers<PackedConvolution>
    private let layers: Layers
    private let plan: MapsPlan
    private let earlyStage: Int
    private let input: FloatBuffer
    private let stemOutput: FloatBuffer
    /// Outputs of blocks, in turn.
    private let outer: [FloatBuffer]
    /// Where images wait for the others of their group.
    private let gathered: FloatBuffer
    private let shortcut: FloatBuffer
    /// Outputs of a block's convolutions before the last, in turn.
    private let inner: [FloatBuffer]
    private let features: FloatBuffer
    private let results: FloatBuffer
    private let scratch: FloatBuffer
    /// Sees what each convolution reads.
    private var observeInput: ((ConvolutionUnit, [Float]) -> Void)?

    init(
        layers: NetworkLayers<PackedConvolution>, architecture: ResidualArchitecture, kernels: ConvolutionKernels,
        height: Int, width: Int, group: Int
    ) {
        let plan = MapsPlan(
            layers: layers, architecture: architecture, kernels: kernels, height: height, width: width, group: group,
            firstSharedBlock: layers.blocks.firstIndex { $0.stage >= Self.firstSharedStage } ?? layers.blocks.count)
        self.layers = layers
        self.plan = plan
        earlyStage = architecture.earlyStage
        func buffer(_ shapes: [MapsShape]) -> FloatBuffer { FloatBuffer(count: shapes.map(\.count).max() ?? 0) }
        input = buffer([plan.input])
        stemOutput = buffer(plan.stemOutput.map { [$0] } ?? [])
        let outerShapes = plan.blockInputs.enumerated().filter { $0.offset != plan.firstSharedBlock }.map(\.element)
        outer = [buffer(outerShapes), buffer(outerShapes)]
        gathered = buffer([plan.blockInputs[plan.firstSharedBlock]])
        shortcut = buffer(plan.shortcuts.compactMap(\.self))
        inner = [buffer(plan.inner.joined().map(\.self)), buffer(plan.inner.joined().map(\.self))]
        features = buffer([plan.features])
        results = buffer([plan.results])
        let convolutions = layers.blocks.flatMap { $0.convolutions + ($0.projection.map { [$0] } ?? []) }
        let ends = [layers.stem] + (layers.last.map { [$0] } ?? [])
        scratch = FloatBuffer(count: (convolutions + ends).map(\.scratchCount).max() ?? 0)
    }

    func begin(_ image: UnsafePointer<Float>, index: Int, early: UnsafeMutablePointer<Float>?) {
        guard let early else { return begin(image, index: index) { _ in } }
        // The stages up to here take images one at a time.
        var stage = 0
        begin(image, index: index) { maps in
            if stage == earlyStage {
                var maps = maps
                gantry_channel_means(&maps, 0, early)
            }
            stage += 1
        }
    }

    func pooledFeatures(count: Int, into rows: UnsafeMutablePointer<Float>) {
        average(finish(count: count) { _ in })
        copy(plan.features.maps(in: features), count: count, to: rows)
    }

    func lastMaps(count: Int, into rows: UnsafeMutablePointer<Float>) {
        var maps = finish(count: count) { _ in }
        let size = Int(maps.channels * maps.height * maps.width)
        for index in 0..<count { gantry_maps_to_planes(&maps, Int32(index), rows + index * size) }
    }

    func logits(count: Int, into rows: UnsafeMutablePointer<Float>, features pooled: UnsafeMutablePointer<Float>?) {
        average(finish(count: count) { _ in })
        if let pooled { copy(plan.features.maps(in: features), count: count, to: pooled) }
        let output = plan.results.maps(in: results).first(count)
        layers.last?.run(
            plan.features.maps(in: features).first(count), residual: nil, relu: false, into: output,
            scratch: scratch.pointer)
        copy(output, count: count, to: rows)
    }

    func stageOutputs(_ image: UnsafePointer<Float>) -> [[Float]] {
        var outputs: [[Float]] = []
        begin(image, index: 0) { outputs.append($0.planes()) }
        _ = finish(count: 1) { outputs.append($0.planes()) }
        return outputs
    }

    func convolutionInputs(_ image: UnsafePointer<Float>, observe: @escaping (ConvolutionUnit, [Float]) -> Void) {
        observeInput = observe
        defer { observeInput = nil }
        begin(image, index: 0, early: nil)
        _ = finish(count: 1) { _ in }
    }

    private func run(
        _ convolution: PackedConvolution, _ input: gantry_maps, residual: gantry_maps? = nil, relu: Bool,
        into output: gantry_maps
    ) {
        observeInput?(convolution.unit, input.planes())
        convolution.run(input, residual: residual, relu: relu, into: output, scratch: scratch.pointer)
    }

    private func begin(_ image: UnsafePointer<Float>, index: Int, observe: (gantry_maps) -> Void) {
        var source = plan.input.maps(in: input)
        gantry_planes_to_maps(image, &source, 0)
        var first = blockInput(0, image: index)
        if let shape = plan.stemOutput {
            var unpooled = shape.maps(in: stemOutput)
            run(layers.stem, source, relu: true, into: unpooled)
            gantry_max_pool_maps(
                &unpooled, Int32(plan.poolTop), Int32(plan.poolLeft), &first)
        } else {
            run(layers.stem, source, relu: true, into: first)
        }
        observe(first)
        for block in 0..<plan.firstSharedBlock {
            run(block, from: blockInput(block, image: index), into: blockInput(block + 1, image: index), observe)
        }
    }

    /// Takes the gathered images through the remaining blocks; returns the last block's output.
    private func finish(count: Int, observe: (gantry_maps) -> Void) -> gantry_maps {
        for block in plan.firstSharedBlock..<layers.blocks.count {
            run(block, from: blockInput(block, count: count), into: blockInput(block + 1, count: count), observe)
        }
        return blockInput(layers.blocks.count, count: count)
    }

    /// The maps that block `index` reads and the one before it writes.
    private func blockInput(_ index: Int) -> gantry_maps {
        plan.blockInputs[index].maps(in: index == plan.firstSharedBlock ? gathered : outer[index % 2])
    }

    private func blockInput(_ index: Int, image: Int) -> gantry_maps {
        index == plan.firstSharedBlock ? blockInput(index).image(image) : blockInput(index)
    }

    private func blockInput(_ index: Int, count: Int) -> gantry_maps { blockInput(index).first(count) }

    private func run(_ index: Int, from input: gantry_maps, into output: gantry_maps, _ observe: (gantry_maps) -> Void)
    {
        let block = layers.blocks[index]
        let count = Int(input.images)
        var residual = input
        if let shape = plan.shortcuts[index] {
            residual = shape.maps(in: shortcut).first(count)
            if let projection = block.projection {
                run(projection, input, relu: false, into: residual)
            } else if let zeros = block.zeros {
                var (source, target) = (input, residual)
                gantry_shortcut_of_zeros(&source, Int32(zeros.stride), Int32(zeros.before), &target)
            }
        }
        var maps = input
        for (position, convolution) in block.convolutions.enumerated() {
            let isLast = position + 1 == block.convolutions.count
            let next = isLast ? output : plan.inner[index][position].maps(in: inner[position % 2]).first(count)
            run(convolution, maps, residual: isLast ? residual : nil, relu: true, into: next)
            maps = next
        }
        if layers.endsStage(index) { observe(output) }
    }

    private func average(_ maps: gantry_maps) {
        var (maps, output) = (maps, plan.features.maps(in: features).first(Int(maps.images)))
        gantry_average_maps(&maps, &output)
    }

    private func copy(_ maps: gantry_maps, count: Int, to rows: UnsafeMutablePointer<Float>) {
        let columns = Int(maps.channels)
        let values = maps.pixels.assumingMemoryBound(to: Float.self)
        for row in 0..<count {
            (rows + row * columns).update(from: values + row * Int(maps.image_step), count: columns)
        }
    }
}
