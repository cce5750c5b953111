import CGantryKernels
import GantryCore
import GantryInference

/// A place in maps: Float32, or bfloat16 in half the bytes, as a kernel's `element` says.
struct MapPointer {
    let address: UnsafeMutableRawPointer
    /// A `gantry_element`.
    let element: Int32

    init(_ address: UnsafeMutableRawPointer, element: Int32) {
        (self.address, self.element) = (address, element)
    }

    /// Maps of Float32.
    init(_ floats: UnsafeMutablePointer<Float>) { self.init(floats, element: Precision.f32.element) }

    /// Bytes of a number.
    var size: Int { Int(gantry_element_size(element)) }

    /// The place `count` numbers further on.
    static func + (place: Self, count: Int) -> Self {
        Self(place.address + count * place.size, element: place.element)
    }

    /// Maps of Float32 as such, for products of matrices: layers that OpenBLAS computes have no others.
    var floats: UnsafeMutablePointer<Float> {
        precondition(element == Precision.f32.element, "OpenBLAS multiplies Float32")
        return address.assumingMemoryBound(to: Float.self)
    }

    /// Writes zeros over `count` numbers.
    func clear(count: Int) { address.initializeMemory(as: UInt8.self, repeating: 0, count: count * size) }

    /// Copies `count` numbers of the same element.
    func update(from other: Self, count: Int) { address.copyMemory(from: other.address, byteCount: count * size) }

    /// Whether no number is NaN or infinite.
    func isFinite(count: Int) -> Bool { gantry_is_finite(element, address, Int64(count)) }
}

/// Maps in memory that grows when a larger batch comes, and is kept.
final class MapBuffer {
    let element: Int32
    private var buffer = FloatBuffer(count: 0)

    init(element: Int32) { self.element = element }

    /// Makes it large enough for `count` numbers; what was in it is then undefined.
    func reserve(_ count: Int) {
        let floats = (count * Int(gantry_element_size(element)) + 3) / 4
        if buffer.count < floats { buffer = FloatBuffer(count: floats) }
    }

    var place: MapPointer { MapPointer(buffer.pointer, element: element) }
}
