import GantryCore

/// One row of the table of series.
struct SeriesView {
    let number: String
    /// Which part of the series; nil where it is one stack.
    let part: String?
    let description: String
    /// Number and description, markup.
    let name: String
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
    /// Air that the body encloses over it; nil where its images were not read.
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

    init(_ decision: SeriesDecision, _ texts: ReportTexts) {
        let attributes = decision.attributes
        number = attributes.seriesNumber.map { String($0) } ?? "\u{2013}"
        description = IdentityText.filled(attributes.seriesDescription) ?? texts(.noDescription)
        name = texts.markup(
            .seriesName, ["number": number, "description": "<bdi>\(MarkupEscaping.escaped(description))</bdi>"])
        part = IdentityText.filled(decision.part)
        modality = IdentityText.filled(attributes.modality)
        images = decision.images ?? decision.instances
        thickness = decision.sliceThicknessMillimetres.map { texts.short($0, places: 3) } ?? "\u{2013}"
        spacing = decision.geometry?.sliceSpacingMillimetres.map { texts.short($0, places: 2) } ?? "\u{2013}"
        kernel = IdentityText.filled(attributes.convolutionKernel) ?? "\u{2013}"
        if decision.isChosen {
            self.decision = texts(.chosen)
            decisionClass = "chosen"
        } else if let left = decision.trial?.left {
            self.decision = texts(.triedAndLeft, ["reason": texts(.left(left))])
            decisionClass = "unsuitable"
        } else if let rank = decision.rank {
            self.decision = texts(.suitable, ["rank": String(rank)])
            decisionClass = "suitable"
        } else {
            self.decision = texts(.notSuitable)
            decisionClass = "unsuitable"
        }
        why = decision.reason
        rules = decision.rules.map {
            RuleView(
                rule: texts(.rule($0.rule)), expected: $0.expected, measured: $0.measured, passed: $0.passed)
        }
        let passed = decision.rules.count(where: \.passed)
        ruleSummary = texts(
            .rulesPassed, ["passed": String(passed), "rules": texts(.rules, count: decision.rules.count)])
        geometryText = decision.geometry.map { texts(.measured, ["geometry": SlicesView.words($0, texts)]) }
        airText = decision.trial?.enclosedAirMillilitres.map {
            texts(.enclosedAir, ["volume": texts.short($0, places: 0)])
        }
        transferSyntaxes = texts(
            .transferSyntax, ["names": decision.transferSyntaxes.map(\.name).joined(separator: ", ")])
        let parts = [
            IdentityText.filled(attributes.manufacturer), IdentityText.filled(attributes.manufacturerModelName),
            attributes.kilovoltPeak.map { texts(.kilovolts, ["voltage": texts.short($0, places: 1)]) },
            IdentityText.filled(attributes.patientPosition).map { texts(.patientPosition, ["position": $0]) },
        ].compactMap(\.self)
        equipment = parts.isEmpty ? nil : texts(.equipment, ["equipment": parts.joined(separator: ", ")])
        uid = decision.seriesInstanceUID.value
    }
}
