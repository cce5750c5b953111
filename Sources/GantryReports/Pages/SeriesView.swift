import GantryCore

/// One row of the table of series.
struct SeriesView {
    let number: String
    /// Which part of the series; nil where it is one stack.
    let part: String?
    let description: String
    let modality: String?
    let images: Int
    let thickness: String
    let spacing: String
    let kernel: String
    let decision: String
    let decisionClass: String
    let why: String
    let rules: [RuleView]
    let ruleSummary: String
    let geometryText: String?
    /// Air that the body encloses over it, in words; nil where its images were not read.
    let airText: String?
    let transferSyntaxes: String
    let equipment: String?
    let uid: String

    /// One rule.
    struct RuleView {
        let rule: String
        let expected: String
        let measured: String
        let passed: Bool
    }

    init(_ decision: SeriesDecision) {
        let attributes = decision.attributes
        number = attributes.seriesNumber.map { String($0) } ?? "\u{2013}"
        part = IdentityText.filled(decision.part)
        description = IdentityText.filled(attributes.seriesDescription) ?? "no description"
        modality = IdentityText.filled(attributes.modality)
        images = decision.images ?? decision.instances
        thickness = decision.sliceThicknessMillimetres.map { DecimalText.short($0, places: 3) } ?? "\u{2013}"
        spacing = decision.geometry?.sliceSpacingMillimetres.map { DecimalText.short($0, places: 2) } ?? "\u{2013}"
        kernel = IdentityText.filled(attributes.convolutionKernel) ?? "\u{2013}"
        if decision.isChosen {
            self.decision = "Chosen"
            decisionClass = "chosen"
        } else if let left = decision.trial?.left {
            self.decision = "Tried and left: \(CodeText.left(left))"
            decisionClass = "unsuitable"
        } else if let rank = decision.rank {
            self.decision = "Suitable, rank \(rank)"
            decisionClass = "suitable"
        } else {
            self.decision = "Not suitable"
            decisionClass = "unsuitable"
        }
        why = decision.reason
        rules = decision.rules.map {
            RuleView(rule: $0.rule.rawValue, expected: $0.expected, measured: $0.measured, passed: $0.passed)
        }
        let passed = decision.rules.count(where: \.passed)
        ruleSummary = "\(passed) of \(CodeText.count(decision.rules.count, "rule")) passed"
        geometryText = decision.geometry.map(SlicesView.words)
        airText = decision.trial?.enclosedAirMillilitres.map { "\(DecimalText.short($0, places: 0)) ml" }
        transferSyntaxes = decision.transferSyntaxes.map(\.name).joined(separator: ", ")
        let parts = [
            IdentityText.filled(attributes.manufacturer), IdentityText.filled(attributes.manufacturerModelName),
            attributes.kilovoltPeak.map { DecimalText.short($0, places: 1) + " kVp" },
            IdentityText.filled(attributes.patientPosition).map { "position \($0)" },
        ].compactMap(\.self)
        equipment = parts.isEmpty ? nil : parts.joined(separator: ", ")
        uid = decision.seriesInstanceUID.value
    }
}
