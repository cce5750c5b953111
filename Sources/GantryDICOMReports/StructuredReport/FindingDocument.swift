import GantryCore
import GantryDICOMWriting

/// The content tree of the verdict's document.
///
/// **Source** PS3.16 TID 1500 (Measurement Report), 1204 (language), 1001 and 1004 (a device as observer), 1501
/// (Measurement and Qualitative Evaluation Group), 4019 (Algorithm Identification), 300 (Measurement).
struct FindingDocument {
    private let subject: ReportSubject

    init(_ subject: ReportSubject) { self.subject = subject }

    /// The root container.
    var root: ContentItem {
        var items = [ContentItem.modifier(.language, .code(.english))]
        items += Self.observer(subject)
        // Of CID 100, which knows no procedure more closely; the images' own codes stand in the header.
        items.append(.modifier(.procedureReported, .code(.ctOfUnspecifiedRegion)))
        items.append(.contained(.imagingMeasurements, .container(template: nil), [group]))
        return ContentItem(nil, .imagingMeasurementReport, .container(template: "1500"), items)
    }

    /// Who observed: the bundle, as a device.
    static func observer(_ subject: ReportSubject) -> [ContentItem] {
        [
            .context(.observerType, .code(.device)),
            .context(.deviceObserverUID, .uidReference(subject.names.deviceUID)),
            .context(.deviceObserverName, .text(subject.model)),
            .context(.deviceObserverManufacturer, .text(ReportSubject.manufacturer)),
            .context(.deviceObserverModelName, .text(subject.model)),
        ]
    }

    private var group: ContentItem {
        let (result, provenance) = (subject.result, subject.provenance)
        let finding = Concept.pipelineClass(provenance.positiveClass)
        let tracking = "\(provenance.pipelineName)/\(provenance.positiveClass)"
        var items: [ContentItem] = [
            .context(.trackingIdentifier, .text(tracking)),
            .context(.trackingUniqueIdentifier, .uidReference(subject.names.trackingUID(of: tracking))),
            .contained(.finding, .code(finding)),
            .modifier(.findingSite, .code(.lung)),
        ]
        items += algorithm
        if let probability = subject.probability {
            items.append(.contained(.probability, .number(probability)))
        }
        items.append(.contained(.positiveSlices, .number(Double(subject.positiveSlices))))
        items.append(.contained(.scoredSlices, .number(Double(result.verdict.scoredSlices))))
        items.append(.contained(finding, .code(Self.code(of: result.verdict.finding))))
        for quality in result.verdict.findings {
            let start = quality.isFailure ? "Makes the verdict indeterminate: " : ""
            items.append(.contained(.qualityFinding, .text(start + quality.detail)))
        }
        items.append(.contained(.notice, .text(Notice.text)))
        for (_, slice) in subject.key {
            items.append(.contained(.sourceOfMeasurement, .image(slice.reference, frame: slice.frame)))
        }
        return .contained(.measurementGroup, .container(template: "1501"), items)
    }

    private static func code(of finding: Finding) -> Concept {
        let (code, meaning) = finding.presence
        return Concept(code, "SCT", meaning)
    }

    /// What the number comes from, and what would have to be the same to get it again.
    private var algorithm: [ContentItem] {
        let (provenance, judging) = (subject.provenance, subject.provenance.judging)
        let parameters = [
            "model-sha256=\(provenance.modelSHA256)", "scoring-digest=\(provenance.scoringDigest)",
            "judging-digest=\(provenance.judgingDigest)",
            "precision=\((provenance.precision ?? .f32).rawValue)",
            "aggregation=\(Self.words(judging.aggregation))",
            "negative-below=\(judging.negativeBelow)", "positive-from=\(judging.positiveFrom)",
            "fewest-scored-slices=\(judging.fewestScoredSlices)",
            "slice-positive-from=\(judging.slicePositiveFrom)", "gantry=\(provenance.gantryVersion)",
        ]
        let name = ContentItem.modifier(.algorithmName, .text(provenance.pipelineName))
        let version = ContentItem.modifier(.algorithmVersion, .text(provenance.pipelineVersion))
        return [name, version] + parameters.map { ContentItem.modifier(.algorithmParameters, .text($0)) }
    }

    /// The rule as a pipeline file says it.
    private static func words(_ rule: AggregationRule) -> String {
        switch rule {
        case .topKMean(let k, let reference):
            "top-k-mean, k=\(k), reference-spacing-mm=\(reference.map { "\($0)" } ?? "none")"
        case .maximum: "maximum"
        case .mean: "mean"
        case .percentile(let percentile): "percentile \(percentile)"
        case .noisyOr: "noisy-or"
        case .fractionPositive(let threshold): "fraction-positive, threshold=\(threshold)"
        }
    }
}
