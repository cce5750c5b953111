import Foundation
import GantryCore
import GantryReports
import Testing

/// Real outputs against the published schema, with Debian's `python3-jsonschema`.
@Suite struct ReportSchemaTests {
    @Test func `every report is valid`() throws {
        let folder = try TemporaryFolder()
        let writer = try FolderReportWriter(outputFolder: folder.path)
        var records = try SamplesForLooking.patients().flatMap(\.self)
        let rules: [AggregationRule] = [
            .topKMean(k: 3, referenceSpacingMillimetres: nil), .maximum, .mean, .percentile(90), .noisyOr,
            .fractionPositive(threshold: 0.5),
        ]
        for (offset, rule) in rules.enumerated() {
            var record = try SampleRecord.study(key: 100 + offset, pictures: 0)
            record.result.provenance.judging.aggregation = rule
            records.append(record)
        }
        for (offset, code) in QualityFinding.Code.allCases.enumerated() {
            var record = try SampleRecord.study(key: 200 + offset, pictures: 0)
            record.result.verdict.findings = [QualityFinding(code: code, isFailure: false, detail: "")]
            record.result.files = FileReason.allCases.map { FileOutcome(file: $0.rawValue, reason: $0, detail: "d") }
            records.append(record)
        }
        for (offset, precision) in Precision.allCases.enumerated() {
            var record = try SampleRecord.study(key: 300 + offset, pictures: 0)
            record.result.provenance.precision = precision
            records.append(record)
        }
        for (offset, activation) in Activation.allCases.enumerated() {
            var record = try SampleRecord.study(key: 350 + offset, pictures: 0)
            record.result.provenance.activation = activation
            record.result.provenance.calibration = ModelCalibration(
                temperature: 1.75, dataSHA256: String(repeating: "1f", count: 32))
            records.append(record)
        }
        for (offset, left) in ([nil] + CandidateTrial.Reason.allCases).enumerated() {
            var record = try SampleRecord.study(key: 400 + offset, pictures: 0)
            record.result.seriesDecisions[0].trial = CandidateTrial(
                left: left, detail: "d", enclosedAirMillilitres: 49.2, airFractionAtLowestSlice: 0.1,
                airFractionAtHighestSlice: nil)
            records.append(record)
        }
        for (offset, limit) in [0.5, 9].enumerated() {
            var record = try SampleRecord.study(key: 450 + offset, pictures: 0)
            record.result.slices = record.result.slices.map { slice in
                var slice = slice
                if slice.reason == .scored { slice.distance = 1.0 / Double(slice.index + 1) }
                return slice
            }
            record.result.provenance.distanceQuantiles = DistanceQuantiles(
                shares: [0.995], distances: [limit], samples: 40)
            records.append(record)
        }
        for (offset, extent) in SecondOpinionExtent.allCases.enumerated() {
            var record = try SampleRecord.study(key: 500 + offset, pictures: 0)
            record.result.secondOpinion = try SampleRecord.secondOpinion(extent)
            records.append(record)
        }
        for (offset, code) in StudyFailure.Code.allCases.enumerated() {
            var record = try SampleRecord.study(key: 600 + offset, pictures: 0)
            record.failedSince = StudyFailureSince(at: record.judgedAt, code: code, detail: "d")
            records.append(record)
        }
        var files = Set<String>()
        for record in records { files.insert(try writer.write(record, patientRecords: [record]).paths[0]) }
        let course = try SampleRecord.course()
        for record in course { files.insert(try writer.write(record, patientRecords: course).paths[0]) }
        let result = try validate(files.sorted().map { folder.path + "/" + $0 })
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("\(files.count) valid"))
    }

    @Test(arguments: [.f32, .bf16, .int8, nil] as [Precision?])
    func `a report names the precision, f32 where the record has none`(
        precision: Precision?
    ) throws {
        let folder = try TemporaryFolder()
        var record = try SampleRecord.study(pictures: 0)
        record.result.provenance.precision = precision
        let path = try FolderReportWriter(outputFolder: folder.path).write(record, patientRecords: [record]).paths[0]
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + path))
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let provenance = try #require(document["provenance"] as? [String: Any])
        #expect(provenance["precision"] as? String == (precision ?? .f32).rawValue)
    }

    @Test(arguments: [.softmax, .sigmoid, nil] as [Activation?])
    func `a report names the activation, a softmax where the record has none`(
        activation: Activation?
    ) throws {
        let folder = try TemporaryFolder()
        var record = try SampleRecord.study(pictures: 0)
        record.result.provenance.activation = activation
        let path = try FolderReportWriter(outputFolder: folder.path).write(record, patientRecords: [record]).paths[0]
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + path))
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let provenance = try #require(document["provenance"] as? [String: Any])
        #expect(provenance["activation"] as? String == (activation ?? .softmax).rawValue)
    }

    @Test func `a report says that the study failed since, and only then`() throws {
        let folder = try TemporaryFolder()
        let writer = try FolderReportWriter(outputFolder: folder.path)
        func failure(_ record: StudyRecord) throws -> [String: String]? {
            let path = try writer.write(record, patientRecords: [record]).paths[0]
            let data = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + path))
            let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect((document["verdict"] as? [String: Any])?["finding"] as? String == "positive")
            return document["failedSince"] as? [String: String]
        }
        var record = try SampleRecord.failedSince()
        let detail = try #require(record.failedSince).detail
        #expect(
            try failure(record) == ["at": "2026-11-29T14:03:45.678Z", "code": "noSuitableSeries", "detail": detail])
        record.failedSince = nil
        #expect(try failure(record) == nil)
    }

    /// Each takes one thing away, adds one, or makes one wrong.
    static let damages: [(name: String, change: @Sendable (inout [String: Any]) -> Void)] = [
        ("missing verdict", { $0["verdict"] = nil }),
        ("unknown member", { $0["extra"] = 1 }),
        ("other version", { $0["schema"] = "gantry.report/2" }),
        ("without notice", { $0["notice"] = "" }),
        ("number as text", { $0["revision"] = "1" }),
        ("revision zero", { $0["revision"] = 0 }),
        ("unknown finding", { $0.change("verdict") { $0["finding"] = "maybe" } }),
        ("probability above one", { $0.change("verdict") { $0["probability"] = 1.5 } }),
        ("positive without number", { $0.change("verdict") { $0["probability"] = nil } }),
        ("unknown patient member", { $0.change("patient") { $0["address"] = "x" } }),
        ("digest cut short", { $0.change("provenance") { $0["modelSHA256"] = "3fa85c0d" } }),
        ("unknown precision", { $0.change("provenance") { $0["precision"] = "fp16" } }),
        ("failure of no moment", { $0["failedSince"] = ["code": "timedOut", "detail": "d"] }),
        ("unknown failure", { $0["failedSince"] = ["at": "2026-11-29T14:03:45.678Z", "code": "x", "detail": "d"] }),
        ("unknown reason for no comparison", { $0.change("progression") { $0["absence"] = "x" } }),
        ("a volume that is left out", { $0.change("positiveSlices") { $0["lungMillilitres"] = nil } }),
        ("a volume below zero", { $0.change("positiveSlices") { $0["lungMillilitres"] = -1 } }),
        ("negative count", { $0.change("files") { $0["seen"] = -1 } }),
    ]

    @Test(arguments: damages.indices) func `a broken report is not valid`(damage: Int) throws {
        let folder = try TemporaryFolder()
        let record = try SampleRecord.study(pictures: 0)
        let path = try FolderReportWriter(outputFolder: folder.path).write(record, patientRecords: [record]).paths[0]
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + path))
        var document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        Self.damages[damage].change(&document)
        let broken = folder.path + "/broken.json"
        try JSONSerialization.data(withJSONObject: document).write(to: URL(fileURLWithPath: broken))
        let result = try validate([broken])
        #expect(result.status == 1, "\(Self.damages[damage].name): \(result.output)")
        #expect(result.output.contains("not valid"))
    }

    @Test func `the schema's lists of codes are Core's`() throws {
        let schema = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: schemaPath)))
                as? [String: Any])
        func list(_ path: String...) -> [String] {
            var value: Any? = schema
            for key in path { value = (value as? [String: Any])?[key] }
            return (value as? [String: Any])?["enum"] as? [String] ?? []
        }
        #expect(list("$defs", "reason") == FileReason.allCases.map(\.rawValue))
        #expect(
            list("properties", "provenance", "properties", "precision") == Precision.allCases.map(\.rawValue))
        #expect(
            list("$defs", "slice", "properties", "remarks", "items", "properties", "code")
                == SliceRemark.Code.allCases.map(\.rawValue))
        #expect(
            list("properties", "failedSince", "properties", "code") == StudyFailure.Code.allCases.map(\.rawValue))
        #expect(list("$defs", "disposition") == FileDisposition.allCases.map(\.rawValue))
        #expect(list("properties", "verdict", "properties", "finding") == Finding.allCases.map(\.rawValue))
        #expect(
            list("properties", "qualityFindings", "items", "properties", "code")
                == QualityFinding.Code.allCases.map(\.rawValue))
        func progression(_ path: String...) -> [String] {
            var value: Any? = schema["$defs"]
            for key in ["progression", "properties"] + path { value = (value as? [String: Any])?[key] }
            return (value as? [String: Any])?["enum"] as? [String] ?? []
        }
        #expect(progression("absence") == Progression.Absence.allCases.map(\.rawValue))
        #expect(progression("reservations", "items") == Progression.Reservation.allCases.map(\.rawValue))
        #expect(
            progression("passedOver", "items", "properties", "because")
                == Progression.Obstacle.allCases.map(\.rawValue))
        #expect(list("$defs", "change") == Progression.Change.allCases.map(\.rawValue))
        #expect(
            list("properties", "keyPictures", "items", "properties", "windowFunction")
                == WindowFunction.allCases.map(\.rawValue))
    }

    private var schemaPath: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/schema/report-1.schema.json").path
    }

    private static let program = """
        import json, sys
        from jsonschema import Draft202012Validator
        with open(sys.argv[1]) as file:
            schema = json.load(file)
        Draft202012Validator.check_schema(schema)
        valid = 0
        for name in sys.argv[2:]:
            with open(name) as file:
                errors = list(Draft202012Validator(schema).iter_errors(json.load(file)))
            for error in errors:
                print("not valid:", name, error.json_path, error.message)
            valid += not errors
        print(valid, "valid")
        sys.exit(0 if valid == len(sys.argv) - 2 else 1)
        """

    private func validate(_ files: [String]) throws -> FinishedProgram {
        try FinishedProgram("/usr/bin/python3", ["-c", Self.program, schemaPath] + files)
    }
}

extension [String: Any] {
    /// Changes the object under `key`.
    fileprivate mutating func change(_ key: String, _ body: (inout [String: Any]) -> Void) {
        var object = self[key] as? [String: Any] ?? [:]
        body(&object)
        self[key] = object
    }
}
