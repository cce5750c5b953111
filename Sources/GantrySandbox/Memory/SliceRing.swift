import CSandbox

/// The parent's side of the shared memory through which slices come from the child: it makes it and reads it.
///
/// The parent alone says which slot is written next, so a slot is never reused while it is read. A child that does not
/// keep to that changes values, never sizes: the memory is sealed against shrinking, and lengths are the parent's own.
public final class SliceRing: Sendable {
    /// Number and size of the slots.
    public let layout: RingLayout
    /// The shared memory, to be given to a child.
    public let descriptor: Descriptor
    private let map: MemoryMap

    /// New shared memory of this layout, all zero.
    ///
    /// **Throws** `.memoryUnavailable`.
    public init(layout: RingLayout) throws(SandboxFault) {
        guard let bytes = layout.bytes else { throw .noRing }
        var number: Int32 = -1
        try csandbox_create_memory(bytes, &number).orThrow(.memoryUnavailable, "no shared memory of \(bytes) bytes")
        let memory = Descriptor(owning: number)
        map = try MemoryMap(memory, bytes: bytes, writable: false)
        descriptor = memory
        self.layout = layout
    }

    /// Calls `body` with the first `pixels` values of a slot, where they lie.
    ///
    /// **Throws** `.memoryUnavailable` where there is no such slot or it does not hold that many.
    public func withSlot<Result>(
        _ slot: Int, pixels: Int, _ body: (Span<Int16>) -> Result
    ) throws(SandboxFault) -> Result {
        guard let offset = layout.offset(ofSlot: slot, pixels: pixels) else { throw .noRing }
        let values = UnsafeRawBufferPointer(start: map.address + offset, count: pixels * 2)
        return values.withMemoryRebound(to: Int16.self) { body($0.span) }
    }
}

/// The child's side: it writes where the parent says.
public struct SliceRingWriter: ~Copyable, Sendable {
    /// Number and size of the slots.
    public let layout: RingLayout
    private let map: MemoryMap

    /// Maps the shared memory that the parent made.
    ///
    /// **Throws** `.memoryUnavailable` where it is not of that layout.
    public init(_ descriptor: borrowing Descriptor, layout: RingLayout) throws(SandboxFault) {
        guard let bytes = layout.bytes else { throw .noRing }
        map = try MemoryMap(descriptor, bytes: bytes, writable: true)
        self.layout = layout
    }

    /// Calls `body` with room for `pixels` values in a slot.
    ///
    /// **Throws** `.memoryUnavailable` where there is no such slot or it does not hold that many.
    public func withSlot<Result>(
        _ slot: Int, pixels: Int, _ body: (UnsafeMutableBufferPointer<Int16>) -> Result
    ) throws(SandboxFault) -> Result {
        guard let offset = layout.offset(ofSlot: slot, pixels: pixels) else { throw .noRing }
        let values = UnsafeMutableRawBufferPointer(start: map.address + offset, count: pixels * 2)
        return values.withMemoryRebound(to: Int16.self) { body($0) }
    }
}

extension SandboxFault {
    fileprivate static let noRing = SandboxFault(
        .memoryUnavailable, subject: "", explanation: "the ring has no such slot, or none so large")
}
