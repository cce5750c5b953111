import GantryCore

extension FHIRReport {
    static let lung = FHIRCoding(system: FHIRSystem.snomed, code: "39607008", display: "Lung")

    /// The verdict as CID 240 has it.
    static func concept(of finding: Finding) -> FHIRConcept {
        let (code, display) = finding.presence
        return FHIRConcept(
            FHIRCoding(system: FHIRSystem.snomed, code: code, display: display), text: finding.rawValue)
    }

    /// The probability, the verdict, how many slices, each key slice, and what was noticed about the study's quality.
    var observations: [FHIRObservation] {
        [probability, verdict, slices] + keySlices + (record.result.verdict.findings.isEmpty ? [] : [quality])
    }

    private func observation(_ part: String, _ code: FHIRConcept) -> FHIRObservation {
        FHIRObservation(
            id: name(part), code: code, subject: reference(to: "patient", "Patient"),
            effectiveDateTime: FHIRText.day(record.study.studyDate), issued: record.judgedAt.description,
            bodySite: FHIRConcept(Self.lung), device: reference(to: "device", "Device"),
            derivedFrom: [reference(to: "study", "ImagingStudy")])
    }

    private var positiveClass: String { FHIRText.string(record.result.provenance.positiveClass) ?? "positive" }

    private var probability: FHIRObservation {
        let (verdict, judging) = (record.result.verdict, record.result.provenance.judging)
        var made = observation(
            "probability",
            FHIRConcept(
                FHIRCoding(system: FHIRSystem.dicom, code: "122157", display: "Probability"),
                text: "Probability of \(positiveClass)"))
        made.valueQuantity = verdict.probability.map { .plain($0) }
        if verdict.probability == nil {
            made.dataAbsentReason = FHIRConcept(
                FHIRCoding(system: FHIRSystem.absence, code: "not-performed", display: "Not Performed"),
                text: "Too few slices were scored")
        }
        let (code, display) =
            switch verdict.finding {
            case .positive: ("POS", "Positive")
            case .negative: ("NEG", "Negative")
            case .indeterminate: ("IND", "Indeterminate")
            }
        made.interpretation = [
            FHIRConcept(FHIRCoding(system: FHIRSystem.interpretation, code: code, display: display))
        ]
        made.referenceRange = [
            FHIRObservation.Range(high: .plain(judging.negativeBelow), text: "negative below this"),
            FHIRObservation.Range(low: .plain(judging.positiveFrom), text: "positive from this on"),
        ]
        made.component = verdict.interval.map { interval in
            [
                ("5th percentile when slices are resampled", interval.lower),
                ("95th percentile when slices are resampled", interval.upper),
            ].map { FHIRObservation.Component(code: FHIRConcept(text: $0), valueQuantity: .plain($1)) }
        }
        return made
    }

    private var verdict: FHIRObservation {
        var made = observation(
            "verdict",
            FHIRConcept(
                FHIRCoding(system: FHIRSystem.dicom, code: "121071", display: "Finding"), text: positiveClass))
        made.valueCodeableConcept = Self.concept(of: record.result.verdict.finding)
        return made
    }

    private var slices: FHIRObservation {
        let verdict = record.result.verdict
        var made = observation("slices", FHIRConcept(text: "Slices"))
        made.component = [
            FHIRObservation.Component(
                code: FHIRConcept(text: "Slices of the scored series"), valueInteger: record.result.slices.count),
            FHIRObservation.Component(code: FHIRConcept(text: "Scored slices"), valueInteger: verdict.scoredSlices),
            FHIRObservation.Component(
                code: FHIRConcept(text: "Fraction of the scored slices that is positive"),
                valueQuantity: .plain(verdict.fractionPositive)),
            FHIRObservation.Component(
                code: FHIRConcept(text: "Longest run of positive slices"), valueInteger: verdict.longestRun),
        ]
        return made
    }

    private var keySlices: [FHIRObservation] {
        let (result, provenance) = (record.result, record.result.provenance)
        let positive = provenance.classes.firstIndex(of: provenance.positiveClass)
        return result.keyPictures.enumerated().compactMap { offset, picture in
            guard let slice = result.slice(at: picture.sliceIndex), let positive,
                slice.probabilities.indices.contains(positive)
            else { return nil }
            var made = observation(
                "key slice \(offset + 1)",
                FHIRConcept(
                    FHIRCoding(system: FHIRSystem.dicom, code: "122157", display: "Probability"),
                    text: "Probability of \(positiveClass) on key slice \(offset + 1)"))
            made.valueQuantity = .plain(slice.probabilities[positive])
            made.component = [
                FHIRObservation.Component(
                    code: FHIRConcept(text: "SOP Instance UID"), valueString: slice.sopInstanceUID.value),
                FHIRObservation.Component(code: FHIRConcept(text: "Frame number"), valueInteger: slice.frameNumber),
                FHIRObservation.Component(
                    code: FHIRConcept(text: "Position along the slices' normal"),
                    valueQuantity: .millimetres(slice.positionMillimetres)),
            ]
            return made
        }
    }

    private var quality: FHIRObservation {
        var made = observation("quality", FHIRConcept(text: "Quality findings"))
        made.component = record.result.verdict.findings.map { finding in
            FHIRObservation.Component(
                code: FHIRConcept(
                    FHIRCoding(code: finding.code.rawValue, display: ReportTexts.english(.quality(finding.code))),
                    text: finding.isFailure ? "Makes the verdict indeterminate" : "Noticed"),
                valueString: FHIRText.string(finding.detail) ?? ReportTexts.english(.quality(finding.code)))
        }
        return made
    }
}
