import Foundation
import GantryCore
import GantryDICOMReports
import GantryReports
import GantryTestSupport
import Testing

/// The printed report as a DICOM object.
struct EncapsulatedPDFTests {
    private func writer() throws -> EncapsulatedPDFWriter {
        try EncapsulatedPDFWriter { record, patientRecords throws(ReportFault) in
            try PDFWriter().pdf(of: record, patientRecords: patientRecords)
        }
    }

    private func files(_ record: StudyRecord, among records: [StudyRecord]? = nil) throws -> [ReportFile] {
        try writer().files(of: record, patientRecords: records ?? [record])
    }

    /// What pydicom takes out of an object.
    private struct Taken: Decodable {
        var values: [String: String]
        var sources: Int
        /// Base64.
        var pdf: String
    }

    private func taken(_ folder: ObjectFolder) throws -> Taken {
        let script = """
            import base64, json, sys, pydicom
            data = pydicom.dcmread(sys.argv[1])
            data.walk(lambda dataset, element: element.value)
            names = ["SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "Modality",
                "PatientName", "PatientID",
                "InstanceNumber", "BurnedInAnnotation", "DocumentTitle", "MIMETypeOfEncapsulatedDocument",
                "VerificationFlag", "ContentDate", "SeriesNumber", "ConversionType"]
            code = data.ConceptNameCodeSequence[0]
            values = {name: str(data[name].value) for name in names} | {"code": code.CodeValue + code.CodeMeaning}
            pdf = data.EncapsulatedDocument[:data.EncapsulatedDocumentLength]
            assert len(data.EncapsulatedDocument) - len(pdf) in (0, 1)
            print(json.dumps({"values": values, "sources": len(data.get("SourceInstanceSequence", [])),
                "pdf": base64.b64encode(pdf).decode()}))
            """
        let program = try FinishedProgram("/usr/bin/python3", ["-c", script, try #require(folder.objects.first)])
        #expect(program.status == 0, "\(program.error)")
        return try JSONDecoder().decode(Taken.self, from: Data(program.output.utf8))
    }

    @Test(arguments: Sample.allCases)
    func `dciodvfy finds no error, and pydicom gets the same PDF back`(sample: Sample) throws {
        let record = try sample.record()
        let folder = try ObjectFolder(files(record))
        #expect(folder.objects.count == 1 && folder.descriptions.count == 1)
        #expect(try ObjectFolder.errors(in: folder.objects[0]) == [])
        let taken = try taken(folder)
        let pdf = try PDFWriter().pdf(of: record, patientRecords: [record]).bytes
        #expect(Data(base64Encoded: taken.pdf) == Data(pdf))
        #expect(taken.values["SOPClassUID"] == "1.2.840.10008.5.1.4.1.1.104.1")
        #expect(taken.values["StudyInstanceUID"] == record.studyInstanceUID.value)
        let instances = Set(record.result.slices.filter { $0.reason == .scored }.map(\.sopInstanceUID))
        #expect(taken.sources == instances.count)
    }

    @Test func `it says what it is`() throws {
        let record = try SampleRecord.study()
        let values = try taken(ObjectFolder(files(record))).values
        #expect(values["Modality"] == "DOC" && values["SeriesNumber"] == "9804" && values["InstanceNumber"] == "1")
        #expect(values["PatientName"] == "Lindqvist^Astrid^Maria^Dr" && values["PatientID"] == "GY-0042-7")
        #expect(values["BurnedInAnnotation"] == "YES" && values["ConversionType"] == "WSD")
        #expect(values["MIMETypeOfEncapsulatedDocument"] == "application/pdf")
        #expect(values["VerificationFlag"] == "UNVERIFIED" && values["code"] == "18748-4Diagnostic Imaging Report")
        #expect(
            values["DocumentTitle"] == "CT study report by covid19-chest-ct 1, revision 1. Research use only. Not for "
                + "clinical use.")
        #expect(values["ContentDate"] == "20261106")
    }

    @Test(arguments: Sample.allCases) func `the same record gives the same bytes`(sample: Sample) throws {
        #expect(try files(sample.record()) == files(sample.record()))
    }

    @Test func `an odd length is filled up, and said`() throws {
        for length in [1, 2, 1_000_001] {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let record = try SampleRecord.study()
            let files = try EncapsulatedPDFWriter { _, _ in (bytes, "a remark") }
                .files(of: record, patientRecords: [record])
            #expect(files.map(\.remark) == [nil, "a remark"])
            #expect(try Data(base64Encoded: taken(ObjectFolder(files)).pdf) == Data(bytes))
        }
    }

    @Test func `what came after the revision changes nothing of it`() throws {
        let record = try SampleRecord.study()
        let before = try files(record)
        var failed = record
        failed.failedSince = StudyFailureSince(
            at: Timestamp(millisecondsSince1970: 1_795_000_000_000), code: .timedOut, detail: "too long")
        var other = record
        other.studyKey = try #require(StudyKey("00a1000000000002"))
        other.studyInstanceUID = try SampleRecord.uid("1.2.826.0.1.3680043.10.1.77")
        other.study.studyDate = "20250101"
        other.judgedAt = record.judgedAt.advanced(bySeconds: 60)
        #expect(try files(failed, among: [other, failed]) == before)
        // One that was judged before it does.
        other.judgedAt = record.judgedAt.advanced(bySeconds: -60)
        let compared = try files(record, among: [other, record])
        #expect(compared != before && compared.map(\.path) == before.map(\.path))
    }

    @Test func `a PDF that cannot be made is its fault, and no object`() throws {
        let record = try SampleRecord.study()
        let fault = #expect(throws: ReportFault.self) {
            try EncapsulatedPDFWriter { _, _ throws(ReportFault) in
                throw ReportFault(.notInstalled, subject: "PDF", explanation: "no font")
            }.files(of: record, patientRecords: [record])
        }
        #expect(fault?.code == .notInstalled)
        #expect(throws: ReportFault.self) {
            try EncapsulatedPDFWriter { _, _ in ([], nil) }.files(of: record, patientRecords: [record])
        }
        var old = record
        old.result.source = nil
        let unknown = #expect(throws: ReportFault.self) { try files(old) }
        #expect(unknown?.code == .notAvailable)
    }
}
