import Foundation

/// Float32 storage on cache-line boundaries, freed with its last reference. Its contents begin undefined, but for the
/// last cache line: vectors read past the end of what lies in it, and what they read there is multiplied by zero, so it
/// must be finite.
///
/// From 2 MiB on it lies on huge pages where the system gives them: fewer address translations while a layer passes
/// over it.
package final class FloatBuffer {
    package let count: Int
    package let pointer: UnsafeMutablePointer<Float>

    private static let hugePage = 2 << 20

    package init(count: Int) {
        self.count = count
        let byteCount = max(count, 1) * MemoryLayout<Float>.stride
        let isHuge = byteCount >= Self.hugePage
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: isHuge ? Self.hugePage : 64)
        // Only advice: without huge pages everything works, slower by some percent.
        if isHuge { _ = madvise(bytes, byteCount, MADV_HUGEPAGE) }
        pointer = bytes.bindMemory(to: Float.self, capacity: max(count, 1))
        let slack = min(count, 16)
        (pointer + count - slack).initialize(repeating: 0, count: slack)
    }

    package convenience init(_ values: [Float]) {
        self.init(count: values.count)
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { pointer.initialize(from: base, count: source.count) }
        }
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}

/// Float32 storage that is written once, before it is shared, and only read from then on.
///
/// `@unchecked Sendable`: the pointer is private, is filled in the initialiser alone, and every access hands out an
/// `UnsafePointer`.
package final class ConstantFloats: @unchecked Sendable {
    private let buffer: FloatBuffer

    package init(_ values: [Float]) { buffer = FloatBuffer(values) }

    package var count: Int { buffer.count }
    package var pointer: UnsafePointer<Float> { UnsafePointer(buffer.pointer) }
}
