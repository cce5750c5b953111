import GantryCore
import Testing

/// Several volumes in one series are never mixed into one stack.
@Suite struct MixedVolumeTests {
    private let rules = SeriesRules()

    /// `passes` volumes of 16 slices in one series, numbered position by position, the order of the passes alternating
    /// from position to position; `change` writes what tells them apart.
    private func alternating(_ passes: Int = 3, _ change: (inout SOPInstance, Int) -> Void) -> Series {
        var series = Series(seriesInstanceUID: uid("1.2.3.4"), instances: [])
        for place in 0..<16 {
            for turn in 0..<passes {
                let pass = place % 2 == 0 ? turn : passes - 1 - turn
                let number = place * passes + turn + 1
                var instance = slice(number, z: Double(place) * 5, thickness: 5)
                change(&instance, pass)
                instance.file = "\(pass)/\(place).dcm"
                series.instances.append(instance)
            }
        }
        return series
    }

    private func select(_ series: Series) -> SeriesSelection { SeriesSelection.decide(study([series]), rules: rules) }

    /// That every candidate is one pass of 16 slices.
    private func expectUnmixed(_ selection: SeriesSelection, passes: Int = 3, _ label: String) {
        #expect(selection.decisions.map(\.images) == Array(repeating: 16, count: passes), "\(label)")
        let chosen = Set((selection.chosen?.slices ?? []).compactMap { $0.file.first })
        #expect(chosen.count == 1 && selection.chosen?.slices.count == 16, "\(label)")
        #expect(selection.evidence == StackEvidence(), "\(label)")
    }

