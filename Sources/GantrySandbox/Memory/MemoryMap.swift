import CSandbox

/// A map of shared memory; taken away with its owner.
struct MemoryMap: ~Copyable, @unchecked Sendable {
    // @unchecked: the address is never changed, and the memory is alive until deinit, which runs once. What lies in it
    // is numbers without meaning to this process's own safety; who may write which part when is `SliceRing`'s business.
    let address: UnsafeMutableRawPointer
    let bytes: Int

    init(_ descriptor: borrowing Descriptor, bytes: Int, writable: Bool) throws(SandboxFault) {
        var address: UnsafeMutableRawPointer?
        let result = csandbox_map_memory(descriptor.number, bytes, writable, &address)
        try result.orThrow(.memoryUnavailable, "shared memory of \(bytes) bytes could not be mapped")
        guard let address else {
            throw SandboxFault(.memoryUnavailable, subject: "", explanation: "the map has no address")
        }
        self.address = address
        self.bytes = bytes
    }

    deinit { csandbox_unmap_memory(address, bytes) }
}
