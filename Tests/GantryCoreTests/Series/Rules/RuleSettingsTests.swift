import GantryCore
import Testing

/// Every rule shows what it measured, and its setting decides.
@Suite struct RuleSettingsTests {
    private func decision(_ series: Series, _ change: (inout SeriesRules) -> Void = { _ in }) throws -> SeriesDecision {
        var rules = SeriesRules(largestSliceThicknessMillimetres: 10)
        change(&rules)
        return try #require(SeriesSelection.decide(study([series]), rules: rules).decisions.first)
    }

    private func row(_ rule: RuleName, of decision: SeriesDecision) throws -> RuleOutcome {
        try #require(decision.rules.first { $0.rule == rule })
    }

    /// A limit that the tilted head CT, 4 mm and 7 mm thick with gaps, breaks, and one that it keeps.
    static let limits:
        [(
            rule: RuleName, measured: String, sentence: String, strict: @Sendable (inout SeriesRules) -> Void,
            loose: @Sendable (inout SeriesRules) -> Void
        )] = [
            (
                .evenThickness, "3.00 mm",
                "slice thickness differs by 3.00 mm; the pipeline takes a spread of at most",
                { $0.largestThicknessSpreadMillimetres = 2.9 }, { $0.largestThicknessSpreadMillimetres = 3 }
            ),
            (
                .gantryTilt, "18.5 degrees", "the gantry was tilted by 18.5 degrees; the pipeline takes at most 18.4",
                { $0.largestTiltDegrees = 18.4 }, { $0.largestTiltDegrees = 18.6 }
            ),
            (
                .regularSpacing, "4.00 mm (1.08 to 7.00 mm)", "slices are 4.00 mm (1.08 to 7.00 mm) apart",
                { $0.requiresRegularSpacing = true }, { $0.requiresRegularSpacing = false }
            ),
        ]

    @Test(arguments: limits.indices) func `a limit decides, and without one the row shows what was measured`(
        limit: Int
    ) throws {
        let (rule, measured, sentence, strict, loose) = Self.limits[limit]
        let free = try row(rule, of: decision(tiltedHead()))
        #expect(free.passed && free.measured == measured && free.expected == "any: the pipeline does not ask")
        let refused = try decision(tiltedHead(), strict)
        #expect(refused.rules.filter { !$0.passed }.map(\.rule) == [rule])
        #expect(refused.reason.contains(sentence), "\(refused.reason)")
        #expect(try decision(tiltedHead(), loose).isChosen)
    }

    @Test func `missing slices are counted, and refused where the pipeline asks; a change of step is none`() throws {
        var holed = chest(24)
        holed.instances.removeSubrange(5..<7)
        holed.instances.remove(at: 15)
        let free = try row(.gaps, of: decision(holed))
        #expect(free.passed && free.measured == "2 gaps of up to 7.50 mm, 3 slices missing")
        #expect(try !row(.gaps, of: decision(holed) { $0.mostMissingSlices = 2 }).passed)
        #expect(try row(.gaps, of: decision(holed) { $0.mostMissingSlices = 3 }).passed)
        let step = try row(.gaps, of: decision(tiltedHead()) { $0.mostMissingSlices = 0 })
        #expect(step.passed && step.measured == "none; the step changes to 7.00 mm from slice 15 to slice 28")
    }

    @Test func `pixels that are not square are measured, and refused where the pipeline asks`() throws {
        let series = chest(20).with { instance in
            instance.frame.plane = SlicePlane(
                imagePositionPatient: Vector3(0, 0, 2.5 * Double(instance.instanceNumber ?? 0)),
                rowDirection: Vector3(1, 0, 0), columnDirection: Vector3(0, 1, 0), rowSpacingMillimetres: 0.9,
                columnSpacingMillimetres: 0.6)
        }
        #expect(try row(.squarePixels, of: decision(series)).measured == "1.500 (0.900 x 0.600 mm)")
        #expect(try decision(series) { $0.largestPixelSpacingRatio = 1.5 }.isChosen)
        let refused = try decision(series) { $0.largestPixelSpacingRatio = 1.01 }
        #expect(refused.reason.hasPrefix("Not chosen: the ratio of row and column spacing is 1.500"))
    }

