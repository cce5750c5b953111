import Foundation
import GantryCore
import GantryPipeline
import Testing

/// The tables of settings, and what must follow from every row.
@Suite struct SettingTableTests {
    private static let definition = PipelineDefinition(
        name: "p", version: "1",
        scoring: ScoringDefinition(
            model: ModelDescription(
                file: "model.safetensors", sha256: String(repeating: "ab", count: 32),
                architecture: .resNet50(classes: 2), classes: ["negative", "covid19"], positiveClass: "covid19"),
            preparation: PreparationDefinition(), sliceSelection: .defaultLung, seriesRules: SeriesRules()))

    /// The same network for images.
    private static let imageDefinition = {
        var changed = definition
        changed.scoring.preparation = PreparationDefinition(images: ImagePreparation())
        return changed
    }()

    /// Changes the settings of `table` one by one, each in `definition` as it is.
    private static func expectRowsToHold<Section>(
        _ table: SettingTable<Section>, at place: WritableKeyPath<PipelineDefinition, Section>,
        in definition: PipelineDefinition = definition
    ) throws {
        let before = PipelineBundle(folder: "", definition: definition, modelPath: "")
        for setting in table.settings {
            var definition = definition
            setting.change(in: &definition[keyPath: place])
            #expect(definition != before.definition, "\(setting.key)")
            #expect(try PipelineDefinition(yaml: definition.yaml) == definition, "\(setting.key)")
            let after = PipelineBundle(folder: "", definition: definition, modelPath: "")
            #expect((after.scoringDigest != before.scoringDigest) == (table.digest == .scoring), "\(setting.key)")
            #expect((after.judgingDigest != before.judgingDigest) == (table.digest == .judging), "\(setting.key)")
        }
    }

    @Test func `a changed setting is written, read again, and enters the digest of its table alone`() throws {
        try Self.expectRowsToHold(SeriesRules.settings, at: \.scoring.seriesRules)
        try Self.expectRowsToHold(PreparationDefinition.settings, at: \.scoring.preparation)
        try Self.expectRowsToHold(
            PreparationDefinition.imageSettings, at: \.scoring.preparation, in: Self.imageDefinition)
        try Self.expectRowsToHold(JudgingDefinition.settings, at: \.judging)
        try Self.expectRowsToHold(ReaderLimits.settings, at: \.reader)
        try Self.expectRowsToHold(ReportDefinition.settings, at: \.report)
        for rule in AggregationSettings.Rule.allCases {
            var definition = Self.definition
            definition.aggregation.rule = rule
            try Self.expectRowsToHold(AggregationSettings.table(of: rule), at: \.aggregation, in: definition)
        }
        for rule in SliceSelectionSettings.Rule.allCases {
            var definition = Self.definition
            definition.selection.rule = rule
            try Self.expectRowsToHold(SliceSelectionSettings.table(of: rule), at: \.selection, in: definition)
        }
    }

    @Test func `what a section has without a word is the default of every row`() {
        #expect(SeriesRules.settings.usual == SeriesRules())
        #expect(AggregationSettings().aggregation == JudgingDefinition().aggregation)
        #expect(SliceSelectionSettings().selection == .lung(smallestFraction: 0.05, airRangeHU: -1000...(-400)))
    }

    /// Keys of a section that are no rows of its table.
    private static let others = [
        "reader": ["second-opinion"],
        "preparation": ["input", "windows", "windows[].center", "windows[].function"],
        "slices": ["select"],
        "judging": ["aggregation"] + AggregationSettings.Rule.allCases.map(\.rawValue),
        "report": ["window"],
    ]

