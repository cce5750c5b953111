/// What a file's native pixels are in Hounsfield units, worked out without the reader: by the standard's formulas, value by value.
///
/// **Source** PS3.3 C.7.6.3.1.1, C.11.1; PS3.5 8.1.1, annex D.
package enum PixelTruth {
    /// Rows x columns values of the only frame, padding kept; nil for a file that is not plain enough to be sure: one that does not keep to the
    /// standard, has several frames, is compressed, or says something twice.
    package static func hounsfield(of file: [UInt8]) -> [Int16]? {
        guard let tree = DICOMTree(parsing: file), let pixels = tree.only(.pixelData)?.bytes,
            let description = tree.description, tree.dataSet.allSatisfy({ $0.tag != .modalityLUTSequence }),
            tree.dataSet.allSatisfy({ $0.tag != .numberOfFrames }), tree.hasUniqueTags
        else { return nil }
        let bytesEach = description.bitsAllocated / 8
        let count = description.rows * description.columns
        guard pixels.count >= count * bytesEach else { return nil }
        let shift = description.highBit + 1 - description.bitsStored
        let mask = (1 << description.bitsStored) - 1
        return (0..<count).map { index in
            var pattern = Int(pixels[index * bytesEach])
            if bytesEach == 2 {
                let other = Int(pixels[index * 2 + 1])
                pattern = tree.form.isBigEndian ? pattern << 8 | other : other << 8 | pattern
            }
            var stored = pattern >> shift & mask
            if description.isSigned && stored >> (description.bitsStored - 1) == 1 {
                stored -= 1 << description.bitsStored
            }
            let value = Double(stored) * description.slope + description.intercept
            return Int16(min(max(value.rounded(.toNearestOrEven), -32768), 32767))
        }
    }

    /// Whether a file of `byteCount` bytes can hold `pixels` uncompressed values of `bitsAllocated`.
    package static func canHold(pixels: Int, bitsAllocated: Int, byteCount: Int) -> Bool {
        pixels * bitsAllocated / 8 <= byteCount
    }
}

/// What the pixel module of a plain file says.
private struct PixelNumbers {
    var rows: Int
    var columns: Int
    var bitsAllocated: Int
    var bitsStored: Int
    var highBit: Int
    var isSigned: Bool
    var slope: Double
    var intercept: Double
}

extension DICOMTree {
    fileprivate var hasUniqueTags: Bool { Set(dataSet.map(\.tag)).count == dataSet.count }

    private func short(_ tag: Tag) -> Int? {
        guard let element = only(tag), element.vr.isEmpty || element.vr == Array("US".utf8) else { return nil }
        return number(of: element)
    }

    private func decimal(_ tag: Tag) -> Double? {
        guard let element = only(tag), element.vr.isEmpty || element.vr == Array("DS".utf8), let bytes = element.bytes,
            bytes.allSatisfy({ "+-.eE0123456789 ".utf8.contains($0) })
        else { return nil }
        return Double(String(decoding: bytes, as: UTF8.self).filter { $0 != " " })
    }

    fileprivate var description: PixelNumbers? {
        guard let rows = short(.rows), let columns = short(.columns), let bitsAllocated = short(.bitsAllocated),
            let bitsStored = short(.bitsStored), let highBit = short(.highBit), let sign = short(.pixelRepresentation),
            let samples = short(.samplesPerPixel), let slope = decimal(.rescaleSlope),
            let intercept = decimal(.rescaleIntercept), slope.isFinite, intercept.isFinite, samples == 1,
            bitsAllocated == 8 || bitsAllocated == 16, (1...bitsAllocated).contains(bitsStored),
            (bitsStored - 1..<bitsAllocated).contains(highBit), sign == 0 || sign == 1
        else { return nil }
        return PixelNumbers(
            rows: rows, columns: columns, bitsAllocated: bitsAllocated, bitsStored: bitsStored, highBit: highBit,
            isSigned: sign == 1, slope: slope, intercept: intercept)
    }
}
