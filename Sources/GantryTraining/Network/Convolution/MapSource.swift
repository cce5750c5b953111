/// Maps that a convolution reads: as they lie, or a batch norm's output behind its ReLU, which nothing has written.
struct MapSource {
    let maps: MapPointer
    /// relu(scale * maps + shift) is meant, a scale and a shift a channel; nil for the maps themselves.
    var norm: (scale: UnsafePointer<Float>, shift: UnsafePointer<Float>)?
    /// Whether the ReLU is meant; false where it stands before the batch norm.
    var relu = true

    init(_ maps: MapPointer) { self.maps = maps }

    /// What `norm` makes of `maps`, behind the ReLU where there is one.
    init(_ maps: MapPointer, through norm: BatchNorm, relu: Bool = true) {
        self.maps = maps
        self.relu = relu
        self.norm = (UnsafePointer(norm.scale.pointer), UnsafePointer(norm.shift.pointer))
    }
}