    private static func expectPageToShow<Section>(
        _ table: SettingTable<Section>, below heading: String? = nil
    ) throws {
        let others = (others[heading ?? table.section] ?? []).map { "| `\($0)`" }
        let rows = try DefinitionPage.rows(of: heading ?? table.section)
        #expect(others.allSatisfy { other in rows.contains { $0.hasPrefix(other) } }, "\(table.section)")
        #expect(
            rows.filter { row in !others.contains { row.hasPrefix($0) } }
                == table.settings.map { $0.row(usual: table.usual) })
    }

    @Test func `docs/pipeline.md shows the tables, row by row`() throws {
        try Self.expectPageToShow(SeriesRules.settings)
        try Self.expectPageToShow(PreparationDefinition.settings)
        try Self.expectPageToShow(PreparationDefinition.imageSettings, below: "preparation of images")
        try Self.expectPageToShow(JudgingDefinition.settings)
        try Self.expectPageToShow(ReaderLimits.settings)
        try Self.expectPageToShow(ReportDefinition.settings)
        try Self.expectPageToShow(SliceSelectionSettings.table(of: .lung))
        #expect(SliceSelectionSettings.table(of: .all).settings.isEmpty)
    }

    @Test func `a file that is written says beside each setting what it means`() throws {
        let lines = Self.definition.yaml.split(separator: "\n")
        #expect(lines.contains("  fewest-slices: 10  # distinct positions"))
        #expect(
            lines.contains(
                "  smallest-axial-normal-z: 0.9  # least |z| of the slices' normal; 0.9 allows 25 degrees of tilt"))
        let above = try #require(lines.firstIndex { $0.hasPrefix("  # air that the body must enclose") })
        #expect(lines[above...].dropFirst().first { !$0.hasPrefix("  # ") } == "  smallest-lung-ml: 150")
        #expect(lines.allSatisfy { $0.count <= 100 })
    }

    @Test(arguments: AggregationSettings.Rule.allCases)
    func `docs/pipeline.md shows the settings of each rule of aggregation`(rule: AggregationSettings.Rule) throws {
        let table = AggregationSettings.table(of: rule)
        let usual = table.usual
        let settings = table.settings.map { setting in
            let usual = setting.defaultText(usual).map { "default \($0)" } ?? "required"
            return " `\(setting.key)` (\(setting.typeText), \(usual))"
        }
        let beginning = "| `\(rule.rawValue)` |\(settings.joined(separator: ",")) | "
        #expect(try DefinitionPage.rows(of: "judging").contains { $0.hasPrefix(beginning) }, "\(beginning)")
    }
}

extension PipelineDefinition {
    fileprivate var aggregation: AggregationSettings {
        get { AggregationSettings(judging.aggregation) }
        set { judging.aggregation = newValue.aggregation }
    }

    fileprivate var selection: SliceSelectionSettings {
        get { SliceSelectionSettings(scoring.sliceSelection) }
        set { scoring.sliceSelection = newValue.selection }
    }
}

