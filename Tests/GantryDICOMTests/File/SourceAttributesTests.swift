import Foundation
import GantryCore
import GantryDICOM
import GantryDICOMWriting
import GantryTestSupport
import Testing

/// What objects that refer to an image repeat of it, as the header says it.
@Suite struct SourceAttributesTests {
    private func header(_ changes: [DICOMElement]) throws -> SOPInstance {
        let folder = try TemporaryFolder()
        let path = folder.path + "/file.dcm"
        try DICOMObjectWriter().write(
            DICOMObject(
                transferSyntax: .explicitVRLittleEndian, elements: TestCT.elements(changes),
                pixelData: DICOMPixelData(
                    rows: TestCT.rows, columns: TestCT.columns, isSigned: false,
                    values: TestCT.patterns(bitsStored: 16, isSigned: false))), to: path)
        return try DICOMFileReader().header(openPath: path, file: "file.dcm")
    }

    private static let code = [
        DICOMElement("CodeValue", "24627-2"), DICOMElement("CodingSchemeDesignator", "LN"),
        DICOMElement("CodingSchemeVersion", "2.68"), DICOMElement("CodeMeaning", "CT Chest"),
    ]

    @Test func `an image that says nothing has nothing`() throws {
        #expect(try header([]).source == SourceAttributes())
        let empty = ["StudyID", "ReferringPhysicianName", "StationName"].map { DICOMElement($0, "") }
        #expect(
            try header(empty + [DICOMElement("RequestAttributesSequence", items: [])]).source == SourceAttributes())
    }

    @Test func `study, equipment and order are read with their codes`() throws {
        let source = try header([
            DICOMElement("TimezoneOffsetFromUTC", "+0530"), DICOMElement("StudyID", "S1"),
            DICOMElement("ReferringPhysicianName", "Ärztin^Eva=山田^花子"), DICOMElement("PatientAge", "065Y"),
            DICOMElement(
                "IssuerOfAccessionNumberSequence", items: [[DICOMElement("LocalNamespaceEntityID", "RIS")]]),
            // The second has no meaning, and is no code.
            DICOMElement("ProcedureCodeSequence", items: [Self.code, Array(Self.code.prefix(2))]),
            DICOMElement(
                "ReferencedPerformedProcedureStepSequence",
                items: [
                    [
                        DICOMElement("ReferencedSOPClassUID", "1.2.840.10008.3.1.2.3.3"),
                        DICOMElement("ReferencedSOPInstanceUID", "1.2.3.4"),
                    ]
                ]),
            DICOMElement(
                "RequestAttributesSequence",
                items: [
                    [
                        DICOMElement("RequestedProcedureID", "RP1"), DICOMElement("ScheduledProcedureStepID", "SPS1"),
                        DICOMElement("AccessionNumber", "A1"), DICOMElement("StudyInstanceUID", "1.2.3"),
                        DICOMElement("RequestedProcedureCodeSequence", items: [Self.code]),
                    ]
                ]),
            DICOMElement("PlacerOrderNumberImagingServiceRequest", "P1"),
            DICOMElement("FillerOrderNumberImagingServiceRequest", "F1"),
            DICOMElement("RequestedProcedureDescription", "CT Thorax"),
            DICOMElement("InstitutionName", "<script>"), DICOMElement("StationName", "CT1"),
            DICOMElement("DeviceSerialNumber", "77"), DICOMElement("SoftwareVersions", "VA1\\VB2"),
            DICOMElement("LossyImageCompressionMethod", "ISO_10918_1\\ISO_15444_1"),
        ]).source
        let code = CodedEntry(value: "24627-2", scheme: "LN", schemeVersion: "2.68", meaning: "CT Chest")
        var expected = SourceAttributes()
        expected.timezoneOffsetFromUTC = "+0530"
        expected.studyID = "S1"
        expected.referringPhysicianName = "Ärztin^Eva=山田^花子"
        expected.patientAge = "065Y"
        expected.issuerOfAccessionNumber = IdentifierIssuer(localNamespaceEntityID: "RIS")
        expected.procedureCodes = [code]
        expected.performedProcedureStep = ObjectReference(
            sopClassUID: try #require(UID("1.2.840.10008.3.1.2.3.3")), sopInstanceUID: try #require(UID("1.2.3.4")))
        var request = ImagingRequest()
        request.studyInstanceUID = UID("1.2.3")
        request.accessionNumber = "A1"
        request.requestedProcedureID = "RP1"
        request.requestedProcedureDescription = "CT Thorax"
        request.requestedProcedureCodes = [code]
        request.scheduledProcedureStepID = "SPS1"
        request.placerOrderNumber = "P1"
        request.fillerOrderNumber = "F1"
        expected.requests = [request]
        expected.institutionName = "<script>"
        expected.stationName = "CT1"
        expected.deviceSerialNumber = "77"
        expected.softwareVersions = "VA1\\VB2"
        expected.lossyImageCompressionMethod = "ISO_15444_1"
        #expect(source == expected)
    }

    @Test func `an order of which the top level alone speaks is one`() throws {
        let source = try header([DICOMElement("RequestedProcedureDescription", "CT Thorax")]).source
        var request = ImagingRequest()
        request.requestedProcedureDescription = "CT Thorax"
        #expect(source.requests == [request])
    }
}
