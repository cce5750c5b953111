import GantryGround

/// Where a run's images come from: decoded, prepared, and changed as the epoch wants it.
package protocol TrainingInputs: Sendable {
    /// Writes the input of image `index`, CHW, normalised: as it is met in `epoch`, or unchanged where that is nil.
    ///
    /// The same values whenever, and from whatever thread, it is asked for. **Throws** where the disk fails.
    func write(_ index: Int, epoch: Int?, into input: UnsafeMutableBufferPointer<Float>) throws(FileFailure)
}
