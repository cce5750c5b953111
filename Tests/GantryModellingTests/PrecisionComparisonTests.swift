import Foundation
import GantryCore
import GantryInference
import GantryModelling
import Testing

@Suite struct PrecisionComparisonTests {
    private static let preparation = PreparationDefinition(inputSize: SmallNetwork.inputSize)

    private func comparison(
        _ exact: [Float], _ other: [Float], model: ModelDescription = SmallNetwork.description
    ) throws -> PrecisionComparison {
        let scoring = ScoringDefinition(
            model: model, preparation: Self.preparation, sliceSelection: .all, seriesRules: SeriesRules())
        return try PrecisionComparison(
            scoring: scoring, judging: JudgingDefinition(), exact: SmallNetwork.make(bias: exact),
            other: SmallNetwork.make(bias: other), workers: 1)
    }

    /// A study of five slices, as few as are judged.
    private func study(isPositive: Bool? = nil) throws -> (slices: [CohortSlices.Slice], geometry: SeriesGeometry) {
        let values = SmallNetwork.images(5)
        let (side, size) = (SmallNetwork.inputSize, values.count / 5)
        let slices = try (0..<5).map { index in
            let plane = try #require(
                SlicePlane(
                    imagePositionPatient: Vector3(0, 0, Double(index)), rowDirection: Vector3(1, 0, 0),
                    columnDirection: Vector3(0, 1, 0), rowSpacingMillimetres: 1, columnSpacingMillimetres: 1))
            let source = SliceSource(
                file: "\(index).dcm", sopInstanceUID: try #require(UID("1.2.\(index + 1)")), frameNumber: 1,
                instanceNumber: nil, positionMillimetres: Double(index), rows: side, columns: side, plane: plane)
            return CohortSlices.Slice(
                tensor: SliceTensor(values: Array(values[index * size..<(index + 1) * size]), side: side),
                source: source, isPositive: isPositive.map { $0 && index == 2 })
        }
        let geometry = SeriesGeometry.measuring(slices.map(\.source.plane), toleranceMillimetres: 0.2)
        return (slices, try #require(geometry))
    }

    @Test func `slices and studies that two networks judge otherwise are counted`() throws {
        var comparison = try comparison([0, 1], [1, 0])
        let (slices, geometry) = try study()
        try comparison.add(slices, geometry: geometry)
        try comparison.add([], geometry: geometry)
        #expect(comparison.studies == 1 && comparison.sameVerdict == 0)
        #expect(comparison.agreement.slices == 5 && comparison.agreement.sameTopClass == 0)
        // The difference of two softmaxes of logits that are 1 apart: (e - 1) / (e + 1). Float32 has 24 bits.
        #expect(abs(comparison.agreement.largestDifference - (exp(1) - 1) / (exp(1) + 1)) < 1e-6)
        #expect(comparison.areasUnderCurve.exact == nil, "there is no truth")
    }

    @Test func `the summary says what a network in 8 bits has in common with itself in f32`() throws {
        var comparison = try comparison([0, 1], [0, 1])
        for isPositive in [true, false] {
            let (slices, geometry) = try study(isPositive: isPositive)
            try comparison.add(slices, geometry: geometry)
        }
        let summary = PrecisionSummary(comparison, calibrationSlices: 8, calibrationStudies: 2, isSeparate: true)
        let lines = [
            "slices with the same most probable class: 100.00 % of 10",
            "probability of covid19, mean and largest difference: 0.0000, 0.0000",
            "studies with the same verdict: 2 of 2",
            "study area under the ROC curve, f32 and int8: 0.5000, 0.5000",
        ]
        #expect(summary.lines(positiveClass: "covid19") == lines)
        let section = summary.section(positiveClass: "covid19", version: "1.2.3")
        #expect(
            section.hasPrefix(
                """
                ## In 8 bits

                `model.int8.safetensors`, made by `gantry model quantize` (Gantry 1.2.3): weights and feature maps \
                in 8 bits, scales chosen on
                8 slices of 2 studies, nothing trained. Beside the network in f32, on other studies:

                | | |
                |---|---|
                | slices with the same most probable class | 100.00 % of 10 |

                """))
        #expect(section.hasSuffix("| study area under the ROC curve, f32 and int8 | 0.5000, 0.5000 |\n"))
    }

    @Test func `a positive class that is none of the classes is refused`() throws {
        var model = SmallNetwork.description
        model.positiveClass = "tumour"
        let fault = #expect(throws: ModellingFault.self) { try comparison([0, 1], [0, 1], model: model) }
        #expect(fault?.code == .unknownPositiveClass)
        #expect(fault?.description == "The positive class \"tumour\" is none of the classes.")
    }
}