    /// What tells three passes apart, and what the first of them is called.
    static let attributes: [(name: String, change: @Sendable (inout SOPInstance, Int) -> Void)] = [
        ("cardiac phase 0 %", { $0.frame.nominalPercentageOfCardiacPhase = [0, 40, 75][$1] }),
        ("respiratory phase 0 %", { $0.frame.nominalPercentageOfRespiratoryPhase = [0, 40, 75][$1] }),
        (
            "trigger time 12 to 26 ms",
            { $0.frame.triggerTimeMilliseconds = Double($1 * 300 + 12 + ($0.instanceNumber ?? 0) / 3 % 16) }
        ),
        ("acquisition 1", { $0.frame.acquisitionNumber = $1 + 1 }),
        ("acquired 20260101120000", { $0.frame.acquisitionDateTime = "2026010112000\($1)" }),
        ("content of 20260101120000", { $0.frame.contentDateTime = "2026010112000\($1)" }),
        ("kernel B10f", { $0.series.convolutionKernel = "B\($1 + 1)0f" }),
        (#"Image Type ORIGINAL\PRIMARY\AXIAL\P0"#, { $0.frame.imageType.append("P\($1)") }),
        ("Instance Number 1 to 16", { $0.instanceNumber = $1 * 16 + (($0.instanceNumber ?? 0) - 1) / 3 + 1 }),
        ("comment 0 %", { $0.frame.imageComments = "\($1) %" }),
        ("thickness 5 mm", { $0.frame.sliceThicknessMillimetres = 5 + Double($1) / 4 }),
        ("tube voltage 80 kV", { $0.series.kilovoltPeak = 80 + Double($1) * 20 }),
        ("description pass 0", { $0.series.seriesDescription = "pass \($1)" }),
        ("protocol pass 0", { $0.series.protocolName = "pass \($1)" }),
    ]

    @Test(arguments: attributes.indices)
    func `phases that alternate slice by slice are told apart by any attribute that does so`(index: Int) {
        let (name, change) = Self.attributes[index]
        let loose = SeriesRules(largestSliceThicknessMillimetres: 10)
        let selection = SeriesSelection.decide(study([alternating { change(&$0, $1) }]), rules: loose)
        expectUnmixed(selection, name)
        #expect(selection.decisions.compactMap(\.part).contains("phase 1 of 3 (\(name))"))
    }

    @Test func `two attributes make four phases`() {
        let series = alternating(4) { instance, pass in
            instance.frame.nominalPercentageOfCardiacPhase = pass < 2 ? 40 : 75
            instance.series.convolutionKernel = pass % 2 == 0 ? "B30f" : "B60f"
        }
        let selection = select(series)
        expectUnmixed(selection, passes: 4, "phase and kernel")
        #expect(selection.decisions.first?.part == "phase 1 of 4 (cardiac phase 40 %, kernel B30f)")
    }

    @Test func `a phase that an attribute does not name is one of its own`() {
        let series = alternating(2) { $0.frame.nominalPercentageOfCardiacPhase = $1 == 0 ? nil : 75 }
        expectUnmixed(select(series), passes: 2, "no value beside 75 %")
    }

    @Test func `Instance Numbers at random and nothing else: a conflict at every position`() {
        var shuffler = Shuffler(7)
        let numbers = Array(1...48).shuffled(using: &shuffler)
        var series = alternating { _, _ in }
        for index in series.instances.indices { series.instances[index].instanceNumber = numbers[index] }
        let selection = select(series)
        #expect(selection.decisions.map(\.part) == [nil])
        #expect(selection.evidence == StackEvidence(positionConflicts: 16, keptBy: [.instanceNumber: 16]))
        let findings = QualityAssessment.findings(
            geometry: nil, slices: [], files: [], evidence: selection.evidence, rules: rules, takenUnsettled: false)
        #expect(findings.map(\.code) == [.acquisitionConflict] && findings[0].isFailure)
        #expect(selection.outcomes.allSatisfy { $0.detail.contains("is kept for its higher Instance Number") })
    }

    @Test func `a phase of a part of the positions is told apart where it is a stack of its own`() {
        var series = chest(60).with { $0.frame.acquisitionNumber = 2 }
        series.instances += (0..<12).map { number in
            var instance = slice(number + 100, z: Double(number) * 2.5)
            instance.frame.acquisitionNumber = 1
            return instance
        }
        let selection = select(series)
        #expect(selection.decisions.map(\.part) == ["phase 2 of 2 (acquisition 2)", "phase 1 of 2 (acquisition 1)"])
        #expect(selection.chosen?.slices.count == 60 && selection.evidence == StackEvidence())
    }

    // MARK: - Passes whose positions interleave

    private func pass(_ number: Int, slices: Int, from z: Double, step: Double = 10) -> [SOPInstance] {
        (0..<slices).map { index in
            var instance = slice(number * 1000 + index, z: z + Double(index) * step, thickness: 5)
            instance.frame.acquisitionNumber = number
            return instance
        }
    }

    private func series(_ instances: [SOPInstance]) -> Series {
        Series(seriesInstanceUID: uid("1.2.3.4"), instances: instances)
    }

    @Test func `two passes half a step apart are two parts, without doubt`() {
        let selection = select(series(pass(1, slices: 16, from: 0) + pass(2, slices: 16, from: 5)))
        #expect(selection.decisions.map(\.part) == ["phase 1 of 2 (acquisition 1)", "phase 2 of 2 (acquisition 2)"])
        #expect(selection.decisions.map(\.geometry?.sliceSpacingMillimetres) == [10, 10])
        #expect(selection.chosen?.slices.count == 16 && selection.evidence == StackEvidence())
    }

    @Test(arguments: [1, 2, 4]) func `a step-and-shoot scan stays one stack`(slices: Int) {
        let steps = (0..<24).flatMap { pass($0 + 1, slices: slices, from: Double($0 * slices) * 5, step: 5) }
        let selection = select(series(steps))
        #expect(selection.decisions.map(\.part) == [nil])
        #expect(selection.chosen?.slices.count == 24 * slices && selection.chosen?.geometry.isRegular == true)
    }

    @Test func `passes one after the other, or that share less than a stack, stay one stack`() {
        let behind = select(series(pass(1, slices: 16, from: 0, step: 5) + pass(2, slices: 16, from: 80, step: 5)))
        #expect(behind.decisions.map(\.part) == [nil] && behind.chosen?.slices.count == 32)
        let few = select(series(pass(1, slices: 16, from: 0) + pass(2, slices: 16, from: 85)))
        #expect(few.decisions.map(\.part) == [nil])
    }

    /// What differs between slices; it gets the pass and the place among all positions.
    typealias Variation = (name: String, change: @Sendable (inout SOPInstance, Int, Int) -> Void)

    /// Two passes of 16 slices, the second half a step behind, numbered by position; `change` gets the pass and the
    /// place among all 32 positions.
    private func halfAStep(_ change: (inout SOPInstance, Int, Int) -> Void) -> Series {
        series(
            (0..<32).map { place in
                var instance = slice(place + 1, z: Double(place) * 5, thickness: 5)
                change(&instance, place % 2, place)
                instance.file = "\(place % 2)/\(place).dcm"
                return instance
            })
    }

    /// What tells two passes apart that interleave.
    static let interleaving: [Variation] = [
        (
            "comment inspiration",
            { instance, pass, _ in instance.frame.imageComments = ["inspiration", "expiration"][pass] }
        ),
        ("trigger time 0 ms", { instance, pass, _ in instance.frame.triggerTimeMilliseconds = Double(pass * 400) }),
        (
            "trigger time 10 to 16 ms, at random",
            { instance, pass, place in
                instance.frame.triggerTimeMilliseconds = Double(pass * 400 + 10 + place * 5 % 7)
            }
        ),
        ("acquired once", { instance, pass, _ in instance.frame.acquisitionDateTime = "2026010112000\(pass)" }),
        (
            "acquired slice by slice",
            { instance, pass, place in
                let second = 10 + pass * 20 + place / 2
                instance.frame.acquisitionDateTime = "202601011200\(second).125"
            }
        ),
        ("Image Type", { instance, pass, _ in instance.frame.imageType.append("P\(pass)") }),
        (
            "thickness",
            { instance, pass, _ in instance.frame.sliceThicknessMillimetres = [5, 2.5][pass] }
        ),
        ("description", { instance, pass, _ in instance.series.seriesDescription = "pass \(pass)" }),
        ("protocol", { instance, pass, _ in instance.series.protocolName = "pass \(pass)" }),
        (
            "a comment beside none",
            { instance, pass, _ in instance.frame.imageComments = pass == 0 ? nil : "expiration" }
        ),
    ]

    @Test(arguments: interleaving.indices)
    func `passes half a step apart are told apart by whatever alternates`(index: Int) {
        let (name, change) = Self.interleaving[index]
        let selection = select(
            halfAStep { instance, pass, place in
                instance.frame.acquisitionNumber = 1
                change(&instance, pass, place)
            })
        expectUnmixed(selection, passes: 2, name)
    }

    @Test func `three passes a third of a step apart`() {
        let scans = (0..<36).map { place in
            var instance = slice(place + 1, z: Double(place) * 2, thickness: 5)
            instance.frame.imageComments = "pass \(place % 3)"
            return instance
        }
        #expect(select(series(scans)).decisions.map(\.images) == [12, 12, 12])
    }

    @Test func `one image without a comment does not hide two passes`() {
        let selection = select(
            halfAStep { instance, pass, place in
                instance.frame.imageComments = place == 9 ? nil : ["inspiration", "expiration"][pass]
            })
        let passes = selection.decisions.filter { ($0.images ?? 0) > 1 }
        #expect(passes.map(\.images).sorted { ($0 ?? 0) < ($1 ?? 0) } == [15, 16])
    }

    /// In what images alternate of which nobody knows whether they are two scans.
    static let doubtful: [Variation] = [
        ("Content Time", { instance, pass, _ in instance.frame.contentDateTime = "2026010112000\(pass)" }),
        (
            "Content Time",
            { instance, pass, place in
                let second = 10 + pass * 20 + place / 2
                instance.frame.contentDateTime = "202601011200\(second)"
            }
        ),
        (
            "acquisition time",
            { instance, pass, _ in instance.frame.acquisitionDateTime = "20260101120000.\(pass + 1)" }
        ),
        ("Instance Number", { instance, pass, place in instance.instanceNumber = pass * 16 + place / 2 }),
    ]

    @Test(arguments: doubtful.indices)
    func `what may be one scan made in turns is not torn, and no definite verdict`(index: Int) {
        let (name, change) = Self.doubtful[index]
        let selection = select(halfAStep { change(&$0, $1, $2) })
        #expect(selection.decisions.map(\.images) == [32])
        #expect(selection.evidence.alternation == name)
        let findings = QualityAssessment.findings(
            geometry: nil, slices: [], files: [], evidence: selection.evidence, rules: rules, takenUnsettled: false)
        #expect(findings.map(\.code) == [.acquisitionConflict] && findings[0].isFailure)
        #expect(findings.first?.detail.contains("alternate in \(name)") == true)
    }

    /// What differs from slice to slice of one scan.
    static let plain: [Variation] = [
        ("nothing", { _, _, _ in }),
        (
            "a time for each rotation of four",
            { instance, _, place in instance.frame.acquisitionDateTime = "2026010112\(1000 + place / 4)" }
        ),
        (
            "a time and number for each slice",
            { instance, _, place in
                instance.frame.acquisitionDateTime = "2026010112\(1000 + place)"
                instance.frame.acquisitionNumber = place
            }
        ),
        (
            "a comment for each half",
            { instance, _, place in instance.frame.imageComments = place < 16 ? "upper" : "lower" }
        ),
        (
            "a comment on every third slice",
            { instance, _, place in instance.frame.imageComments = place % 3 == 0 ? "key" : nil }
        ),
        (
            "a comment on some",
            { instance, _, place in
                instance.frame.imageComments = place * 7 % 32 < 12 ? "key" : nil
            }
        ),
        (
            "a thickness as measured",
            { instance, _, place in instance.frame.sliceThicknessMillimetres = place * 11 % 32 < 16 ? 4.96 : 4.94 }
        ),
        (
            "two machines in step",
            { instance, pass, place in
                instance.frame.contentDateTime = "2026010112\(1000 + place / 2).\(pass * 3)"
            }
        ),
        (
            "two machines in whole seconds, the second late",
            { instance, pass, place in instance.frame.contentDateTime = "2026010112000\(place / 8 + pass)" }
        ),
    ]

    @Test(arguments: plain.indices) func `what changes along one scan does not tear it`(index: Int) {
        let (name, change) = Self.plain[index]
        let selection = select(halfAStep { change(&$0, $1, $2) })
        #expect(selection.decisions.map(\.images) == [32], "\(name)")
        #expect(selection.evidence == StackEvidence(), "\(name)")
        let down = select(halfAStep { change(&$0, $1, 31 - $2) })
        #expect(down.decisions.map(\.images) == [32] && down.evidence == StackEvidence(), "\(name), downwards")
    }

    @Test(arguments: [1, 2, 3, 5, 10]) func `Instance Numbers at random do not tear one scan`(fewest: Int) {
        let small = SeriesRules(fewestSlices: fewest)
        for seed in 0..<20 {
            var shuffler = Shuffler(UInt64(seed))
            let numbers = Array(1...32).shuffled(using: &shuffler)
            let one = halfAStep { instance, _, place in instance.instanceNumber = numbers[place] }
            let selection = SeriesSelection.decide(study([one]), rules: small)
            #expect(selection.decisions.map(\.images) == [32] && selection.evidence == StackEvidence())
        }
    }
}
