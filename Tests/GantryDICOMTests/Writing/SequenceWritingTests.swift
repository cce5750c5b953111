import Foundation
import GantryCore
import GantryDICOMWriting
import GantryTestSupport
import Testing

@Suite struct `Writing sequences and frames` {
    let writer: DICOMObjectWriter

    init() throws { writer = try DICOMObjectWriter() }

    private func dump(_ object: DICOMObject) throws -> DCMDump {
        let folder = try TemporaryFolder()
        try writer.write(object, to: folder.path + "/object.dcm")
        return try DCMDump(folder.path + "/object.dcm")
    }

    private func object(
        _ elements: [DICOMElement], transferSyntax: TransferSyntax = .explicitVRLittleEndian,
        pixelData: DICOMPixelData? = nil
    ) -> DICOMObject {
        DICOMObject(transferSyntax: transferSyntax, elements: TestCT.elements(elements), pixelData: pixelData)
    }

    @Test(arguments: [
        TransferSyntax.implicitVRLittleEndian, .explicitVRLittleEndian, .explicitVRBigEndian,
        .deflatedExplicitVRLittleEndian,
    ])
    func `items hold attributes and further items, in order`(transferSyntax: TransferSyntax) throws {
        let item = [
            DICOMElement(
                "PlanePositionSequence", items: [[DICOMElement("ImagePositionPatient", "1\\2\\-3.5")]]),
            DICOMElement(
                "FrameContentSequence",
                items: [
                    [
                        DICOMElement("StackID", "Thorax über"), DICOMElement("DimensionIndexValues", "1\\4294967295"),
                        DICOMElement("FrameAcquisitionDuration", "0.25"),
                    ]
                ]),
        ]
        let second = [DICOMElement("FrameContentSequence", items: [[DICOMElement("StackID", "2")]])]
        let found = try dump(
            object(
                [
                    DICOMElement("PerFrameFunctionalGroupsSequence", items: [item, second]),
                    DICOMElement("AcquisitionContextSequence", items: []),
                    DICOMElement(
                        "DimensionIndexSequence", items: [[DICOMElement("DimensionIndexPointer", "(0020,9056)")]]),
                    DICOMElement("InstanceNumber", "7"),
                ], transferSyntax: transferSyntax))
        #expect(found.values("StackID") == ["Thorax über", "2"])
        #expect(found.depth("StackID") == 4 && found.depth("PlanePositionSequence") == 2)
        #expect(found.values("DimensionIndexValues") == ["1\\4294967295"])
        #expect(found.values("FrameAcquisitionDuration") == ["0.25"])
        #expect(found.values("ImagePositionPatient") == ["-10\\-20.5\\30", "1\\2\\-3.5"])
        #expect(found.values("DimensionIndexPointer") == ["(0020,9056)"])
        #expect(found.values("SpecificCharacterSet") == ["ISO_IR 192"])
        // Behind the sequences, and yet in the data set itself.
        #expect(found.values("InstanceNumber") == ["7"] && found.depth("InstanceNumber") == 0)
        #expect(found.values("AcquisitionContextSequence").count == 1)
    }

    @Test func `of two sequences of one keyword the last counts`() throws {
        let found = try dump(
            object(["1", "2"].map { DICOMElement("FrameContentSequence", items: [[DICOMElement("StackID", $0)]]) }))
        #expect(found.values("StackID") == ["2"])
    }

    @Test(arguments: [
        (DICOMElement("StackID", String(repeating: "x", count: 17)), DICOMFaultCode.attributeInvalid),
        (DICOMElement("NoSuchKeyword", "1"), .attributeUnknown),
        (DICOMElement("DimensionIndexPointer", "StackID"), .attributeInvalid),
        (DICOMElement("Modality", items: [[]]), .attributeInvalid),
        (DICOMElement("StackID", "a\0b"), .attributeInvalid),
    ])
    func `what is wrong in an item is named`(element: DICOMElement, code: DICOMFaultCode) throws {
        let fault = try #require(throws: DICOMFault.self) {
            try dump(object([DICOMElement("FrameContentSequence", items: [[element]])]))
        }
        #expect(fault.code == code && fault.subject == element.keyword, "\(fault)")
    }

    @Test(arguments: DICOMObjectWriter.transferSyntaxes)
    func `frames are written one after the other and counted`(transferSyntax: TransferSyntax) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/object.dcm"
        let values = TestCT.patterns(bitsStored: 12, isSigned: false, count: 3 * TestCT.rows * TestCT.columns)
        let pixels = DICOMPixelData(
            rows: TestCT.rows, columns: TestCT.columns, frames: 3, bitsStored: 12, isSigned: false, values: values)
        try writer.write(object([], transferSyntax: transferSyntax, pixelData: pixels), to: path)
        let found = try DCMDump(path)
        #expect(found.values("NumberOfFrames") == ["3"])
        #expect(found.values("TransferSyntaxUID").count == 1)
        if transferSyntax == .explicitVRLittleEndian {
            let bytes = values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
            #expect(try Data(contentsOf: URL(filePath: path)).suffix(bytes.count) == Data(bytes))
        } else if transferSyntax.isEncapsulated {
            // The offset table, then a fragment a frame.
            #expect(found.lines.count { $0.contains(" pi ") } == 4, "\(found.lines)")
        }
    }

    @Test func `a frame more than there are values is refused`() throws {
        for frames in [0, 2, Int(UInt32.max), Int(UInt32.max) + 2] {
            let pixels = DICOMPixelData(
                rows: TestCT.rows, columns: TestCT.columns, frames: frames, isSigned: false,
                values: TestCT.patterns(bitsStored: 16, isSigned: false))
            let fault = try #require(throws: DICOMFault.self) { try dump(object([], pixelData: pixels)) }
            #expect(fault.code == .pixelDataInvalid)
        }
    }
}

extension TransferSyntax {
    /// Whether pixel data lies in fragments.
    fileprivate var isEncapsulated: Bool { uid.hasPrefix("1.2.840.10008.1.2.4.") || self == .rleLossless }
}
