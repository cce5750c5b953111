import GantryTestSupport
import Foundation
import GantryCore
import GantryDICOM
import GantryDICOMWriting
import GantryGround
import Testing

@Suite struct `The digest of encoded pixels` {
    let reader: DICOMFileReader

    init() throws { reader = try DICOMFileReader() }

    @Test func `native pixels have the digest of their little-endian bytes, in every native syntax`() throws {
        let patterns = TestCT.patterns(bitsStored: 12, isSigned: false, count: 600 * 500)
        let bytes = patterns.withUnsafeBytes { Data($0) }
        for transferSyntax in [
            TransferSyntax.implicitVRLittleEndian, .explicitVRLittleEndian, .explicitVRBigEndian,
            .deflatedExplicitVRLittleEndian,
        ] {
            let digest = try digest(transferSyntax, patterns, rows: 600, columns: 500)
            #expect(digest == SHA256.hash(bytes), "\(transferSyntax)")
        }
    }

    @Test(arguments: [TransferSyntax.explicitVRLittleEndian, .rleLossless, .jpegLSLossless])
    func `other attributes have no influence, pixels have`(transferSyntax: TransferSyntax) throws {
        var patterns = TestCT.patterns(bitsStored: 12, isSigned: false)
        let first = try digest(transferSyntax, patterns)
        let renamed = try digest(transferSyntax, patterns, [DICOMElement("PatientName", "Another^One")])
        #expect(first == renamed)
        patterns[5] ^= 1
        #expect(try digest(transferSyntax, patterns) != first)
    }

    @Test func `a file without pixels has none`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file.dcm").path
            try DICOMObjectWriter().write(
                DICOMObject(transferSyntax: .explicitVRLittleEndian, elements: TestCT.elements()), to: path)
            let outcome = try #require(throws: FileOutcome.self) {
                try reader.encodedPixelDigest(openPath: path, file: "f")
            }
            #expect(outcome.reason == .pixelDataIncomplete)
        }
    }

    private func digest(
        _ transferSyntax: TransferSyntax, _ patterns: [UInt16], _ changes: [DICOMElement] = [],
        rows: Int = TestCT.rows, columns: Int = TestCT.columns
    ) throws -> [UInt8] {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file.dcm").path
            let pixels = DICOMPixelData(rows: rows, columns: columns, bitsStored: 12, isSigned: false, values: patterns)
            try DICOMObjectWriter().write(
                DICOMObject(transferSyntax: transferSyntax, elements: TestCT.elements(changes), pixelData: pixels),
                to: path)
            return try reader.encodedPixelDigest(openPath: path, file: "f")
        }
    }
}
