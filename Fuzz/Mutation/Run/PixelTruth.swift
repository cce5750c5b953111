/// What a file's native pixels are in Hounsfield units, worked out without the reader: by the standard's formulas,
/// value by value.
///
/// **Source** PS3.3 C.7.6.3.1.1, C.11.1; PS3.5 8.1.1, annex D.
package enum PixelTruth: Equatable {
    /// Rows x columns values of the only frame, padding kept.
    case values([Int16])
    /// The file holds fewer pixels than its attributes say.
    case incomplete

    /// The truth about a file's bytes; nil for a file that is not plain enough to be sure: one that does not keep to
    /// the standard, has several frames, is compressed in another way than run-length encoding, or says something
    /// twice.
    package init?(_ file: [UInt8]) {
        guard let tree = DICOMTree(parsing: file), let description = tree.description, tree.hasUniqueTags,
            tree.dataSet.allSatisfy({ $0.tag != .modalityLUTSequence && $0.tag != .numberOfFrames }),
            let pixels = Self.pixelBytes(tree, description)
        else { return nil }
        let bytesEach = description.bitsAllocated / 8
        let count = description.rows * description.columns
        guard pixels.count >= count * bytesEach else {
            self = .incomplete
            return
        }
        let isBigEndian = tree.form.isBigEndian
        self = .values(
            (0..<count).map { index in
                var pattern = Int(pixels[index * bytesEach])
                if bytesEach == 2 {
                    let other = Int(pixels[index * 2 + 1])
                    pattern = isBigEndian ? pattern << 8 | other : other << 8 | pattern
                }
                return description.hounsfield(pattern)
            })
    }

    /// Native pixel data, or what run-length encoding becomes.
    private static func pixelBytes(_ tree: DICOMTree, _ description: PixelNumbers) -> [UInt8]? {
        let element = tree.only(.pixelData)
        guard tree.transferSyntax == "1.2.840.10008.1.2.5" else {
            let isNative = ["", ".1", ".2"].contains { tree.transferSyntax == "1.2.840.10008.1.2" + $0 }
            return isNative ? element?.bytes : nil
        }
        guard case .fragments(let fragments, _)? = element?.content else { return nil }
        let frame = Array(fragments.dropFirst().joined())
        let count = description.rows * description.columns
        let segments = description.bitsAllocated / 8
        func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(frame[at + $1]) << (8 * $1) } }
        guard frame.count >= 64, number(0) == segments else { return nil }
        let starts = (0..<segments).map { number(4 + 4 * $0) } + [frame.count]
        var bytes = [UInt8](repeating: 0, count: count * segments)
        for segment in 0..<segments {
            guard starts[segment] >= 64, starts[segment] <= starts[segment + 1], starts[segment + 1] <= frame.count
            else { return nil }
            let plane = unpacked(frame[starts[segment]..<starts[segment + 1]])
            guard plane.count >= count else { return [] }
            // The first segment holds the higher bytes.
            for index in 0..<count { bytes[index * segments + segments - 1 - segment] = plane[index] }
        }
        return bytes
    }

    /// **Source** PS3.5 G.3.1.
    private static func unpacked(_ segment: ArraySlice<UInt8>) -> [UInt8] {
        var rest = segment
        var plane: [UInt8] = []
        while let control = rest.popFirst() {
            if control < 128 {
                plane += rest.prefix(Int(control) + 1)
                rest = rest.dropFirst(Int(control) + 1)
            } else if control > 128, let value = rest.popFirst() {
                plane += [UInt8](repeating: value, count: 257 - Int(control))
            }
        }
        return plane
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

    /// The rescaled value of a bit pattern, rounded to the nearest and clamped.
    func hounsfield(_ pattern: Int) -> Int16 {
        var stored = pattern >> (highBit + 1 - bitsStored) & ((1 << bitsStored) - 1)
        if isSigned && stored >> (bitsStored - 1) == 1 { stored -= 1 << bitsStored }
        let value = Double(stored) * slope + intercept
        return Int16(min(max(value.rounded(.toNearestOrEven), -32768), 32767))
    }
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
