import CGantryKernels
import GantryCore

/// The forward pass on Gantry's own kernels: NHWC maps, one layer after the other, each computed by all workers of the
/// pass together.
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
    /// What blocks read and write, by their places.
    private let outer: [FloatBuffer]
    /// The stem's output, until it is pooled; shortcuts of blocks whose output is not of the shortcut's element.
    private let passing: FloatBuffer
    /// Outputs of a block's convolutions before the last, in turn.
    private let inner: [FloatBuffer]
    private let features: FloatBuffer
    private let results: FloatBuffer
    /// Of each worker.
    private let scratch: [FloatBuffer]
    private let team: WorkerTeam
    /// Sees what each convolution reads, of a pass with one worker.
    private var observeInput: ((ConvolutionUnit, [Float]) -> Void)?

    init(
        layers: NetworkLayers<PackedConvolution>, architecture: ResidualArchitecture, kernels: ConvolutionKernels,
        shape: IdlePasses.Shape
    ) {
        let plan = MapsPlan(
            layers: layers, architecture: architecture, kernels: kernels, height: shape.height, width: shape.width,
            group: shape.group,
            firstSharedBlock: layers.blocks.firstIndex { $0.stage >= Self.firstSharedStage } ?? layers.blocks.count)
        self.layers = layers
        self.plan = plan
        earlyStage = architecture.earlyStage
        func buffer(_ shapes: [MapsShape]) -> FloatBuffer { FloatBuffer(count: shapes.map(\.count).max() ?? 0) }
        input = buffer([plan.input])
        outer = plan.placeCounts.map { FloatBuffer(count: $0) }
        let shortcuts = zip(plan.shortcuts, plan.blockInputs.dropFirst()).compactMap { shortcut, output in
            shortcut?.element == output.element ? nil : shortcut
        }
        passing = buffer((plan.stemOutput.map { [$0] } ?? []) + shortcuts)
        inner = [buffer(plan.inner.joined().map(\.self)), buffer(plan.inner.joined().map(\.self))]
        features = buffer([plan.features])
        results = buffer([plan.results])
        let convolutions = layers.blocks.flatMap { $0.convolutions + ($0.projection.map { [$0] } ?? []) }
        let ends = [layers.stem] + (layers.last.map { [$0] } ?? [])
        let scratchCount = (convolutions + ends).map(\.scratchCount).max() ?? 0
        team = WorkerTeam(workers: shape.workers, name: "layers")
        scratch = (0..<team.workers).map { _ in FloatBuffer(count: scratchCount) }
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
        team.together { share in
            average(finish(count: count, share) { _ in }, share)
            if share.worker == 0 { copy(plan.features.maps(in: features), count: count, to: rows) }
        }
    }

    func lastMaps(count: Int, into rows: UnsafeMutablePointer<Float>) {
        team.together { share in
            var maps = finish(count: count, share) { _ in }
            guard share.worker == 0 else { return }
            let size = Int(maps.channels * maps.height * maps.width)
            for index in 0..<count { gantry_maps_to_planes(&maps, Int32(index), rows + index * size) }
        }
    }

    func logits(count: Int, into rows: UnsafeMutablePointer<Float>, features pooled: UnsafeMutablePointer<Float>?) {
        let output = plan.results.maps(in: results).first(count)
        team.together { share in
            average(finish(count: count, share) { _ in }, share)
            if let pooled, share.worker == 0 { copy(plan.features.maps(in: features), count: count, to: pooled) }
            guard let last = layers.last else { return }
            compute(last, plan.features.maps(in: features).first(count), relu: false, into: output, share)
            share.meet()
            if share.worker == 0 { copy(output, count: count, to: rows) }
        }
    }

    func stageOutputs(_ image: UnsafePointer<Float>) -> [[Float]] {
        var outputs: [[Float]] = []
        begin(image, index: 0) { outputs.append($0.planes()) }
        team.together { share in
            _ = finish(count: 1, share) { outputs.append($0.planes()) }
        }
        return outputs
    }

    func convolutionInputs(_ image: UnsafePointer<Float>, observe: @escaping (ConvolutionUnit, [Float]) -> Void) {
        observeInput = observe
        defer { observeInput = nil }
        precondition(team.workers == 1, "one thread observes")
        begin(image, index: 0, early: nil)
        team.together { share in
            _ = finish(count: 1, share) { _ in }
        }
    }

    /// Computes this worker's part of a convolution; others may compute theirs still.
    private func compute(
        _ convolution: PackedConvolution, _ input: gantry_maps, residual: gantry_maps? = nil, relu: Bool,
        into output: gantry_maps, _ share: WorkerShare
    ) {
        observeInput?(convolution.unit, input.planes())
        guard let part = convolution.parts(of: output, workers: share.workers)[share.worker] else { return }
        convolution.run(
            input, residual: residual, relu: relu, into: output, part: part, scratch: scratch[share.worker].pointer)
    }

    /// Clears this worker's part of what a convolution reads around `maps`.
    private func clearBorder(_ maps: gantry_maps, _ shape: MapsShape, _ share: WorkerShare) {
        var maps = maps
        let rows = share.part(of: Int(maps.height))
        gantry_clear_border(&maps, Int32(shape.border), Int32(rows.lowerBound), Int32(rows.upperBound))
    }

    /// `observe` sees the output of the stem and of each stage, on one thread.
    private func begin(_ image: UnsafePointer<Float>, index: Int, observe: (gantry_maps) -> Void) {
        team.together { share in
            beginShare(image, index: index, share) { maps in
                if share.worker == 0 { observe(maps) }
            }
        }
    }

    private func beginShare(
        _ image: UnsafePointer<Float>, index: Int, _ share: WorkerShare, observe: (gantry_maps) -> Void
    ) {
        var source = plan.input.maps(in: input)
        let rows = share.part(of: Int(source.height))
        gantry_planes_to_maps(image, &source, 0, Int32(rows.lowerBound), Int32(rows.upperBound))
        clearBorder(source, plan.input, share)
        share.meet()
        var first = blockInput(0, image: index)
        clearBorder(first, plan.blockInputs[0], share)
        if let shape = plan.stemOutput {
            var unpooled = shape.maps(in: passing)
            compute(layers.stem, source, relu: true, into: unpooled, share)
            share.meet()
            let rows = share.part(of: Int(first.height))
            gantry_max_pool_maps(
                &unpooled, Int32(plan.poolTop), Int32(plan.poolLeft), &first, Int32(rows.lowerBound),
                Int32(rows.upperBound))
        } else {
            compute(layers.stem, source, relu: true, into: first, share)
        }
        share.meet()
        observe(first)
        for block in 0..<plan.firstSharedBlock {
            run(
                block, from: blockInput(block, image: index), into: blockInput(block + 1, image: index), share, observe)
        }
    }

    /// Takes the gathered images through the remaining blocks; returns the last block's output.
    private func finish(count: Int, _ share: WorkerShare, observe: (gantry_maps) -> Void) -> gantry_maps {
        for block in plan.firstSharedBlock..<layers.blocks.count {
            run(
                block, from: blockInput(block, count: count), into: blockInput(block + 1, count: count), share, observe)
        }
        return blockInput(layers.blocks.count, count: count)
    }

    /// The maps that block `index` reads and the one before it writes.
    private func blockInput(_ index: Int) -> gantry_maps {
        plan.blockInputs[index].maps(in: outer[plan.blockPlaces[index]])
    }

    private func blockInput(_ index: Int, image: Int) -> gantry_maps {
        index == plan.firstSharedBlock ? blockInput(index).image(image) : blockInput(index)
    }

    private func blockInput(_ index: Int, count: Int) -> gantry_maps { blockInput(index).first(count) }

    private func run(
        _ index: Int, from input: gantry_maps, into output: gantry_maps, _ share: WorkerShare,
        _ observe: (gantry_maps) -> Void
    ) {
        let block = layers.blocks[index]
        let count = Int(input.images)
        var residual = input
        if let shape = plan.shortcuts[index] {
            // In the output's place, where its numbers are the output's.
            residual =
                shape.element == plan.blockInputs[index + 1].element ? output : shape.maps(in: passing).first(count)
            // The first convolution reads the same maps: nobody waits between the two.
            if let projection = block.projection {
                compute(projection, input, relu: false, into: residual, share)
            } else if let zeros = block.zeros {
                var (source, target) = (input, residual)
                let rows = share.part(of: Int(target.height))
                gantry_shortcut_of_zeros(
                    &source, Int32(zeros.stride), Int32(zeros.before), &target, Int32(rows.lowerBound),
                    Int32(rows.upperBound))
            }
        }
        var maps = input
        for (position, convolution) in block.convolutions.enumerated() {
            let isLast = position + 1 == block.convolutions.count
            let shape = isLast ? plan.blockInputs[index + 1] : plan.inner[index][position]
            let next = isLast ? output : shape.maps(in: inner[position % 2]).first(count)
            clearBorder(next, shape, share)
            compute(convolution, maps, residual: isLast ? residual : nil, relu: true, into: next, share)
            share.meet()
            maps = next
        }
        if layers.endsStage(index) { observe(output) }
    }

    /// Into the features, which all can read then.
    private func average(_ maps: gantry_maps, _ share: WorkerShare) {
        var (maps, output) = (maps, plan.features.maps(in: features).first(Int(maps.images)))
        clearBorder(output, plan.features, share)
        let channels = share.part(of: Int(output.channels))
        let offset = channels.lowerBound * MemoryLayout<Float>.size
        (maps.pixels, output.pixels) = (maps.pixels + offset, output.pixels + offset)
        (maps.channels, output.channels) = (Int32(channels.count), Int32(channels.count))
        gantry_average_maps(&maps, &output)
        share.meet()
    }

    private func copy(_ maps: gantry_maps, count: Int, to rows: UnsafeMutablePointer<Float>) {
        let columns = Int(maps.channels)
        let values = maps.pixels.assumingMemoryBound(to: Float.self)
        for row in 0..<count {
            (rows + row * columns).update(from: values + row * Int(maps.image_step), count: columns)
        }
    }
}
