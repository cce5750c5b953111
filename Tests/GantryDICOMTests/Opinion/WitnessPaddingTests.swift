import Foundation
import GantryCore
import GantryDICOM
import GantryTestSupport
import Testing

/// What is padding to one reader is padding to the other, or the other says that it does not know.
@Suite struct `Padding to both readers` {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let padding: UInt32 = 0x0028_0120
    private static let limit: UInt32 = 0x0028_0121

    /// Writes `files` by name and asks about all of them.
    private func opinions(_ files: [String: EncodedCT]) throws -> [String: SliceOpinion] {
        for (name, file) in files { try folder.write([UInt8](file.file), to: name) }
        let asked = try askedOpinions(files.keys.sorted(), root: folder.path)
        return Dictionary(uniqueKeysWithValues: asked.map { ($0.file, $0.opinion) })
    }

    /// 12 bits stored, every fifth cell 63536.
    private func image(_ others: [EncodedCT.Element]) -> EncodedCT {
        let cells = (0..<23 * 29).map { (index: Int) -> UInt16 in index % 5 == 0 ? 63536 : UInt16(index) }
        return EncodedCT(
            transferSyntax: .explicitVRLittleEndian, rescaleIntercept: "-1024", others: others,
            pixelData: .native(cells.reduce(into: Data()) { $0.append(littleEndian: $1) }))
    }

    /// 63536 in a value representation; nil where that has no such value.
    private static func value(_ vr: String) -> Data? {
        switch vr {
        case "US", "SS", "UN", "OB", "OW": Data([0x30, 0xF8])
        case "UL", "SL", "OL", "AT": Data([0x30, 0xF8, 0, 0])
        case "UV", "SV", "OV": Data([0x30, 0xF8, 0, 0, 0, 0, 0, 0])
        case "FL", "OF": withUnsafeBytes(of: Float(63536).bitPattern.littleEndian) { Data($0) }
        case "FD", "OD": withUnsafeBytes(of: Double(63536).bitPattern.littleEndian) { Data($0) }
        default: Data("63536 ".utf8)
        }
    }

    private static let representations = [
        "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "OB", "OD", "OF", "OL", "OV", "OW",
        "PN", "SH", "SL", "SS", "ST", "SV", "TM", "UC", "UI", "UL", "UN", "UR", "US", "UT", "UV",
    ]

    @Test(arguments: [padding, limit])
    func `what DCMTK does not read in any value representation is said, and is no difference`(tag: UInt32) throws {
        var files: [String: EncodedCT] = [:]
        for vr in Self.representations {
            guard let value = Self.value(vr) else { continue }
            let element = EncodedCT.Element(tag, vr, value)
            let other = EncodedCT.Element(tag == Self.padding ? Self.limit : Self.padding, "US", [63536])
            files[vr] = image(tag == Self.padding ? [element] : [element, other])
        }
        let opinions = try opinions(files)
        let keyword = tag == Self.padding ? "PixelPaddingValue" : "PixelPaddingRangeLimit"
        for (vr, opinion) in opinions {
            #expect(opinion.differences == [], "\(vr)")
            guard opinion.compared != .pixels else { continue }
            #expect(opinion.compared == .attributes && opinion.remark?.contains(keyword) == true, "\(vr)")
        }
        let compared = Set(opinions.filter { $0.value.compared == .pixels }.keys)
        #expect(compared == ["DS", "FD", "FL", "IS", "SL", "SS", "US"])
        #expect(opinions["UN"]?.compared == .attributes)
        #expect(opinions["UL"]?.compared == .attributes)
    }

