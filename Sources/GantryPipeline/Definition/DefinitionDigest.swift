import Foundation
import GantryCore
import GantryGround

/// Digests of the two halves of a definition: SHA-256 over JSON with sorted keys, after a line that names the rules by
/// which this version computes.
public enum DefinitionDigest {
    /// Raise it when the same definition gives a slice another number than before: a change of windowing, resizing,
    /// lung area, series choice, slice order, or of the network's arithmetic beyond its tolerance.
    static let scoringRevision = 2
    /// Raise it when the same scores give another verdict than before: a change of aggregation or of quality rules.
    static let judgingRevision = 1

    /// Of what gives a slice its number.
    public static func scoring(_ definition: ScoringDefinition) -> String {
        var definition = definition
        // The digest of the file is in; under which name it lies has no influence on a number.
        definition.model.file = ""
        // Which data a temperature was fitted on has none either.
        definition.model.calibration?.dataSHA256 = ""
        // Of a profile the same as of the model: its distances are stored with the scores.
        definition.model.profile?.file = ""
        // What is not loaded has none either.
        if definition.model.precision == .int8 {
            definition.model.sha256 = ""
            definition.model.quantized?.file = ""
        } else {
            definition.model.quantized = nil
        }
        return digest(of: definition, headline: "gantry scoring \(scoringRevision)\n")
    }

    /// Of what makes a verdict of the numbers.
    public static func judging(_ definition: JudgingDefinition) -> String {
        digest(of: definition, headline: "gantry judging \(judgingRevision)\n")
    }

    /// Of what gives a study the numbers that are compared over time: thresholds and quality rules have no part in it.
    public static func measuring(_ definition: PipelineDefinition) -> String {
        struct Measuring: Encodable {
            let scoring: String
            let aggregation: AggregationRule
            let slicePositiveFrom: Double
        }
        let judging = definition.judging
        return digest(
            of: Measuring(
                scoring: scoring(definition.scoring), aggregation: judging.aggregation,
                slicePositiveFrom: judging.slicePositiveFrom), headline: "gantry measuring 1\n")
    }

    private static func digest(of value: some Encodable, headline: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        var hash = SHA256()
        hash.update(headline.utf8)
        do {
            hash.update(try encoder.encode(value))
        } catch {
            // Numbers, texts and lists always encode; were it otherwise, the text still tells two values apart.
            hash.update(String(reflecting: value).utf8)
        }
        return hash.finalize().hexadecimal
    }
}
