import Foundation
import GantryCore
import GantryDICOM
import Testing

/// What the series rules and the decoder both ask is one predicate: they answer the same.
@Suite struct `What headers say can be decoded is decoded` {
    let reader: DICOMFileReader

    init() throws { reader = try DICOMFileReader() }

    private var native: EncodedCT {
        var bytes = Data()
        for value in 0..<23 * 29 { bytes.append(littleEndian: UInt16(value)) }
        return EncodedCT(transferSyntax: .explicitVRLittleEndian, pixelData: .native(bytes))
    }

    /// The rule's row for the image of a file, as a series of its own.
    private func row(_ rule: RuleName, of path: String) throws -> RuleOutcome {
        let instance = try reader.header(openPath: path, file: "file")
        let study = try #require(Study.grouping([instance]).first)
        let decision = try #require(SeriesSelection.decide(study, rules: SeriesRules()).decisions.first)
        return try #require(decision.rules.first { $0.rule == rule })
    }

    /// Whether the decoder takes it; other reasons than `reasons` are failures.
    private func decodes(_ file: EncodedCT, at path: String, refusing reasons: [FileReason]) throws -> Bool {
        do {
            _ = try file.decode(at: path, reader: reader)
            return true
        } catch let outcome as FileOutcome {
            #expect(reasons.contains(outcome.reason), "\(outcome.detail)")
            return false
        }
    }

    /// Native pixels are read whatever compression their file declares: that it is decoded is all that is asked here.
    @Test(arguments: [
        "1.2.1", "1.2.5", "1.2.4.50", "1.2.4.51", "1.2.4.53", "1.2.4.55", "1.2.4.57", "1.2.4.70", "1.2.4.80",
        "1.2.4.81",
        "1.2.4.90", "1.2.4.91", "1.2.4.92", "1.2.4.93", "1.2.4.201", "1.2.4.202", "1.2.4.203",
        "1.2.1.98", "1.2.4.52", "1.2.4.94", "1.2.4.95", "1.2.4.100", "1.2.4.102", "1.2.4.110", "1.2.4.204", "1.2.8.1",
        "77",
    ])
    func `transfer syntaxes`(suffix: String) throws {
        var file = native
        file.transferSyntax = TransferSyntax("1.2.840.10008." + suffix)
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            let isDecoded = try decodes(file, at: path, refusing: [.transferSyntaxUnsupported])
            #expect(try row(.decodable, of: path).passed == isDecoded)
        }
    }

    @Test(arguments: [8, 12, 16, 24, 32, 64]) func `bits allocated`(bits: Int) throws {
        var file = native
        file.bitsAllocated = bits
        file.bitsStored = 8
        file.pixelData = .native(Data(count: 23 * 29 * bits / 8 + 23 * 29 * bits / 8 % 2))
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            let isDecoded = try decodes(file, at: path, refusing: [.contentUnsupported])
            #expect(isDecoded == (bits == 8 || bits == 16))
            #expect(try row(.decodable, of: path).passed == isDecoded)
        }
    }

    @Test(arguments: ["MONOCHROME1", "MONOCHROME2", "MONOCHROME3", "monochrome2", "RGB", "PALETTE COLOR"])
    func `photometric interpretations`(word: String) throws {
        var file = native
        file.photometricInterpretation = word
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            let isDecoded = try decodes(file, at: path, refusing: [.contentUnsupported])
            #expect(isDecoded == ["MONOCHROME1", "MONOCHROME2"].contains(word.uppercased()))
            #expect(try row(.image, of: path).passed == isDecoded)
        }
    }

    @Test(arguments: ["HU", "hu", "Hu ", " hU", " ", "US", "HU2", "MGML", "HOUNSFIELD"])
    func `rescale types`(type: String) throws {
        var file = native
        file.rescaleIntercept = "-1024"
        file.others.append(EncodedCT.Element(0x0028_1054, "LO", type))
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            let isDecoded = try decodes(file, at: path, refusing: [.notHounsfield])
            #expect(isDecoded == ["HU", ""].contains(type.uppercased().filter { $0 != " " }))
            #expect(try row(.hounsfield, of: path).passed == isDecoded)
        }
    }

    @Test func `Number of Frames 0 is one frame where the pixels of one are there`() throws {
        var file = native
        file.numberOfFrames = 0
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            let decoded = try file.decode(at: path, reader: reader)
            #expect(decoded.values == (0..<23 * 29).map { Int16($0) })
            #expect(decoded.slice.remarks == [SliceRemark(.numberOfFramesZero, count: 1, ofPixels: 23 * 29)])
            #expect(!decoded.slice.remarks[0].isDoubtful)
            for count in [0, 23 * 29 * 2 - 2, 2 * 23 * 29 * 2] {
                file.pixelData = .native(Data(count: count))
                #expect(try !decodes(file, at: path, refusing: [.pixelDataIncomplete]))
            }
            file.numberOfFrames = -1
            file.pixelData = native.pixelData
            #expect(try !decodes(file, at: path, refusing: [.attributeInvalid]))
        }
    }
}
