import CGantryKernels
import GantryCore
import GantryInference

/// What stands before the first block: a convolution, its batch norm and ReLU in the network's order, and the pool
/// where there is one.
final class TrainableStem {
    let unit: TrainableUnit
    /// The output's size.
    let height: Int
    let width: Int
    private let pools: Bool
    /// Rows above and columns before the convolution's output that the pool looks at besides.
    private let top: Int
    private let left: Int
    private let memory: StepMemory
    /// Of the stem, after the pool.
    var output: MapPointer { maps.place }
    private let maps: MapBuffer
    /// Which pixel of its window each pooled number is.
    private var places: [UInt8] = []

    init(_ architecture: ResidualArchitecture, height: Int, width: Int, memory: StepMemory) {
        let geometry = ConvolutionGeometry(unit: architecture.stemUnit, inputHeight: height, inputWidth: width)
        unit = TrainableUnit(geometry, architecture: architecture, memory: memory)
        pools = architecture.stemPool == .max
        self.memory = memory
        maps = MapBuffer(element: memory.element)
        top = architecture.poolPaddingBefore(geometry.outputHeight)
        left = architecture.poolPaddingBefore(geometry.outputWidth)
        self.height = architecture.stemPool.outputSize(geometry.outputHeight)
        self.width = architecture.stemPool.outputSize(geometry.outputWidth)
    }

    /// Numbers of an image's output.
    private var outputCount: Int { height * width * unit.unit.outputChannels }

    /// Makes room for a batch, and says what it needs besides.
    func reserve(images: Int) -> StepMemory.Needs {
        maps.reserve(images * outputCount)
        if pools, places.count < images * outputCount { places = [UInt8](repeating: 0, count: images * outputCount) }
        var needs = unit.reserve(images: images)
        needs.outer = images * max(unit.outputCount, outputCount)
        let pieces = max(images, unit.elementwisePieces(images: images).count)
        needs.sums = max(needs.sums, pieces * 2 * unit.unit.outputChannels)
        return needs
    }

    /// `input`: NHWC. The output is in `output` then.
    func forward(_ input: MapPointer, images: Int, mode: TrainableUnit.Mode) {
        unit.convolve(MapSource(input), images: images, mode: mode)
        guard pools else { return unit.activate(images: images, into: output) }
        let geometry = unit.geometry
        places.withUnsafeMutableBufferPointer { places in
            guard let places = places.baseAddress else { return }
            memory.team.forEach(images) { _, image in
                gantry_max_pool_rows(
                    memory.element, (unit.output + image * unit.outputCount).address, unit.norm.scale.pointer,
                    unit.norm.shift.pointer, Int32(geometry.outputHeight), Int32(geometry.outputWidth),
                    Int32(unit.unit.outputChannels), Int32(top), Int32(left), !unit.unit.activatesFirst,
                    (output + image * outputCount).address, places + image * outputCount)
            }
        }
    }

    /// From the gradient to the output, in `memory.outer[gradient]`, to that to the input, NHWC, where there is room
    /// for it.
    func backward(
        _ input: MapPointer, gradient: Int, images: Int, isLive: Bool, into inputGradient: MapPointer?
    ) {
        guard let sums = memory.sums.baseAddress else { return }
        let channels = unit.unit.outputChannels
        let outer = memory.outer[gradient].place
        // Where the gradient to the batch norm's output lies.
        let own = pools ? memory.outer[1 - gradient].place : outer
        let pieces = pools ? Pieces(images, count: images) : unit.elementwisePieces(images: images)
        let share = pools ? unit.geometry.outputPixels : 1
        places.withUnsafeBufferPointer { places in
            memory.team.forEach(pieces.count) { _, piece in
                let (first, rows) = (pieces[piece].lowerBound * share * channels, pieces[piece].count * share)
                let sum = sums + piece * 2 * channels
                if pools, let places = places.baseAddress {
                    gantry_max_pool_gradient(
                        memory.element, (outer + piece * outputCount).address, places + piece * outputCount,
                        Int32(unit.geometry.outputHeight), Int32(unit.geometry.outputWidth), Int32(channels),
                        Int32(top), Int32(left), (own + first).address)
                }
                unit.takeSums(first: first, rows: rows, (own + first).address, sum)
            }
        }
        unit.norm.takeGradient(
            sums, pieces: pieces.count, count: images * unit.geometry.outputPixels, isLive: isLive)
        unit.normGradient(own, images: images, isLive: isLive, into: own)
        unit.learn(MapSource(input), gradient: own, images: images)
        if let inputGradient { unit.backward(own, images: images, adds: false, into: inputGradient) }
    }

    /// The first layer with a number that is not finite, or nil.
    func nonFiniteLayer(images: Int) -> String? {
        if let found = unit.nonFiniteLayer(images: images) { return found }
        let name = pools ? "maxpool" : "relu"
        return output.isFinite(count: images * outputCount) ? nil : name
    }
}
