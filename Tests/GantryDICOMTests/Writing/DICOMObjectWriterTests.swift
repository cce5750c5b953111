import GantryTestSupport
import Foundation
import GantryCore
import GantryDICOM
import GantryDICOMWriting
import Testing

@Suite struct `Writing DICOM objects` {
    static let transferSyntaxes: [TransferSyntax] = [
        .implicitVRLittleEndian, .explicitVRLittleEndian, .explicitVRBigEndian, .deflatedExplicitVRLittleEndian,
        .rleLossless, .jpegLosslessSV1, .jpegLSLossless,
    ]

    let reader: DICOMFileReader
    let writer: DICOMObjectWriter

    init() throws {
        reader = try DICOMFileReader()
        writer = try DICOMObjectWriter()
    }

    @Test(arguments: transferSyntaxes, [false, true])
    func `every pixel comes back from every transfer syntax`(transferSyntax: TransferSyntax, isSigned: Bool) throws {
        try withTemporaryFolder { folder in
            for (bitsAllocated, bitsStored) in [(8, 8), (16, 12), (16, 16)] where !(isSigned && bitsAllocated == 8) {
                let path = folder.appending(path: "slice.dcm").path
                let patterns = TestCT.patterns(bitsStored: bitsStored, isSigned: isSigned)
                let pixels = DICOMPixelData(
                    rows: TestCT.rows, columns: TestCT.columns, bitsAllocated: bitsAllocated, bitsStored: bitsStored,
                    isSigned: isSigned, values: patterns)
                let elements = TestCT.elements([DICOMElement("RescaleIntercept", isSigned ? "0" : "-32768")])
                try writer.write(
                    DICOMObject(transferSyntax: transferSyntax, elements: elements, pixelData: pixels), to: path)
                let instance = try reader.header(openPath: path, file: "f")
                #expect(instance.transferSyntax == transferSyntax)
                #expect(instance.sopInstanceUID.value == "1.2.826.0.1.3680043.10.1")
                #expect(!instance.wasLossyCompressed)
                #expect(
                    instance.pixels
                        == PixelDescription(
                            rows: TestCT.rows, columns: TestCT.columns, bitsAllocated: bitsAllocated,
                            bitsStored: bitsStored, isSigned: isSigned))
                let expected = patterns.map {
                    Int16(clamping: TestCT.value($0, isSigned: isSigned) - (isSigned ? 0 : 32768))
                }
                let values = try TestCT.hounsfield(path, reader: reader).values
                #expect(values == expected, "\(transferSyntax), \(bitsStored) of \(bitsAllocated) bits")
            }
        }
    }

    @Test(arguments: transferSyntaxes)
    func `attributes come back as they were, text in UTF-8`(transferSyntax: TransferSyntax) throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "slice.dcm").path
            let elements = TestCT.elements([
                DICOMElement("PatientName", "Müller^Jürgen=山田^太郎"), DICOMElement("PatientID", "A-17"),
                DICOMElement("PatientBirthDate", "19500102"), DICOMElement("PatientSex", "F"),
                DICOMElement("StudyDate", "20260301"), DICOMElement("StudyTime", "101112.5"),
                DICOMElement("StudyDescription", "Thorax nativ, übersicht"), DICOMElement("AccessionNumber", "ACC1"),
                DICOMElement("ImageType", "ORIGINAL\\PRIMARY\\AXIAL"), DICOMElement("InstanceNumber", "12"),
                DICOMElement("SeriesNumber", "3"), DICOMElement("SeriesDescription", "Lunge 1.0 B60f"),
                DICOMElement("ConvolutionKernel", "B60f\\3"), DICOMElement("KVP", "120"),
                DICOMElement("SliceThickness", "1.25"), DICOMElement("GantryDetectorTilt", "-18.5"),
                DICOMElement("AcquisitionDate", "20260301"), DICOMElement("AcquisitionTime", "101010"),
                DICOMElement("WindowCenter", "-600\\40"), DICOMElement("WindowWidth", "1500\\400"),
                DICOMElement("RescaleType", "HU"), DICOMElement("BurnedInAnnotation", "YES"),
                DICOMElement("FrameOfReferenceUID", "1.2.3.4"),
            ])
            let pixels = DICOMPixelData(
                rows: TestCT.rows, columns: TestCT.columns, bitsStored: 12, isSigned: false,
                values: TestCT.patterns(bitsStored: 12, isSigned: false))
            try writer.write(
                DICOMObject(transferSyntax: transferSyntax, elements: elements, pixelData: pixels), to: path)
            let instance = try reader.header(openPath: path, file: "f")
            #expect(instance.patient.patientName == "Müller^Jürgen=山田^太郎")
            #expect(instance.patient.patientID == "A-17")
            #expect(instance.patient.patientBirthDate == "19500102")
            #expect(instance.patient.patientSex == "F")
            #expect(instance.study.studyDate == "20260301")
            #expect(instance.study.studyTime == "101112.5")
            #expect(instance.study.studyDescription == "Thorax nativ, übersicht")
            #expect(instance.study.accessionNumber == "ACC1")
            #expect(instance.frames[0].imageType == ["ORIGINAL", "PRIMARY", "AXIAL"])
            #expect(instance.instanceNumber == 12)
            #expect(instance.series.seriesNumber == 3)
            #expect(instance.series.seriesDescription == "Lunge 1.0 B60f")
            #expect(instance.series.convolutionKernel == "B60f")
            #expect(instance.series.kilovoltPeak == 120)
            #expect(instance.frames[0].sliceThicknessMillimetres == 1.25)
            #expect(instance.gantryDetectorTiltDegrees == -18.5)
            #expect(instance.frames[0].acquisitionDateTime == "20260301101010")
            #expect(instance.window == Window(windowCenterHU: -600, windowWidthHU: 1500))
            #expect(instance.frames[0].rescale == Rescale(rescaleSlope: 1, rescaleIntercept: -1024, rescaleType: "HU"))
            #expect(instance.hasBurnedInAnnotation)
            #expect(instance.frameOfReferenceUID?.value == "1.2.3.4")
            #expect(instance.frames[0].plane?.imagePositionPatient == Vector3(-10, -20.5, 30))
            #expect(instance.frames[0].plane?.rowSpacingMillimetres == 0.75)
            #expect(instance.frames[0].plane?.columnSpacingMillimetres == 0.5)
        }
    }

    @Test(arguments: [
        (DICOMElement("NoSuchKeyword", "1"), DICOMFaultCode.attributeUnknown),
        (DICOMElement("StudyDate", "yesterday"), .attributeInvalid),
        (DICOMElement("InstanceNumber", "one"), .attributeInvalid),
        (DICOMElement("SliceThickness", "1,5"), .attributeInvalid),
        (DICOMElement("PixelPaddingValue", "70000"), .attributeInvalid),
        (DICOMElement("PixelPaddingValue", "-1"), .attributeInvalid),
        (DICOMElement("ImagePositionPatient", "1\\2"), .attributeInvalid),
        (DICOMElement("StudyInstanceUID", "1.2.x"), .attributeInvalid),
        (DICOMElement("Modality", "ct"), .attributeInvalid),
        (DICOMElement("ReferencedImageSequence", "1"), .attributeInvalid),
        (DICOMElement("TransferSyntaxUID", "1.2"), .attributeInvalid),
        (DICOMElement("SeriesDescription", String(repeating: "x", count: 65)), .attributeInvalid),
    ])
    func `an unknown keyword and a value that does not fit are errors that name them`(
        element: DICOMElement, code: DICOMFaultCode
    ) throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file.dcm").path
            let fault = try #require(throws: DICOMFault.self) {
                try writer.write(
                    DICOMObject(transferSyntax: .explicitVRLittleEndian, elements: TestCT.elements([element])), to: path
                )
            }
            #expect(fault.code == code, "\(fault)")
            #expect(fault.subject == element.keyword)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }

    @Test func `objects without identifiers, of other syntaxes or without a place to go are refused`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file.dcm").path
            let cases: [(DICOMObject, String, DICOMFaultCode)] = [
                (
                    DICOMObject(
                        transferSyntax: .explicitVRLittleEndian,
                        elements: TestCT.elements(without: ["SOPInstanceUID"])),
                    path, .attributeMissing
                ),
                (
                    DICOMObject(transferSyntax: .jpegBaseline, elements: TestCT.elements()), path,
                    .transferSyntaxUnsupported
                ),
                (
                    DICOMObject(transferSyntax: .explicitVRLittleEndian, elements: TestCT.elements()),
                    folder.appending(path: "absent/file.dcm").path, .notWritten
                ),
                (
                    DICOMObject(
                        transferSyntax: .explicitVRLittleEndian, elements: TestCT.elements(),
                        pixelData: DICOMPixelData(rows: 2, columns: 2, isSigned: false, values: [1, 2, 3])),
                    path, .pixelDataInvalid
                ),
            ]
            for (object, path, code) in cases {
                let fault = try #require(throws: DICOMFault.self) { try writer.write(object, to: path) }
                #expect(fault.code == code, "\(fault)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }

    @Test func `a file that was there is replaced whole, and nothing else is left`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file.dcm").path
            try Data("old".utf8).write(to: URL(filePath: path))
            try writer.write(
                DICOMObject(transferSyntax: .explicitVRLittleEndian, elements: TestCT.elements()), to: path)
            #expect(try Data(contentsOf: URL(filePath: path)).count > 300)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file.dcm"])
        }
    }
}
