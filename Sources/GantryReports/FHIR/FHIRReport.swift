import FoundationEssentials
import GantryCore
import GantryGround

/// A revision of a study's verdict as a Bundle of FHIR R4: a DiagnosticReport, which nobody has verified
/// (`preliminary`), the Observations that it rests on, the ImagingStudy, the Device that judged, and the Patient.
///
/// The same record gives the same bytes: names of resources follow from the study's UID, the revision and what judged.
/// The bundle refers to nothing outside of it but by identifiers.
package struct FHIRReport: Sendable {
    let record: StudyRecord

    /// The report of a record.
    package init(_ record: StudyRecord) { self.record = record }

    /// The bundle as UTF-8, keys sorted, indented, with a line feed at the end.
    ///
    /// **Throws** `.cannotEncode` where a number is not finite.
    package func json() throws(ReportFault) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            return try Array(encoder.encode(bundle)) + [0x0A]
        } catch {
            throw ReportFault(
                .cannotEncode, subject: "FHIR bundle",
                explanation:
                    "a value of study \(record.studyKey) cannot be written as JSON; every number must be finite")
        }
    }

    private var bundle: FHIRBundle {
        let found = observations
        var resources: [any FHIRResource] = [report(found)]
        resources += found as [any FHIRResource]
        resources += [imagingStudy, device, patient] as [any FHIRResource]
        return FHIRBundle(
            id: name("bundle"),
            identifier: FHIRIdentifier(system: FHIRSystem.uri, value: "urn:uuid:" + name("bundle")),
            timestamp: record.judgedAt.description, entry: resources.map(FHIRBundle.Entry.init))
    }

    // MARK: - Names

    /// A UUID that follows from what is named: version 8, whose bits are whoever's makes it.
    ///
    /// **Source** RFC 9562 5.8.
    func name(_ part: String) -> String {
        let provenance = record.result.provenance
        let whole = [
            "FHIR", part, record.studyInstanceUID.value, "\(record.revision)", provenance.contentDigest,
            provenance.scoringDigest, provenance.judgingDigest,
        ]
        return Self.uuid(of: whole)
    }

    /// The device's name follows from what judges, and from nothing of the study: a retrained model is another one.
    private var deviceName: String {
        let provenance = record.result.provenance
        return Self.uuid(of: ["FHIR device", provenance.scoringDigest, provenance.judgingDigest])
    }

    private static func uuid(of parts: [String]) -> String {
        var bytes = Array(SHA256.hash(parts.joined(separator: "\0").utf8).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array(bytes.hexadecimal)
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }

    func reference(to part: String, _ type: String) -> FHIRReference {
        FHIRReference(reference: "urn:uuid:" + name(part), type: type)
    }

    // MARK: - Identifiers

    private var studyIdentifier: FHIRIdentifier {
        FHIRIdentifier(system: FHIRSystem.dicomUID, value: "urn:oid:" + record.studyInstanceUID.value)
    }

    private var accession: FHIRIdentifier? {
        FHIRText.string(record.study.accessionNumber).map {
            FHIRIdentifier(
                type: FHIRConcept(
                    FHIRCoding(system: FHIRSystem.identifierType, code: "ACSN", display: "Accession ID")), value: $0)
        }
    }

    /// What was asked for, known by its accession number alone.
    private var request: [FHIRReference]? {
        accession.map { [FHIRReference(type: "ServiceRequest", identifier: $0)] }
    }

    // MARK: - Resources

    private func report(_ observations: [FHIRObservation]) -> FHIRDiagnosticReport {
        FHIRDiagnosticReport(
            id: name("report"),
            identifier: [FHIRIdentifier(system: FHIRSystem.uri, value: "urn:uuid:" + name("report")), studyIdentifier]
                + [accession].compactMap(\.self),
            basedOn: request, code: Self.procedure, subject: reference(to: "patient", "Patient"),
            effectiveDateTime: FHIRText.day(record.study.studyDate), issued: record.judgedAt.description,
            result: observations.map { FHIRReference(reference: "urn:uuid:" + $0.id, type: "Observation") },
            imagingStudy: [reference(to: "study", "ImagingStudy")], conclusion: conclusion,
            conclusionCode: [Self.concept(of: record.result.verdict.finding)])
    }

    private static let procedure = FHIRConcept(
        FHIRCoding(system: FHIRSystem.loinc, code: "25045-6", display: "CT unspecified body region"),
        text: "Chest CT, judged by a residual network")

    private var conclusion: String {
        let verdict = record.result.verdict
        var sentences: [String] = []
        if let failed = record.failedSince {
            sentences.append("The study failed on \(IdentityText.minute(failed.at)): \(failed.detail)")
        }
        let probability = verdict.probability.map {
            let judging = record.result.provenance.judging
            return " (probability of \(record.result.provenance.positiveClass) "
                + DecimalText.probability($0, thresholds: [judging.negativeBelow, judging.positiveFrom]) + ")"
        }
        sentences.append("Revision \(record.revision): \(verdict.finding.rawValue)\(probability ?? "").")
        sentences += verdict.findings.filter(\.isFailure).map(\.detail)
        sentences.append(Notice.text)
        return FHIRText.string(sentences.joined(separator: "\n")) ?? Notice.text
    }

    private var imagingStudy: FHIRImagingStudy {
        let decisions = record.result.seriesDecisions
        let scored = decisions.first(where: \.isChosen)?.seriesInstanceUID
        let uids = decisions.map(\.seriesInstanceUID)
        // The parts of a series are one.
        let series = decisions.indices.filter { uids.firstIndex(of: uids[$0]) == $0 }.map { index in
            let decision = decisions[index]
            return FHIRImagingStudy.Series(
                uid: decision.seriesInstanceUID.value,
                number: decision.attributes.seriesNumber.flatMap { $0 >= 0 ? $0 : nil },
                modality: Self.modality(decision),
                description: FHIRText.string(decision.attributes.seriesDescription),
                // An instance may have images in several parts of its series.
                numberOfInstances: decision.part == nil ? decision.instances : nil,
                bodySite: decision.seriesInstanceUID == scored ? Self.lung : nil,
                instance: decision.seriesInstanceUID == scored ? keyInstances : nil)
        }
        let modalities = series.map(\.modality.code)
        let instances = series.compactMap(\.numberOfInstances)
        return FHIRImagingStudy(
            id: name("study"), identifier: [studyIdentifier] + [accession].compactMap(\.self),
            modality: series.indices.filter { modalities.firstIndex(of: modalities[$0]) == $0 }.map {
                series[$0].modality
            },
            subject: reference(to: "patient", "Patient"), started: FHIRText.day(record.study.studyDate),
            basedOn: request, numberOfSeries: series.count,
            numberOfInstances: instances.count == series.count ? instances.reduce(0, +) : nil,
            description: FHIRText.string(record.study.studyDescription), series: series)
    }

    /// The images with the key slices, each once, highest probability first; nil where there is none, and where the
    /// store does not know what kind of image they are.
    private var keyInstances: [FHIRImagingStudy.Instance]? {
        let result = record.result
        guard let source = result.source else { return nil }
        var instances: [FHIRImagingStudy.Instance] = []
        for (offset, picture) in result.keyPictures.enumerated() {
            guard let index = result.slices.firstIndex(where: { $0.index == picture.sliceIndex }) else { continue }
            let uid = result.slices[index].sopInstanceUID.value
            guard !instances.contains(where: { $0.uid == uid }) else { continue }
            instances.append(
                FHIRImagingStudy.Instance(
                    uid: uid,
                    sopClass: FHIRCoding(
                        system: FHIRSystem.uri, code: "urn:oid:" + source.images[index].sopClassUID.value),
                    title: "Key slice \(offset + 1)"))
        }
        return instances.isEmpty ? nil : instances
    }

    /// DICOM's own code for a series that does not say what it is: Other.
    private static func modality(_ decision: SeriesDecision) -> FHIRCoding {
        FHIRCoding(system: FHIRSystem.dicom, code: FHIRText.code(decision.attributes.modality) ?? "OT")
    }

    private var device: FHIRDevice {
        let provenance = record.result.provenance
        func version(_ what: String, _ value: String) -> FHIRDevice.Version? {
            FHIRText.string(value).map { FHIRDevice.Version(type: FHIRConcept(text: what), value: $0) }
        }
        return FHIRDevice(
            id: name("device"),
            identifier: [FHIRIdentifier(system: FHIRSystem.uri, value: "urn:uuid:" + deviceName)],
            manufacturer: "Gantry",
            deviceName: [
                FHIRDevice.Name(name: FHIRText.string(provenance.pipelineName) ?? "Gantry", type: "model-name")
            ],
            type: FHIRConcept(text: "Residual network for chest CT"),
            version: [
                version("pipeline", provenance.pipelineVersion), version("Gantry", provenance.gantryVersion),
                version("SHA-256 of the model", provenance.modelSHA256),
                version("digest of what decides the scores", provenance.scoringDigest),
                version("digest of what judges", provenance.judgingDigest),
            ].compactMap(\.self), note: [FHIRAnnotation(text: Notice.text)])
    }
}
