import GantryTestSupport
import GantrySandbox
import Testing

/// The shared memory, both sides in one process.
struct SliceRingTests {
    @Test func `slots are as large as the largest slice and as many as the memory allows`() throws {
        let limits = SandboxLimits(ringBytes: 1 << 20, ringSlots: 16)
        let chest = try #require(RingLayout(largestSlicePixels: 256 * 256, limits: limits))
        #expect(chest.slots == 8)
        #expect(chest.slotBytes == 256 * 256 * 2)
        let tiny = try #require(RingLayout(largestSlicePixels: 1, limits: limits))
        #expect(tiny.slots == 16)
        #expect(tiny.slotBytes == 4096)
        let whole = try #require(RingLayout(largestSlicePixels: 1 << 19, limits: limits))
        #expect(whole.slots == 1)
        #expect(RingLayout(largestSlicePixels: 1 << 19 + 1, limits: limits) == nil)
        #expect(RingLayout(largestSlicePixels: 0, limits: limits) == nil)
        #expect(RingLayout(largestSlicePixels: .max, limits: limits) == nil)
    }

    @Test func `slices of different sizes come out of their slots as they went in`() throws {
        let layout = try #require(RingLayout(largestSlicePixels: 5000, limits: SandboxLimits(ringSlots: 3)))
        let ring = try SliceRing(layout: layout)
        let writer = try SliceRingWriter(ring.descriptor, layout: layout)
        let sizes = [5000, 1, 4096]
        for (slot, pixels) in sizes.enumerated() {
            try writer.withSlot(slot, pixels: pixels) { values in
                for index in values.indices { values[index] = Int16(truncatingIfNeeded: index * 31 + slot) }
            }
        }
        for (slot, pixels) in sizes.enumerated() {
            let equal = try ring.withSlot(slot, pixels: pixels) { values in
                values.count == pixels
                    && values.indices.allSatisfy { values[$0] == Int16(truncatingIfNeeded: $0 * 31 + slot) }
            }
            #expect(equal)
        }
    }

    @Test func `a slot that is not there, and a slice that does not fit, are refused on both sides`() throws {
        let layout = try #require(RingLayout(largestSlicePixels: 2048, limits: SandboxLimits(ringSlots: 2)))
        let ring = try SliceRing(layout: layout)
        let writer = try SliceRingWriter(ring.descriptor, layout: layout)
        for (slot, pixels) in [(2, 1), (-1, 1), (0, 2049), (0, 0), (1, -1), (Int.max, Int.max)] {
            #expect(throws: SandboxFault.self) { try ring.withSlot(slot, pixels: pixels) { _ in } }
            #expect(throws: SandboxFault.self) { try writer.withSlot(slot, pixels: pixels) { _ in } }
        }
        try ring.withSlot(1, pixels: 2048) { #expect($0.count == 2048) }
    }

    @Test func `memory smaller than the layout says, or not sealed, is not mapped`() throws {
        let small = try #require(RingLayout(largestSlicePixels: 2048, limits: SandboxLimits(ringSlots: 1)))
        let large = try #require(RingLayout(largestSlicePixels: 2048, limits: SandboxLimits(ringSlots: 2)))
        let ring = try SliceRing(layout: small)
        #expect(throws: SandboxFault.self) { _ = try SliceRingWriter(ring.descriptor, layout: large) }
        let folder = try TemporaryFolder()
        try folder.write(repeatElement(0, count: 8192), to: "file")
        let file = try SafeFolder(path: folder.path).open("file")
        #expect(throws: SandboxFault.self) { _ = try SliceRingWriter(file.descriptor, layout: small) }
    }
}
