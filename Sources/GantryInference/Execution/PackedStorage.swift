/// One allocation for the packed weights of a network, filled while the network is loaded and only read from then on.
///
/// `@unchecked Sendable`: each layer has words of its own, which the thread that packs it fills before the network
/// exists; afterwards every access is through `pointer`, which does not let anybody write.
final class PackedStorage: @unchecked Sendable {
    private let buffer: FloatBuffer

    init(count: Int) { buffer = FloatBuffer(count: count) }

    var pointer: UnsafePointer<Float> { UnsafePointer(buffer.pointer) }

    /// The next whole number of cache lines.
    static func rounded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

    /// Writes `values` at `offset`, then zeros up to `count`.
    func fill(at offset: Int, with values: [Float], paddedTo count: Int) {
        fill(at: offset, count: count) { packed in
            for index in 0..<count { packed[index] = index < values.count ? values[index] : 0 }
        }
    }

    /// Lets `fill` write `count` words at `offset`, which begin on a cache line.
    func fill(at offset: Int, count: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void) {
        precondition(offset + count <= buffer.count, "the storage was made for the network's layers")
        fill(buffer.pointer + offset)
    }
}