/// `docs/pipeline.md`.
private enum DefinitionPage {
    /// The rows of the tables below the heading of `section`, links replaced by their texts.
    static func rows(of section: String) throws -> [String] {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/pipeline.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
        return lines.drop { $0 != "## \(section)" }.dropFirst().prefix { !$0.hasPrefix("## ") }
            .filter { $0.hasPrefix("| `") }
            .map { String($0).replacing(#/\[([^\]]*)\]\([^)]*\)/#) { $0.output.1 } }
    }
}

extension PipelineSetting {
    /// Sets another value that is allowed, near the one it has.
    fileprivate func change(in section: inout Section) {
        switch value {
        case .flag(let place): section[keyPath: place].toggle()
        case .wholeNumber(let place, let range):
            section[keyPath: place] += section[keyPath: place] > range.lowerBound ? -1 : 1
        case .wholeNumberOrNone(let place, let range):
            section[keyPath: place] = section[keyPath: place] == nil ? range.lowerBound : nil
        case .wholeNumberRange(let place, let range):
            section[keyPath: place] = range.lowerBound...section[keyPath: place].upperBound
        case .number(let place, let range), .requiredNumber(let place, let range):
            section[keyPath: place] = Self.near(section[keyPath: place], range)
        case .numberOrNone(let place, let range):
            section[keyPath: place] = section[keyPath: place] == nil ? range.lowerBound : nil
        case .numbers(let place, let range):
            section[keyPath: place] = section[keyPath: place].map { Self.near($0, range) }
        case .texts(let place), .words(let place): section[keyPath: place] += ["another"]
        case .choices(let choices):
            let words = choices.words(in: section)
            _ = choices.set(choices.all.filter { $0 != words.first }, in: &section)
        case .choice(let choice):
            let word = choice.word(in: section)
            _ = choice.words.first { $0 != word }.map { choice.set($0, in: &section) }
        }
    }

    private static func near(_ number: Double, _ range: ClosedRange<Double>) -> Double {
        let less = number - number.magnitude / 100
        return less != number && range.contains(less) ? less : (number + range.upperBound) / 2
    }

    /// The row of docs/pipeline.md.
    fileprivate func row(usual: Section) -> String {
        "| `\(key)` | \(typeText) | \(defaultText(usual) ?? "required") | \(meaning) |"
    }

    fileprivate var typeText: String {
        let unit = unit.flatMap { key.split(separator: "-").contains($0[...]) ? nil : " \($0)" } ?? ""
        return switch value {
        case .flag: "true, false"
        case .wholeNumber(_, let range): Self.text(range) + unit
        case .wholeNumberOrNone(_, let range): Self.text(range) + unit + " or `none`"
        case .wholeNumberRange(_, let range): "two whole numbers, " + Self.text(range) + unit
        case .number(_, let range), .requiredNumber(_, let range): Self.text(range) + unit
        case .numberOrNone(_, let range): Self.text(range) + unit + " or `none`"
        case .numbers(_, let range): "a number for each channel, " + Self.text(range) + unit
        case .texts, .words: "list of texts"
        case .choice(let choice): choice.words.map { "`\($0)`" }.joined(separator: ", ")
        case .choices(let choices): "list of " + choices.all.map { "`\($0)`" }.joined(separator: ", ")
        }
    }

    /// The default as the page has it; nil where there is none.
    fileprivate func defaultText(_ usual: Section) -> String? {
        switch value {
        case .flag(let place): "\(usual[keyPath: place])"
        case .wholeNumber(let place, _): Self.text(usual[keyPath: place])
        case .wholeNumberOrNone(let place, _): usual[keyPath: place].map { Self.text($0) } ?? "`none`"
        case .wholeNumberRange(let place, _):
            "`[\(Self.text(usual[keyPath: place].lowerBound)), \(Self.text(usual[keyPath: place].upperBound))]`"
        case .number(let place, _): Self.text(usual[keyPath: place])
        case .numberOrNone(let place, _): usual[keyPath: place].map { Self.text($0) } ?? "`none`"
        case .requiredNumber: nil
        case .numbers(let place, _):
            "`[\(usual[keyPath: place].map { Self.text($0) }.joined(separator: ", "))]`"
        case .texts(let place):
            usual[keyPath: place].isEmpty ? "none" : "[" + usual[keyPath: place].joined(separator: ", ") + "]"
        case .words: "built in"
        case .choice(let choice): "`\(choice.word(in: usual))`"
        case .choices(let choices): "`[\(choices.words(in: usual).joined(separator: ", "))]`"
        }
    }

    private static func text(_ range: ClosedRange<Int>) -> String {
        "\(text(range.lowerBound)) to \(text(range.upperBound))"
    }

    private static func text(_ range: ClosedRange<Double>) -> String {
        "\(text(range.lowerBound)) to \(text(range.upperBound))"
    }

    /// In groups of three digits from 10,000 on.
    private static func text(_ number: Int) -> String {
        let digits = String(number)
        guard number >= 10_000 else { return digits }
        return digits.enumerated().map { index, digit in
            index > 0 && (digits.count - index).isMultiple(of: 3) ? ",\(digit)" : "\(digit)"
        }.joined()
    }

    private static func text(_ number: Double) -> String {
        Int(exactly: number).map { text($0) } ?? number.writtenInFull(decimals: 0)
    }
}
