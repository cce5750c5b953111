/// How slices lie in the shared memory: `slots` of `slotBytes` each, one after the other.
public struct RingLayout: Sendable, Hashable, Codable {
    /// Number of slots, at least 1.
    public let slots: Int
    /// Bytes of one slot, a multiple of 4096.
    public let slotBytes: Int

    /// A ring for slices of up to `largestSlicePixels`, within `limits`; nil where not even one fits.
    public init?(largestSlicePixels: Int, limits: SandboxLimits) {
        guard largestSlicePixels > 0, largestSlicePixels <= limits.ringBytes / 2 else { return nil }
        slotBytes = (largestSlicePixels * 2 + 4095) / 4096 * 4096
        slots = min(limits.ringSlots, max(1, limits.ringBytes / slotBytes))
    }

    /// All slots together, bytes; nil where the layout makes no sense (it may come from another process).
    public var bytes: Int? {
        guard slots >= 1, slotBytes >= 4096, slotBytes.isMultiple(of: 4096) else { return nil }
        let (product, overflow) = slots.multipliedReportingOverflow(by: slotBytes)
        return overflow ? nil : product
    }

    /// Byte at which a slot begins; nil where there is no such slot or it cannot hold `pixels`.
    func offset(ofSlot slot: Int, pixels: Int) -> Int? {
        guard (0..<slots).contains(slot), pixels > 0, pixels <= slotBytes / 2 else { return nil }
        return slot * slotBytes
    }
}
