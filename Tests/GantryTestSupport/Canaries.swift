import GantryCore

/// A record each text of which would be recognised again, where it may lead to a patient.
package enum Canaries {
    /// What each of them begins with.
    package static let mark = "KANARIE7"
    /// Days and times, which cannot begin with it, as DICOM and ISO 8601 write them.
    package static let dates = ["19010203", "1901-02-03", "19770807", "1977-08-07", "010203.4", "01:02:03"]

    /// `record` with a canary in every such text, and in every attribute that may have one.
    package static func fill(_ record: StudyRecord) -> StudyRecord {
        var (record, canary) = (record, Canary())
        record.patient.patientID = canary()
        record.patient.issuerOfPatientID = canary()
        record.patient.patientName = canary() + "^" + canary() + "=" + canary()
        record.patient.patientBirthDate = "19010203"
        record.patient.patientSex = canary()
        record.study.studyDate = "19770807"
        record.study.studyTime = "010203.4"
        record.study.studyDescription = canary()
        record.study.accessionNumber = canary()
        record.failedSince = StudyFailureSince(at: record.judgedAt, code: .timedOut, detail: canary())
        record.result.source?.attributes = attributes(&canary)
        var result = record.result
        result.verdict.findings = QualityFinding.Code.allCases.map { code in
            var finding = QualityFinding(code: code, isFailure: code == .missingSlices, detail: canary())
            finding.files = [FileOutcome(file: canary(), reason: .damaged, detail: canary())]
            return finding
        }
        result.files =
            result.slices.map { FileOutcome(file: canary(), reason: $0.reason, detail: canary()) }
            + [FileOutcome(file: canary(), reason: .damaged, detail: canary())]
        for index in result.seriesDecisions.indices { fill(&result.seriesDecisions[index], &canary) }
        result.secondOpinion = SecondOpinion(
            extent: .all,
            slices: result.slices.prefix(2).map { slice in
                SliceOpinion(
                    sopInstanceUID: slice.sopInstanceUID, frameNumber: 1, compared: .attributes,
                    unreadAttributes: ["PixelSpacing"], remark: canary(),
                    differences: [.init(attribute: "RescaleSlope", ours: canary(), theirs: canary())])
            })
        record.result = result
        return record
    }

    private struct Canary {
        private var count = 0
        mutating func callAsFunction() -> String {
            count += 1
            return "\(mark)\(count)"
        }
    }

    private static func fill(_ decision: inout SeriesDecision, _ canary: inout Canary) {
        decision.part = "stack 1 of 2 (Stack ID \(canary()))"
        decision.reason = canary()
        decision.trial = CandidateTrial(detail: canary(), enclosedAirMillilitres: 4000)
        decision.attributes.modality = canary()
        decision.attributes.seriesDescription = canary()
        decision.attributes.protocolName = canary()
        decision.attributes.bodyPartExamined = canary()
        decision.attributes.anatomicRegions = [canary()]
        decision.attributes.patientPosition = canary()
        decision.transferSyntaxes.append(TransferSyntax(canary()))
        for index in decision.rules.indices where decision.rules[index].rule != .originalPrimary {
            decision.rules[index].measured = canary()
        }
    }

    private static func attributes(_ canary: inout Canary) -> SourceAttributes {
        var attributes = SourceAttributes()
        attributes.timezoneOffsetFromUTC = "+1345"
        attributes.studyID = canary()
        attributes.referringPhysicianName = canary()
        attributes.patientAge = "099Y"
        attributes.issuerOfAccessionNumber = IdentifierIssuer(
            localNamespaceEntityID: canary(), universalEntityID: canary(), universalEntityIDType: "DNS")
        func code(_ canary: inout Canary) -> CodedEntry {
            CodedEntry(value: canary(), scheme: canary(), schemeVersion: canary(), meaning: canary())
        }
        attributes.procedureCodes = [code(&canary)]
        attributes.performedProcedureStep = uid("1.2.840.10008.3.1.2.3.3").flatMap { kind in
            uid("1.2.826.0.1.3680043.10.1.77").map { ObjectReference(sopClassUID: kind, sopInstanceUID: $0) }
        }
        var request = ImagingRequest()
        request.studyInstanceUID = uid("1.2.826.0.1.3680043.10.1.78")
        request.accessionNumber = canary()
        request.requestedProcedureID = canary()
        request.requestedProcedureDescription = canary()
        request.requestedProcedureCodes = [code(&canary)]
        request.scheduledProcedureStepID = canary()
        request.placerOrderNumber = canary()
        request.fillerOrderNumber = canary()
        attributes.requests = [request]
        attributes.institutionName = canary()
        attributes.stationName = canary()
        attributes.deviceSerialNumber = canary()
        attributes.softwareVersions = canary()
        attributes.lossyImageCompressionMethod = canary()
        return attributes
    }

    private static func uid(_ text: String) -> UID? { UID(text) }

    /// Every text of a value with the names of the members that lead to it, and every member that is nil.
    package static func texts(of value: Any) -> (texts: [(path: String, text: String)], absent: [String]) {
        var (texts, absent): ([(path: String, text: String)], [String]) = ([], [])
        func walk(_ value: Any, _ path: String) {
            let mirror = Mirror(reflecting: value)
            if let text = value as? String {
                texts.append((path, text))
            } else if mirror.displayStyle == .optional {
                if let inner = mirror.children.first { walk(inner.value, path) } else { absent.append(path) }
            } else if mirror.displayStyle == .collection {
                // Of pixels and numbers there is nothing to know.
                guard !(value is [UInt8] || value is [Double] || value is [Float]) else { return }
                for child in mirror.children { walk(child.value, path) }
            } else {
                for child in mirror.children {
                    walk(child.value, path + (path.isEmpty ? "" : ".") + (child.label ?? ""))
                }
            }
        }
        walk(value, "")
        return (texts, absent)
    }
}