    @Test func `what keeps both attributes and pixels from being compared is said of both`() throws {
        var file = image([EncodedCT.Element(Self.padding, "UN", Data([0x30, 0xF8]))])
        file.others.append(EncodedCT.Element(0x0020_0032, "LO", "1\\2\\3"))
        file.others.append(EncodedCT.Element(0x0020_0037, "DS", "1\\0\\0\\0\\1\\0"))
        file.others.append(EncodedCT.Element(0x0028_0030, "DS", "0.5\\0.5"))
        let opinion = try #require(try opinions(["a": file])["a"])
        #expect(opinion.compared == .attributes)
        #expect(opinion.unreadAttributes == ["PixelPaddingValue", "ImagePositionPatient"])
        #expect(
            opinion.remark == "DCMTK reads no PixelPaddingValue, ImagePositionPatient; "
                + "DCMTK reads no whole number in PixelPaddingValue")
        #expect(opinion.differences == [])
    }

    @Test func `an attribute that DCMTK cannot read is not said to be compared`() throws {
        var file = image([EncodedCT.Element(0x0020_0032, "LO", "1\\2\\3")])
        file.others.append(EncodedCT.Element(0x0020_0037, "DS", "1\\0\\0\\0\\1\\0"))
        file.others.append(EncodedCT.Element(0x0028_0030, "DS", "0.5\\0.5"))
        let opinion = try #require(try opinions(["a": file])["a"])
        #expect(opinion.compared == .pixels && opinion.unreadAttributes == ["ImagePositionPatient"])
        #expect(opinion.remark == "DCMTK reads no ImagePositionPatient")
        #expect(
            SecondOpinion(extent: .all, slices: [opinion]).summary
                == "DCMTK read 1 slice again: 1 compared in every pixel and those attributes that DCMTK reads; "
                + "no difference.")
    }

    /// How cells are laid out, and what of them is padding.
    private struct Layout {
        var allocated = 16
        var stored: Int
        var high: Int
        var isSigned: Bool
        var padding: UInt16
        var limit: UInt16?
        var overlayBit: UInt16?

        var name: String {
            "\(allocated) \(stored) \(high) \(isSigned) \(padding) \(limit ?? padding) \(overlayBit ?? 99)"
        }

        /// Every cell of 16 bits, and every one of 8 bits 256 times.
        private static let words = (0...UInt16.max).reduce(into: Data()) { $0.append(littleEndian: $1) }
        private static let bytes = Data((0..<256 * 256).map { UInt8(truncatingIfNeeded: $0) })

        var file: EncodedCT {
            var others = [EncodedCT.Element(0x0028_0120, "US", [padding])]
            if let limit { others.append(EncodedCT.Element(0x0028_0121, "US", [limit])) }
            if let overlayBit {
                others.append(EncodedCT.Element(0x6000_0100, "US", [16]))
                others.append(EncodedCT.Element(0x6000_0102, "US", [overlayBit]))
            }
            return EncodedCT(
                transferSyntax: .explicitVRLittleEndian, rows: 256, columns: 256, bitsAllocated: allocated,
                bitsStored: stored, highBit: high, isSigned: isSigned, rescaleIntercept: "-1000", others: others,
                pixelData: .native(allocated == 8 ? Self.bytes : Self.words))
        }
    }

    @Test func `every cell of every layout is padding to both readers or to none`() throws {
        var layouts: [Layout] = []
        for isSigned in [false, true] {
            for (stored, high) in [(12, 11), (12, 13), (12, 15), (15, 14), (16, 15)] {
                for overlayBit in [nil, 0, 12, 15] as [UInt16?] {
                    for (padding, limit) in [
                        (100, nil), (0x2064, nil), (63536, nil), (0x8000, nil), (0, 4096), (4095, 100), (63536, 65535),
                    ] as [(UInt16, UInt16?)] {
                        layouts.append(
                            Layout(
                                stored: stored, high: high, isSigned: isSigned, padding: padding, limit: limit,
                                overlayBit: overlayBit))
                    }
                }
            }
            for (stored, high) in [(6, 5), (6, 7), (8, 7)] {
                for overlayBit in [nil, 7] as [UInt16?] {
                    for (padding, limit) in [(20, nil), (200, nil), (10, 90), (65500, nil)] as [(UInt16, UInt16?)] {
                        layouts.append(
                            Layout(
                                allocated: 8, stored: stored, high: high, isSigned: isSigned, padding: padding,
                                limit: limit, overlayBit: overlayBit))
                    }
                }
            }
        }
        for some in stride(from: 0, to: layouts.count, by: 60).map({ layouts[$0..<min($0 + 60, layouts.count)] }) {
            let opinions = try opinions(Dictionary(uniqueKeysWithValues: some.map { ($0.name, $0.file) }))
            #expect(opinions.count == some.count)
            for (name, opinion) in opinions {
                #expect(opinion.compared == .pixels && opinion.remark == nil, "\(name)")
                #expect(opinion.differences == [], "\(name)")
            }
            for layout in some { try FileManager.default.removeItem(atPath: folder.path + "/" + layout.name) }
        }
    }

    @Test func `a stray cell over padding is no padding to either`() throws {
        var cells = [UInt16](repeating: 100, count: 23 * 29)
        cells[300] = 0x1064
        let file = EncodedCT(
            transferSyntax: .explicitVRLittleEndian, rescaleIntercept: "-1024",
            others: [EncodedCT.Element(Self.padding, "US", [100])],
            pixelData: .native(cells.reduce(into: Data()) { $0.append(littleEndian: $1) }))
        let opinion = try #require(try opinions(["a": file])["a"])
        #expect(opinion.compared == .pixels && opinion.differences == [] && opinion.remark == nil)
    }

    @Test func `where an overlay lies that DCMTK cannot read is said, and is no difference`() throws {
        let overlay = [
            EncodedCT.Element(0x6000_0100, "US", [16]), EncodedCT.Element(0x6000_0102, "UN", [15]),
            EncodedCT.Element(Self.padding, "US", [63536]),
        ]
        let opinion = try #require(try opinions(["a": image(overlay)])["a"])
        #expect(opinion.differences == [])
        #expect(opinion.compared == .pixels || opinion.remark?.contains("OverlayBitPosition") == true)
    }

    @Test func `functional groups left over in a plain CT image are nothing to either reader`() throws {
        let item = [
            EncodedCT.Element(0x0020_9113, item: [EncodedCT.Element(0x0020_0032, "DS", "7\\8\\9")]),
            EncodedCT.Element(
                0x0028_9145,
                item: [EncodedCT.Element(0x0028_1052, "DS", "5"), EncodedCT.Element(0x0028_1053, "DS", "2")]),
        ]
        let plain = [
            EncodedCT.Element(0x0020_0032, "DS", "1\\2\\3"), EncodedCT.Element(0x0020_0037, "DS", "1\\0\\0\\0\\1\\0"),
            EncodedCT.Element(0x0028_0030, "DS", "0.5\\0.5"),
        ]
        for groups in [item, []] {
            let opinion = try #require(
                try opinions(["a": image(plain + [EncodedCT.Element(0x5200_9230, item: groups)])])["a"])
            #expect(opinion.compared == .pixels && opinion.differences == [] && opinion.remark == nil)
        }
    }
}
