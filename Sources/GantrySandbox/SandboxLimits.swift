/// What a child process may use.
public struct SandboxLimits: Sendable, Hashable, Codable {
    /// Address space of the child, bytes, without the ring.
    public var addressSpaceBytes: Int
    /// Shared memory for slices on their way, bytes, at most; also the largest slice that can be read.
    public var ringBytes: Int
    /// Slices on their way, at most.
    public var ringSlots: Int
    /// Processor time of the child, whole seconds for each file.
    public var processorSecondsPerFile: Int

    /// 1 GiB of address space, 256 MiB and 16 slots of ring, 60 s of processor time a file, unless said otherwise.
    /// Values below what can work (64 MiB, 64 KiB, 1 slot, 1 s) or above what limits can express become the nearest
    /// that can.
    public init(
        addressSpaceBytes: Int = 1 << 30, ringBytes: Int = 256 << 20, ringSlots: Int = 16,
        processorSecondsPerFile: Int = 60
    ) {
        self.addressSpaceBytes = min(max(addressSpaceBytes, 64 << 20), 1 << 46)
        self.ringBytes = min(max(ringBytes, 64 << 10), 1 << 40)
        self.ringSlots = min(max(ringSlots, 1), 1024)
        self.processorSecondsPerFile = min(max(processorSecondsPerFile, 1), 1 << 24)
    }
}
