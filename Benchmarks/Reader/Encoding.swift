import GantryCore

/// One way the benchmark's series is encoded, and what the reader is to reach with it.
struct Encoding {
    /// Name of its folder.
    let folder: String
    /// What the writer is asked for; nil where another program makes the folder.
    let transferSyntax: TransferSyntax?
    /// Slices/s wanted, as a multiple of the best peer's.
    let aim: Double

    /// The five that hospitals send most.
    static let all = [
        Encoding(folder: "uncompressed", transferSyntax: .explicitVRLittleEndian, aim: 5),
        Encoding(folder: "rle", transferSyntax: .rleLossless, aim: 4),
        Encoding(folder: "jpeg-lossless", transferSyntax: .jpegLosslessSV1, aim: 1.5),
        Encoding(folder: "jpeg-ls", transferSyntax: .jpegLSLossless, aim: 1),
        Encoding(folder: "jpeg-2000", transferSyntax: nil, aim: 1),
    ]

    /// Slices/s of two readers wanted, as a multiple of one reader's.
    static let aimOfTwoReaders = 1.8
}
