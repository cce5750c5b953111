/// Why the pixels of an image cannot become Hounsfield units here.
///
/// Asked by the series rules, of headers, and by the decoder, of the file it has open: one predicate for both, so that
/// nothing is announced that is not done.
package struct DecodingObstacle: Sendable, Hashable {
    /// What was found, in words that stand after "is" or "holds": `3 samples per pixel, RGB`.
    package var found: String
    /// The end of the file.
    package var reason: FileReason
}

extension PixelDescription {
    /// Why the image is not one of grey pixels; nil where it is.
    package var colourObstacle: DecodingObstacle? {
        let isGrey = ["MONOCHROME1", "MONOCHROME2"].contains(photometricInterpretation.uppercased())
        guard samplesPerPixel != 1 || !isGrey else { return nil }
        return DecodingObstacle(
            found: "\(counted(samplesPerPixel, "sample")) per pixel, \(photometricInterpretation)",
            reason: .contentUnsupported)
    }

    /// Why cells of these bits are not taken apart; nil where they are.
    package var cellObstacle: DecodingObstacle? {
        bitsAllocated == 8 || bitsAllocated == 16
            ? nil
            : DecodingObstacle(
                found: "\(bitsAllocated) bits allocated; 8 and 16 are read", reason: .contentUnsupported)
    }
}

extension TransferSyntax {
    /// Why pixel data of this transfer syntax is not decoded; nil where it is.
    package var decodingObstacle: DecodingObstacle? {
        isDecoded
            ? nil : DecodingObstacle(found: "\(nameAndUID), is not decoded", reason: .transferSyntaxUnsupported)
    }

    /// Whether pixel data of this transfer syntax is decoded here.
    package var isDecoded: Bool { Self.decoded.contains(self) }

    private static let decoded: Set<TransferSyntax> = [
        .implicitVRLittleEndian, .explicitVRLittleEndian, .deflatedExplicitVRLittleEndian, .explicitVRBigEndian,
        .rleLossless, .jpegBaseline, .jpegExtended, .jpegSpectralSelection, .jpegProgressive, .jpegLossless,
        .jpegLosslessSV1, .jpegLSLossless, .jpegLSNearLossless, .jpeg2000Lossless, .jpeg2000,
        TransferSyntax("1.2.840.10008.1.2.4.92"), TransferSyntax("1.2.840.10008.1.2.4.93"),
        .highThroughputJPEG2000Lossless, .highThroughputJPEG2000RPCLLossless, .highThroughputJPEG2000,
    ]
}

extension Rescale {
    /// Why rescaled values are no Hounsfield units; nil where they are.
    package var hounsfieldObstacle: DecodingObstacle? {
        guard rescaleSlope.isFinite, rescaleSlope != 0, rescaleIntercept.isFinite else {
            return DecodingObstacle(
                found: "Rescale Slope \(rescaleSlope), Intercept \(rescaleIntercept)", reason: .notHounsfield)
        }
        guard let type = rescaleType, !Self.saysHounsfield(type) else { return nil }
        return DecodingObstacle(found: "Rescale Type \(type)", reason: .notHounsfield)
    }

    /// Whether a Rescale Type or Modality LUT Type means Hounsfield units: `HU`, in upper or lower case, with spaces
    /// around it or not; nothing at all means HU too for CT.
    ///
    /// **Source** PS3.3 C.11.1.1.2, C.8.2.1; the case is that of files in the field, where nothing else is meant by it.
    package static func saysHounsfield(_ type: String) -> Bool {
        let letters = type.filter { $0 != " " && $0 != "\0" }
        return letters.isEmpty || letters.uppercased() == "HU"
    }
}
