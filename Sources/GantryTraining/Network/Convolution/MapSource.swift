/// Maps that a convolution reads: as they lie, or a batch norm's output behind its ReLU, which nothing has written.
struct MapSource {
    let maps: UnsafePointer<Float>
    /// relu(scale * maps + shift) is meant, a scale and a shift a channel; nil for the maps themselves.
    var norm: (scale: UnsafePointer<Float>, shift: UnsafePointer<Float>)?

    init(_ maps: UnsafePointer<Float>) { self.maps = maps }

    /// What `norm` makes of `maps`, behind the ReLU.
    init(_ maps: UnsafePointer<Float>, through norm: BatchNorm) {
        self.maps = maps
        self.norm = (UnsafePointer(norm.scale.pointer), UnsafePointer(norm.shift.pointer))
    }
}
