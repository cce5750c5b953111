import Foundation
import GantryCore
import GantryReports
import Testing

/// Verdicts as bundles of FHIR R4.
@Suite struct FHIRReportTests {
    /// HL7's JSON schema of R4, where this machine has it: `../shared/data/fhir`.
    static let schema = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("shared/data/fhir/fhir.schema.json")
    static let hasSchema = FileManager.default.fileExists(atPath: schema.path)

    /// Validates bundles, each resource by the schema of its kind and the bundle around them by its own, and that no
    /// reference leads out of them; prints how many resources there were.
    private static let validator = #"""
        import json, sys
        from jsonschema import Draft6Validator
        schema = json.load(open(sys.argv[1]))
        def check(resource, where):
            kind = resource["resourceType"]
            part = {"definitions": schema["definitions"], "$ref": f'#/definitions/{kind}'}
            for error in Draft6Validator(part).iter_errors(resource):
                sys.exit(f"{where}: {kind} {list(error.absolute_path)}: {error.message[:300]}")
        def references(value):
            if isinstance(value, dict):
                for key, inner in value.items():
                    if key == "reference":
                        yield inner
                    yield from references(inner)
            elif isinstance(value, list):
                for inner in value:
                    yield from references(inner)
        count = 0
        for path in sys.argv[2:]:
            bundle = json.load(open(path, encoding="utf-8"))
            entries = bundle["entry"]
            check(dict(bundle, entry=[{k: v for k, v in entry.items() if k != "resource"} for entry in entries]), path)
            urls = [entry["fullUrl"] for entry in entries]
            assert len(set(urls)) == len(urls)
            for entry in entries:
                check(entry["resource"], path)
                assert entry["fullUrl"] == "urn:uuid:" + entry["resource"]["id"]
                count += 1
            assert set(references(entries)) <= set(urls), path
        print(count)
        """#

    private static func bundle(_ record: StudyRecord) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(FHIRReport(record).json()))
        return try #require(value as? [String: Any])
    }

    /// A bundle's numbers.
    private struct ReadBundle: Decodable {
        struct Quantity: Decodable { var value: Double }
        struct Resource: Decodable {
            var resourceType: String
            var valueQuantity: Quantity?
        }
        struct Entry: Decodable { var resource: Resource }

        var entry: [Entry]
    }

    /// The resources of a kind, in order.
    private static func resources(_ kind: String, of record: StudyRecord) throws -> [[String: Any]] {
        let entries = try #require(try bundle(record)["entry"] as? [[String: Any]])
        return entries.compactMap { $0["resource"] as? [String: Any] }.filter { $0["resourceType"] as? String == kind }
    }

    /// A record whose images are known, and names as long as they may be.
    private static func withImages() throws -> StudyRecord {
        var record = try SampleRecord.study(count: 12)
        record.studyInstanceUID = try SampleRecord.uid("1." + String(repeating: "1", count: 62))
        for index in record.result.seriesDecisions.indices where record.result.seriesDecisions[index].isChosen {
            record.result.seriesDecisions[index].seriesInstanceUID = try SampleRecord.uid(
                "1." + String(repeating: "2", count: 62))
        }
        let plane = try #require(
            SlicePlane(
                imagePositionPatient: Vector3(0, 0, 0), rowDirection: Vector3(1, 0, 0),
                columnDirection: Vector3(0, 1, 0), rowSpacingMillimetres: 1, columnSpacingMillimetres: 1))
        let ct = try SampleRecord.uid("1.2.840.10008.5.1.4.1.1.2")
        let image = SourceImage(
            sopClassUID: ct, seriesInstanceUID: ct, frameOfReferenceUID: nil, numberOfFrames: 1, rows: 64, columns: 64,
            plane: plane, rescale: nil)
        record.result.source = StudySource(
            attributes: SourceAttributes(), images: record.result.slices.map { _ in image }, minutesAheadOfUTC: 0)
        return record
    }

    private static func records() throws -> [StudyRecord] {
        var records = [
            try SampleRecord.study(), try SampleRecord.empty(), try SampleRecord.failedSince(), try withImages(),
            try SampleRecord.study(peak: 0.1, finding: .negative),
            try SampleRecord.study(
                finding: .indeterminate,
                findings: QualityFinding.Code.allCases.map { QualityFinding(code: $0, isFailure: true, detail: "") }),
        ]
        for text in TableExportTests.awkward + ["\u{0}", "a\u{7}b", "\u{A0}", "a\u{2028}b", "^^^^=", "A^B^C^D^E=あ^い=う"]
        {
            var record = try SampleRecord.study(count: 6)
            record.patient.patientName = text
            record.patient.patientID = text
            record.patient.issuerOfPatientID = text
            record.patient.patientBirthDate = text
            record.patient.patientSex = text
            record.study.studyDate = text
            record.study.studyTime = text
            record.study.studyDescription = text
            record.study.accessionNumber = text
            record.result.provenance.positiveClass = text
            record.result.provenance.classes = ["a", "b", text]
            record.result.provenance.pipelineName = text
            record.result.provenance.pipelineVersion = text
            for index in record.result.seriesDecisions.indices {
                record.result.seriesDecisions[index].attributes.seriesDescription = text
                record.result.seriesDecisions[index].attributes.modality = text
                record.result.seriesDecisions[index].attributes.seriesNumber = -1
            }
            record.result.verdict.findings = [QualityFinding(code: .tiltedGantry, isFailure: false, detail: text)]
            records.append(record)
        }
        return records
    }

    @Test(.enabled(if: hasSchema, "../shared/data has no schema of FHIR")) func `every bundle is valid`() throws {
        let folder = try TemporaryFolder()
        let records = try Self.records()
        for (index, record) in records.enumerated() {
            try Data(FHIRReport(record).json()).write(to: URL(fileURLWithPath: "\(folder.path)/\(index).json"))
        }
        let files = records.indices.map { "\(folder.path)/\($0).json" }
        let end = try FinishedProgram("/usr/bin/python3", ["-c", Self.validator, Self.schema.path] + files)
        #expect(end.status == 0, "\(end.output)")
        #expect((Int(end.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0) > 7 * records.count)
        // What is not valid is found.
        let text = try String(contentsOfFile: files[0], encoding: .utf8)
        for (right, wrong) in [
            ("\"preliminary\"", "\"certain\""), ("\"valueQuantity\"", "\"valueNumber\""),
            ("\"resourceType\" : \"Device\"", "\"resourceType\" : \"Patient\""), ("Z\"", "\""),
        ] {
            try text.replacing(right, with: wrong).write(toFile: files[0], atomically: true, encoding: .utf8)
            let end = try FinishedProgram("/usr/bin/python3", ["-c", Self.validator, Self.schema.path, files[0]])
            #expect(end.status == 1, "\(wrong): \(end.output)")
        }
    }

    @Test func `the verdict, its number and its identifiers are there, and nobody has verified them`() throws {
        let record = try SampleRecord.study()
        let report = try #require(try Self.resources("DiagnosticReport", of: record).first)
        #expect(report["status"] as? String == "preliminary")
        #expect(report["effectiveDateTime"] as? String == "2026-11-14")
        #expect(report["issued"] as? String == record.judgedAt.description)
        let conclusion = try #require(report["conclusion"] as? String)
        #expect(conclusion.hasPrefix("Revision 1: positive (probability of covid19 0."))
        #expect(conclusion.contains("Research use only"))
        let identifiers = try #require(report["identifier"] as? [[String: Any]]).compactMap { $0["value"] as? String }
        #expect(identifiers.contains("urn:oid:\(record.studyInstanceUID)") && identifiers.contains("A20261114-1"))

        let study = try #require(try Self.resources("ImagingStudy", of: record).first)
        let series = try #require(study["series"] as? [[String: Any]])
        #expect(series.map { $0["uid"] as? String } == record.result.seriesDecisions.map(\.seriesInstanceUID.value))
        #expect(study["numberOfSeries"] as? Int == series.count)

        let observations = try Self.resources("Observation", of: record)
        #expect(observations.allSatisfy { $0["status"] as? String == "preliminary" })
        // To the last bit, which JSONSerialization does not read.
        let bundle = try JSONDecoder().decode(ReadBundle.self, from: Data(FHIRReport(record).json()))
        let numbers = bundle.entry.map(\.resource).filter { $0.resourceType == "Observation" }.map {
            $0.valueQuantity?.value
        }
        #expect(numbers.first == record.result.verdict.probability)
        let expected = record.result.keyPictures.map { record.result.slices[$0.sliceIndex].probabilities.last }
        #expect(Array(numbers.dropFirst(3)) == expected)
        let patient = try #require(try Self.resources("Patient", of: record).first)
        let name = try #require((patient["name"] as? [[String: Any]])?.first)
        #expect(name["family"] as? String == "Lindqvist" && name["given"] as? [String] == ["Astrid", "Maria"])
        #expect(name["prefix"] as? [String] == ["Dr"] && patient["gender"] as? String == "female")
        #expect(patient["birthDate"] as? String == "1961-03-09")
    }

    @Test func `without a scored slice there is a reason in place of a number, without a patient a pseudonym`() throws {
        let record = try SampleRecord.empty()
        let observation = try #require(try Self.resources("Observation", of: record).first)
        #expect(observation["valueQuantity"] == nil && observation["dataAbsentReason"] != nil)
        let patient = try #require(try Self.resources("Patient", of: record).first)
        #expect(patient["name"] == nil && patient["birthDate"] == nil)
        let identifier = try #require((patient["identifier"] as? [[String: Any]])?.first)
        #expect(identifier["value"] as? String == record.patientKey.value)
        let report = try #require(try Self.resources("DiagnosticReport", of: record).first)
        #expect(report["basedOn"] == nil && report["effectiveDateTime"] == nil)
    }

    @Test func `every number is that of report.json, beside which the bundle lies`() throws {
        let folder = try TemporaryFolder()
        let writer = try FolderReportWriter(
            outputFolder: folder.path, formats: [.json, .fhir], others: [FHIRWriter()])
        for record in [try SampleRecord.study(), try SampleRecord.empty()] {
            let written = try writer.write(record, patientRecords: [record])
            let place = "patients/\(record.patientKey)/\(record.studyKey)"
            #expect(written.paths == ["\(place)/report.json", "\(place)/report.fhir.json"])
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(place)/report.json"))
            let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            let verdict = try #require(report["verdict"] as? [String: Any])
            let slices = try #require(report["slices"] as? [[String: Any]])
            func value(_ part: [String: Any]) -> Double? {
                (part["valueInteger"] as? Double) ?? (part["valueQuantity"] as? [String: Any])?["value"] as? Double
            }
            func components(_ observation: [String: Any]) -> [Double] {
                (observation["component"] as? [[String: Any]] ?? []).compactMap(value)
            }
            let observations = try Self.resources("Observation", of: record)
            #expect(value(observations[0]) == verdict["probability"] as? Double)
            let interval = verdict["interval"] as? [String: Double]
            #expect(components(observations[0]) == ["lower", "upper"].compactMap { interval?[$0] })
            #expect(
                components(observations[2])
                    == [Double(slices.count)]
                    + ["scoredSlices", "fractionPositive", "longestRunSlices"].compactMap { verdict[$0] as? Double })
            let pictures = report["keyPictures"] as? [[String: Any]] ?? []
            for (observation, picture) in zip(observations.dropFirst(3), pictures) {
                let slice = slices[try #require(picture["sliceIndex"] as? Int)]
                #expect(value(observation) == (slice["probabilities"] as? [Double])?.last)
                #expect(components(observation).last == slice["positionMillimetres"] as? Double)
            }
            try writer.withdraw(record.studyKey, from: record.patientKey, patientRecords: [])
        }
        #expect(try folder.everything().filter { $0 != "patients/" } == [])
    }

    @Test func `the images with the key slices stand in their series, with what kind they are`() throws {
        let record = try Self.withImages()
        let study = try #require(try Self.resources("ImagingStudy", of: record).first)
        let series = try #require(study["series"] as? [[String: Any]])
        let images = series.flatMap { $0["instance"] as? [[String: Any]] ?? [] }
        let expected = record.result.keyPictures.map { record.result.slices[$0.sliceIndex].sopInstanceUID.value }
        #expect(images.compactMap { $0["uid"] as? String } == expected && expected.count == 3)
        let kinds = images.compactMap { ($0["sopClass"] as? [String: Any])?["code"] as? String }
        #expect(kinds == Array(repeating: "urn:oid:1.2.840.10008.5.1.4.1.1.2", count: 3))
    }

    @Test func `a failure since stands first in the conclusion`() throws {
        let record = try SampleRecord.failedSince()
        let report = try #require(try Self.resources("DiagnosticReport", of: record).first)
        #expect((report["conclusion"] as? String)?.hasPrefix("The study failed on ") == true)
    }

    @Test func `the same record gives the same bytes, another revision other resources, the same network one device`()
        throws
    {
        let record = try SampleRecord.study()
        #expect(try FHIRReport(record).json() == FHIRReport(record).json())
        func urls(_ record: StudyRecord) throws -> Set<String> {
            let entries = try #require(try Self.bundle(record)["entry"] as? [[String: Any]])
            return Set(entries.compactMap { $0["fullUrl"] as? String })
        }
        func device(_ record: StudyRecord) throws -> String? {
            let identifiers = try Self.resources("Device", of: record).first?["identifier"] as? [[String: Any]]
            return identifiers?.first?["value"] as? String
        }
        // In a store that was begun anew.
        var again = record
        again.judgedAt = Timestamp(millisecondsSince1970: 0)
        #expect(try urls(again) == urls(record))
        var next = try SampleRecord.study(revision: 2)
        #expect(try urls(next).isDisjoint(with: urls(record)) && device(next) == device(record))
        next.result.provenance.scoringDigest = "another"
        #expect(try device(next) != device(record))
    }
}