    @Test func `doubled positions are counted, and refused where the pipeline asks`() throws {
        var series = chest(20)
        var again = series.instances[3]
        again.sopInstanceUID = uid("1.2.3.4.99")
        again.file = "again.dcm"
        series.instances.append(again)
        #expect(
            try row(.oneImageAPosition, of: decision(series)).measured == "several images at 1 position")
        let refused = try decision(series) { $0.mostDoubledPositions = 0 }
        #expect(refused.reason.hasPrefix("Not chosen: several images at 1 position; the pipeline takes several at 0"))
        #expect(try decision(chest(20)) { $0.mostDoubledPositions = 0 }.isChosen)
    }

    @Test func `loss is accepted unless the pipeline refuses it`() throws {
        let series = chest(20).with { $0.transferSyntax = .jpegExtended }
        let words = "JPEG Extended (1.2.840.10008.1.2.4.51)"
        #expect(try row(.lossyCompression, of: decision(series)).measured == words)
        #expect(try decision(series).isChosen)
        let refused = try decision(series) { $0.acceptsLossy = false }
        #expect(
            refused.reason
                == "Not chosen: pixel data was compressed with loss: \(words); the pipeline does not accept that.")
        let earlier = try decision(chest(20).with { $0.wasLossyCompressed = true }) { $0.acceptsLossy = false }
        #expect(!earlier.isChosen)
        #expect(try row(.lossyCompression, of: earlier).measured.hasPrefix("before they were stored as Explicit VR"))
    }

    @Test func `a few lossy slices are put aside where the pipeline refuses loss, and are missed`() {
        var rules = SeriesRules()
        rules.acceptsLossy = false
        var series = chest(20)
        for index in 0..<3 { series.instances[index].transferSyntax = .jpegBaseline }
        let selection = SeriesSelection.decide(study([series]), rules: rules)
        #expect(selection.chosen?.slices.count == 17)
        #expect(selection.evidence.unusableImages == 3)
    }

    @Test func `burned-in text is refused unless the pipeline accepts it`() throws {
        let series = chest(20).with { $0.hasBurnedInAnnotation = true }
        #expect(try !decision(series).isChosen)
        #expect(try decision(series) { $0.acceptsBurnedInText = true }.isChosen)
    }

    @Test func `how few images make a localizer is a setting`() throws {
        let scouts = chest(3).with { instance in
            let depth = Double(instance.instanceNumber ?? 0) * 10
            instance.frame.plane = plane(-170, depth, 0, column: Vector3(0, 0, -1))
        }
        #expect(try !row(.notALocalizer, of: decision(scouts)).passed)
        #expect(try row(.notALocalizer, of: decision(scouts) { $0.mostLocalizerImages = 2 }).passed)
    }

    @Test func `MONOCHROME1 and slopes that differ from slice to slice are accepted`() throws {
        var series = chest(20).with { $0.pixels?.photometricInterpretation = "MONOCHROME1" }
        for index in series.instances.indices {
            series.instances[index].frame.rescale?.rescaleSlope = 1 + Double(index)
        }
        let decision = try decision(series)
        #expect(decision.isChosen)
        #expect(try row(.image, of: decision).measured == "one frame of 512 x 512, MONOCHROME1")
    }

    @Test func `a segmentation in the clothes of a CT is refused by its modality`() throws {
        let decision = try decision(chest(20).with { $0.series.modality = "SEG" })
        #expect(decision.reason == "Not chosen: modality is SEG; the pipeline takes CT.")
    }

    @Test func `the tolerances for position and orientation are settings`() throws {
        var series = chest(20)
        series.instances[3].frame.plane = plane(-170, -170, 5.05)
        #expect(try decision(series).geometry?.positions == 20)
        #expect(try decision(series) { $0.samePositionToleranceMillimetres = 0.1 }.geometry?.positions == 19)
        // Turned about the table's axis by 0.3 degrees.
        series = chest(20)
        series.instances[3].frame.plane = plane(
            -170, -170, 7.5, row: Vector3(0.999986, 0.005236, 0), column: Vector3(-0.005236, 0.999986, 0))
        #expect(try decision(series).geometry?.positions == 19)
        #expect(try decision(series) { $0.orientationToleranceDegrees = 0.5 }.geometry?.positions == 20)
    }
}
