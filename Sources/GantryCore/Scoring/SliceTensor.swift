/// One slice ready for the network.
///
/// **Shape** `[C, S, S]` CHW Float32, normalised; one channel or three.
public struct SliceTensor: Sendable, Equatable {
    /// Values, channel by channel, row by row.
    public let values: [Float]
    /// Side S.
    public let side: Int

    /// A tensor of these values; `values.count` must be a whole number of channels of side x side.
    public init(values: [Float], side: Int) {
        precondition(
            side > 0 && !values.isEmpty && values.count % (side * side) == 0,
            "a slice tensor has channels x side x side values")
        self.values = values
        self.side = side
    }

    /// Channels C.
    public var channels: Int { values.count / (side * side) }
}
