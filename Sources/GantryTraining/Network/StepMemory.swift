import GantryInference

/// What the layers of a network share: threads, parameters, and memory that is used by one layer after the other.
///
/// Memory grows when a larger batch comes, and is kept.
final class StepMemory {
    let team: WorkerTeam
    let store: ParameterStore
    /// What computes convolutions.
    let kernels: ConvolutionKernels
    /// What a number of a map is, a `gantry_element`: Float32 or bfloat16.
    let element: Int32
    /// A layer's input where that is not kept and the layer cannot compute it while it reads: computed anew from what
    /// the layer before it gave its batch norm.
    let activation: MapBuffer
    /// Gradients to maps between blocks: to a block's output, and to its input where that has another size.
    let outer: [MapBuffer]
    /// Gradients to maps within a block, in turn.
    let inner: [MapBuffer]
    /// Partial sums of weights' gradients.
    private(set) var partials = FloatBuffer(count: 0)
    /// Weights of one operation in another order.
    private(set) var packed = FloatBuffer(count: 0)
    /// Sums of pieces, in double.
    private(set) var sums = UnsafeMutableBufferPointer<Double>.allocate(capacity: 1)

    init(team: WorkerTeam, store: ParameterStore, kernels: ConvolutionKernels, element: Int32) {
        self.element = element
        activation = MapBuffer(element: element)
        outer = (0..<2).map { _ in MapBuffer(element: element) }
        inner = (0..<2).map { _ in MapBuffer(element: element) }
        self.kernels = kernels
        self.team = team
        self.store = store
    }

    deinit { sums.deallocate() }

    /// Sizes: numbers of maps (`activation`, `outer`, `inner`), floats (`partials`, `packed`, `scratch`) and doubles
    /// (`sums`).
    struct Needs {
        var activation = 0
        var outer = 0
        var inner = 0
        var partials = 0
        var packed = 0
        var scratch = 0
        var sums = 0

        /// The larger of each.
        mutating func include(_ other: Self) {
            activation = max(activation, other.activation)
            outer = max(outer, other.outer)
            inner = max(inner, other.inner)
            partials = max(partials, other.partials)
            packed = max(packed, other.packed)
            scratch = max(scratch, other.scratch)
            sums = max(sums, other.sums)
        }
    }

    /// Makes what there is large enough.
    func reserve(_ needs: Needs) {
        func grow(_ buffer: inout FloatBuffer, _ count: Int) {
            if buffer.count < count { buffer = FloatBuffer(count: count) }
        }
        activation.reserve(needs.activation)
        for buffer in outer { buffer.reserve(needs.outer) }
        for buffer in inner { buffer.reserve(needs.inner) }
        grow(&partials, needs.partials)
        grow(&packed, needs.packed)
        team.reserve(needs.scratch)
        if sums.count < needs.sums {
            sums.deallocate()
            sums = .allocate(capacity: needs.sums)
        }
    }
}
