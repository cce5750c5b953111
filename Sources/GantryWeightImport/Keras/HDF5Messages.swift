import GantrySandbox

/// What a weights child is started with; it has the open file behind its channel.
package struct HDF5Job: ConfinedJob, Codable {
    package let parentProcessID: Int32
    package let addressSpaceBytes: Int
    let processorSeconds: Int

    static let fileDescriptor: Int32 = 4
    package static var readableDescriptor: Int32 { fileDescriptor }
}

/// The child's first message: what datasets of floats there are, or why none can be read.
///
/// Where the root has the attribute `model_config`, a message with its bytes follows. Then, dataset after dataset, come
/// their elements as Float32, little-endian, in pieces of at most `mostBytesOfPiece`.
struct HDF5Listing: Codable {
    struct Dataset: Codable, Hashable {
        /// From the root, as `layers/conv2d/vars/0`.
        let path: String
        let shape: [Int]
    }

    let datasets: [Dataset]
    let failure: String?
    /// Whether the message with `model_config` follows.
    var hasModelConfig: Bool?
    /// Why the library could not be loaded; nil where it could.
    var missingLibrary: String?

    static let mostBytesOfPiece = 4 << 20
    /// A ResNet-152 with its optimiser's state has about 2,500.
    static let mostDatasets = 20_000
    /// All datasets together: a wide ResNet-101 with an optimiser's state takes 1.5 GB.
    static let mostBytes = 4 << 30
    /// A ResNet-152's takes 500 kB. A message holds no more.
    static let mostBytesOfModelConfig = MessageChannel.maximumBytes
    static let tooMuch = "it holds more than any network's weights"
    /// The longest path; Keras names layers in a few words.
    static let longestPath = 512
}
