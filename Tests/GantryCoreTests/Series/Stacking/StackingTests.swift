import GantryCore
import Testing

@Suite struct StackingTests {
    /// The only part of `series`.
    private func stacking(_ series: Series, rules: SeriesRules = SeriesRules()) throws -> StackingResult {
        let parts = SliceStack.stacks(of: series, rules: rules)
        try #require(parts.count == 1)
        #expect(parts[0].part == nil)
        return parts[0]
    }

    @Test func `slices come by increasing position, whatever their names and numbers`() throws {
        let heights = [30.0, 0, 20, 10, 40]
        let series = Series(
            seriesInstanceUID: uid("1.2.3.4"),
            instances: heights.enumerated().map { slice($0.offset + 1, z: $0.element) })
        let stack = try #require(stacking(series).stack)
        #expect(stack.slices.map(\.positionMillimetres) == [0, 10, 20, 30, 40])
        #expect(stack.slices.map(\.instanceNumber) == [2, 4, 3, 1, 5])
        #expect(stack.geometry.isRegular && stack.outcomes.isEmpty)
    }

    @Test(arguments: 0..<20) func `the order of the instances has no influence`(seed: Int) throws {
        var series = chest(12)
        series.instances.append(slice(40, z: 5))
        series.instances.append(slice(41, z: 5))
        series.instances[3].frame.plane = nil
        series.instances[4].pixels = PixelDescription(rows: 256, columns: 256, isSigned: true)
        let expected = try stacking(series)
        var shuffler = Shuffler(UInt64(seed))
        series.instances.shuffle(using: &shuffler)
        #expect(try stacking(series) == expected)
        #expect(expected.outcomes.count == 4)
    }

    @Test func `every instance is afterwards a slice or an outcome`() throws {
        var series = chest(12)
        series.instances[0].frame.plane = nil
        series.instances[1].frame.plane = series.instances[2].frame.plane
        series.instances[5].frame.imageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
        series.instances[7].frame.rescale = nil
        let stacked = try stacking(series)
        let stack = try #require(stacked.stack)
        let files = stack.slices.map(\.file) + stack.outcomes.map(\.file)
        #expect(files.sorted() == series.instances.map(\.file).sorted())
        #expect(stack.outcomes == stacked.outcomes)
        #expect(stack.slices.count == stack.geometry.positions)
    }

    @Test func `at one position the later acquisition is kept`() throws {
        var series = chest(10)
        var early = slice(90, z: 5)
        var late = slice(20, z: 5)
        early.frame.acquisitionDateTime = "20260101120000"
        series.instances[2].frame.acquisitionDateTime = "20260101120000.5"
        late.frame.acquisitionDateTime = "20260101120001"
        series.instances += [early, late]
        let stacked = try stacking(series)
        let stack = try #require(stacked.stack)
        #expect(stack.slices.count == 10)
        #expect(stack.slices[2].file == late.file)
        #expect(stack.outcomes.map(\.reason) == [.supersededAtPosition, .supersededAtPosition])
        #expect(stack.outcomes.allSatisfy { $0.detail.contains(late.file) })
        #expect(stacked.evidence == StackEvidence(positionConflicts: 1, keptBy: [.acquisitionTime: 1]))
    }

    @Test func `without times the acquisition number decides, then the instance number`() throws {
        var series = chest(10)
        var again = slice(1, z: 7.5, series: "1.2.3.4.99")
        again.seriesInstanceUID = uid("1.2.3.4")
        again.frame.acquisitionNumber = 2
        series.instances[3].frame.acquisitionNumber = 1
        series.instances.append(again)
        #expect(try #require(stacking(series).stack).slices[3].file == again.file)
        series.instances[3].frame.acquisitionNumber = 2
        #expect(try #require(stacking(series).stack).slices[3].instanceNumber == 4)
    }

    @Test func `where nothing says which is later the conflict is undecided`() throws {
        var series = chest(10)
        var again = series.instances[3]
        again.sopInstanceUID = uid("1.2.3.4.99")
        again.file = "again.dcm"
        series.instances.append(again)
        let stacked = try stacking(series)
        #expect(
            stacked.evidence
                == StackEvidence(positionConflicts: 1, keptBy: [.sopInstanceUID: 1], undecidedConflicts: 1))
        #expect(try #require(stacked.stack).slices[3].file == "again.dcm")
    }

    @Test func `instances of another shape, orientation or pixel spacing are put aside with their reason`() throws {
        var series = chest(12)
        series.instances[0].pixels = PixelDescription(rows: 256, columns: 512, isSigned: true)
        series.instances[1].frame.plane = plane(-170, -170, 2.5, row: Vector3(0, 1, 0), column: Vector3(0, 0, -1))
        series.instances[2].frame.plane = plane(-170, -170, 5, spacing: 0.8)
        let stacked = try stacking(series)
        #expect(try #require(stacked.stack).slices.count == 9)
        let details = stacked.outcomes.sorted { $0.file < $1.file }.map(\.detail)
        #expect(details.count == 3)
        #expect(details[0].hasPrefix("Rows and Columns differ from 9 of the 12 images"))
        #expect(details[2].hasPrefix("Values of Pixel Spacing"))
        // The sagittal one lies across the slices, as a localizer does: nothing that the stack could be missing.
        #expect(details[1].hasPrefix("Put aside from its series: lies across its slices"))
        #expect(stacked.outcomes.map(\.reason) == [.attributeInvalid, .seriesNotChosen, .attributeInvalid])
        #expect(stacked.evidence.unusableImages == 2 && stacked.evidence.unusableFiles == 2)
    }

    @Test func `a scout among slices is skipped, and is nothing wrong`() throws {
        var series = chest(12)
        series.instances[0].frame.imageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
        let stacked = try stacking(series)
        #expect(stacked.outcomes.map(\.reason) == [.seriesNotChosen])
        #expect(stacked.evidence.unusableImages == 0)
        #expect(try #require(stacked.stack).slices.count == 11)
    }

    @Test func `a rule that most of the series fails puts nothing aside`() throws {
        let series = chest(12).with { $0.frame.imageType = ["DERIVED", "SECONDARY"] }
        #expect(try #require(stacking(series).stack).slices.count == 12)
    }

    @Test func `a series without images or places has no stack`() throws {
        for change in [{ $0.frame.plane = nil }, { $0.pixels = nil }] as [(inout SOPInstance) -> Void] {
            let stacked = try stacking(chest(3).with(change))
            #expect(stacked.stack == nil)
            #expect(stacked.outcomes.count == 3)
        }
    }

    @Test func `lossy slices are counted by transfer syntax, with the ratios that their files state`() throws {
        var series = chest(12)
        series.instances[0].wasLossyCompressed = true
        for (index, ratio) in [(1, 8.04), (2, 12.4), (3, nil)] as [(Int, Double?)] {
            series.instances[index].transferSyntax = .jpegLSNearLossless
            series.instances[index].lossyCompressionRatio = ratio
        }
        series.instances[4].transferSyntax = .jpegLSLossless
        #expect(
            try stacking(series).evidence.lossySlices == [
                LossyCompression(transferSyntax: .explicitVRLittleEndian, slices: 1),
                LossyCompression(transferSyntax: .jpegLSNearLossless, slices: 3, ratios: 8.04...12.4),
            ])
    }
}
