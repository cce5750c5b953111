import Foundation
import GantryCore
import GantryDICOM
import GantryDICOMWriting
import Testing

/// What a file says about loss before it was given its present transfer syntax.
@Suite struct LossyAttributesTests {
    @Test(arguments: [("12.5", 12.5), ("4\\12.5", 12.5), ("", nil)] as [(String, Double?)])
    func `the last ratio is that of the last compression`(text: String, ratio: Double?) throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file.dcm").path
            let loss = [
                DICOMElement("LossyImageCompression", "01"), DICOMElement("LossyImageCompressionRatio", text),
            ]
            let instance = try header(TestCT.elements(loss), path: path)
            #expect(instance.wasLossyCompressed && instance.lossyCompressionRatio == ratio)
            let none = try header(TestCT.elements(), path: path)
            #expect(!none.wasLossyCompressed && none.lossyCompressionRatio == nil)
        }
    }

    @Test func `a ratio that is no number is absent`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file.dcm").path
            let loss = [
                DICOMElement("LossyImageCompression", "01"), DICOMElement("LossyImageCompressionRatio", "999999"),
            ]
            #expect(try header(TestCT.elements(loss), path: path).lossyCompressionRatio == 999_999)
            // No writer would write it.
            var bytes = try Data(contentsOf: URL(filePath: path))
            let ratio = try #require(bytes.range(of: Data("999999".utf8)))
            bytes.replaceSubrange(ratio, with: Data("twelve".utf8))
            try bytes.write(to: URL(filePath: path))
            let instance = try DICOMFileReader().header(openPath: path, file: "f")
            #expect(instance.wasLossyCompressed && instance.lossyCompressionRatio == nil)
        }
    }

    private func header(_ elements: [DICOMElement], path: String) throws -> SOPInstance {
        let pixels = DICOMPixelData(
            rows: TestCT.rows, columns: TestCT.columns, bitsStored: 12, isSigned: false,
            values: TestCT.patterns(bitsStored: 12, isSigned: false))
        try DICOMObjectWriter().write(
            DICOMObject(transferSyntax: .explicitVRLittleEndian, elements: elements, pixelData: pixels), to: path)
        return try DICOMFileReader().header(openPath: path, file: "f")
    }
}
