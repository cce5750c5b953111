import GantryCore
import Testing

@Suite struct WordingTests {
    @Test(
        arguments: [
            (0.5998, 3, 0.6, "0.5998"), (0.6, 3, 0.6, "0.600"), (0.25, 3, 0.6, "0.250"), (5.04, 1, 5, "5.04"),
            (4.96, 1, 5, "4.96"), (0.8996, 2, 0.9, "0.8996"), (149.7, 0, 150, "149.7"), (5 + 1e-12, 1, 5, "5.0"),
        ] as [(Double, Int, Double, String)])
    func `a number has as many digits as tell it from a limit`(
        value: Double, decimals: Int, limit: Double, text: String
    ) {
        #expect(value.written(decimals: decimals, apartFrom: [limit]) == text)
    }

    @Test(
        arguments: [
            (0.6, 2, "0.60"), (0.59984, 2, "0.59984"), (1, 2, "1.00"), (150, 0, "150"), (0.1, 0, "0.1"),
            (0.1 + 0.2, 2, "0.30"),
        ] as [(Double, Int, String)])
    func `a limit is written as it was set`(value: Double, decimals: Int, text: String) {
        #expect(value.writtenInFull(decimals: decimals) == text)
    }

    @Test(
        arguments: [
            (0.999_96, [0.4, 0.6], ">0.999"), (1, [0.4, 0.6], ">0.999"), (0.9994, [], "0.999"),
            (0.0004, [0.4], "<0.001"),
            (0, [0.4], "<0.001"), (0.0006, [0.4], "0.001"), (0.9997, [0.9998], "0.9997"),
            (0.999_85, [0.9998], "0.9999"),
            (0.9997, [1], "0.9997"), (1, [1], "1.000"), (0.0003, [0.0002], "0.0003"), (0, [0], "<0.001"),
            (0.5998, [0.4, 0.6], "0.5998"),
        ] as [(Double, [Double], String)])
    func `a probability stands on its own side of every limit, and is never rounded to certainty`(
        value: Double, limits: [Double], text: String
    ) {
        #expect(value.writtenAsProbability(apartFrom: limits) == text)
    }

    @Test(
        arguments: [
            ([1.2, 5], ["1.2", "5.0"]), ([1.24, 1.22], ["1.24", "1.22"]), ([5, 5 + 1e-12], ["5.0", "5.0"]),
            ([2, 2, 2.0004], ["2.0000", "2.0000", "2.0004"]), ([], []),
        ] as [([Double], [String])])
    func `numbers have as many digits as tell them apart`(values: [Double], texts: [String]) {
        #expect(Double.written(values, decimals: 1) == texts)
    }

    @Test(
        arguments: [
            (8.296, 8.304, true, "8.30", nil), (8.2, 8.5, true, "8.30", "8.20 to 8.50"),
            (8.299, 8.301, false, "8.300", "8.299 to 8.301"),
        ] as [(Double, Double, Bool, String, String?)])
    func `distances are a range only where they read differently`(
        smallest: Double, largest: Double, isRegular: Bool, median: String, range: String?
    ) {
        let geometry = SeriesGeometry(
            positions: 40, sliceSpacingMillimetres: 8.3, smallestSpacingMillimetres: smallest,
            largestSpacingMillimetres: largest, isRegular: isRegular, gaps: [], tiltDegrees: 0, normal: Vector3(0, 0, 1)
        )
        let words = geometry.spacingWords
        #expect(words?.median == median)
        #expect(words?.range.map { "\($0.smallest) to \($0.largest)" } == range)
    }

    @Test(arguments: FileReason.allCases) func `no reason is said as a code`(reason: FileReason) {
        for count in [1, 2] {
            let clause = reason.clause(count)
            #expect(!clause.isEmpty && clause.first?.isLowercase == true)
            // A code word has a capital within it.
            let words = clause.split(separator: " ").filter {
                !["CT", "DICOM", "(DICOMDIR)", "Hounsfield"].contains($0)
            }
            #expect(words.allSatisfy { !$0.contains(where: \.isUppercase) }, "\(clause)")
        }
    }
}
