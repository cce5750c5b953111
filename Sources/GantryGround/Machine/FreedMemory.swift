import CLinux

/// What becomes of memory that this process frees.
package enum FreedMemory {
    /// From now on blocks of `bytes` and more go back to the system when they are freed. Left alone, the allocator
    /// keeps them in its heap once one was freed, with gaps between them.
    ///
    /// **Source** mallopt(3), `M_MMAP_THRESHOLD`.
    package static func returnBlocks(from bytes: Int) { _ = mallopt(M_MMAP_THRESHOLD, Int32(clamping: bytes)) }
}
