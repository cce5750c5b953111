import GantryCore
import Testing

/// Series that are several stacks or phases.
@Suite struct SeriesPartTests {
    private let rules = SeriesRules()

    /// `chests` as one series: their instances, renumbered so that no file or UID occurs twice.
    private func together(_ chests: [Series]) -> Series {
        var series = Series(seriesInstanceUID: uid("1.2.3.4"), instances: [])
        for (index, chest) in chests.enumerated() {
            series.instances += chest.instances.map { instance in
                var instance = instance
                instance.seriesInstanceUID = series.seriesInstanceUID
                instance.file = "\(index)/\(instance.file)"
                instance.sopInstanceUID = uid("\(instance.sopInstanceUID).\(index)")
                return instance
            }
        }
        return series
    }

    private func select(_ series: Series...) -> SeriesSelection { SeriesSelection.decide(study(series), rules: rules) }

    /// That every file of `series` is a slice of the chosen stack or has one end.
    private func expectOneEnd(_ series: Series, _ selection: SeriesSelection) {
        let scored = Set((selection.chosen?.slices ?? []).map(\.file))
        let ends = selection.outcomes + scored.map { FileOutcome(file: $0, reason: .scored, detail: "") }
        #expect(discrepancies(seen: series.instances.map(\.file), outcomes: ends) == [])
    }

    @Test func `two temporal positions are two phases, of which the first is chosen`() throws {
        var (first, second) = (chest(20), chest(20))
        first = first.with { $0.frame.temporalPosition = 1 }
        second = second.with { $0.frame.temporalPosition = 2 }
        let series = together([second, first])
        let selection = select(series)
        #expect(
            selection.decisions.map(\.part) == [
                "phase 1 of 2 (temporal position 1)", "phase 2 of 2 (temporal position 2)",
            ])
        #expect(selection.decisions.map(\.rank) == [1, 2] && selection.decisions.map(\.images) == [20, 20])
        #expect(
            selection.decisions[0].reason
                == "Chosen: passes every rule, and comes first (same region, kernel preference, coverage, thickness "
                + "and number of slices) before series 2, phase 2 of 2 (temporal position 2).")
        let chosen = try #require(selection.chosen)
        #expect(chosen.slices.count == 20 && chosen.slices.allSatisfy { $0.file.hasPrefix("1/") })
        #expect(selection.evidence == StackEvidence())
        #expect(selection.outcomes.map(\.reason) == Array(repeating: .seriesNotChosen, count: 20))
        expectOneEnd(series, selection)
    }

    @Test func `Stack IDs make stacks, numbered by their value, and the larger is chosen`() throws {
        let chests = [("10", 12), ("9", 30), ("a", 11)].map { id, count in
            chest(count).with { $0.frame.stackID = id }
        }
        let selection = select(together(chests))
        #expect(
            selection.decisions.map(\.part) == [
                "stack 1 of 3 (Stack ID 9)", "stack 2 of 3 (Stack ID 10)", "stack 3 of 3 (Stack ID a)",
            ])
        #expect(selection.chosen?.slices.count == 30)
    }

    @Test func `one Stack ID beside none splits nothing`() throws {
        var series = chest(20)
        for index in 0..<10 { series.instances[index].frame.stackID = "1" }
        let selection = select(series)
        #expect(selection.decisions.count == 1 && selection.decisions[0].part == nil)
        #expect(selection.chosen?.slices.count == 20)
    }

    @Test func `a temporal position of its own for every image says nothing about phases`() throws {
        var series = chest(20)
        for index in 0..<20 { series.instances[index].frame.temporalPosition = index }
        #expect(select(series).chosen?.slices.count == 20)
    }

    @Test func `an axial and a coronal stack in one series are two candidates`() throws {
        let coronal = chest(30).with { instance in
            let depth = Double(instance.instanceNumber ?? 0) * 3
            instance.frame.plane = plane(-170, depth, 100, column: Vector3(0, 0, -1))
        }
        let series = together([chest(20), coronal])
        let selection = select(series)
        #expect(
            selection.decisions.map(\.part) == [
                #"stack 2 of 2 (orientation L\P, normal 0.00 0.00 1.00)"#,
                #"stack 1 of 2 (orientation L\F, normal 0.00 1.00 0.00)"#,
            ])
        let failed = try #require(selection.decisions[1].rules.first { !$0.passed })
        #expect(failed.rule == .axial && failed.measured == "0.00, calls itself AXIAL")
        #expect(selection.decisions[1].reason.contains("though the series calls itself AXIAL"))
        #expect(selection.chosen?.slices.count == 20)
        #expect(selection.evidence == StackEvidence())
        #expect(selection.summary.hasPrefix("Chosen: the only part of a series that passes every rule"))
        expectOneEnd(series, selection)
    }

    @Test func `two matrices over the same places are two candidates without doubt, over others with doubt`() throws {
        let small = chest(10).with { $0.pixels = PixelDescription(rows: 256, columns: 256, isSigned: true) }
        let covered = select(together([chest(20), small]))
        #expect(covered.decisions.map(\.part) == ["stack 1 of 2 (512 x 512)", "stack 2 of 2 (256 x 256)"])
        #expect(covered.evidence == StackEvidence())
        let below = small.with { $0.frame.plane = plane(-170, -170, -5 * Double($0.instanceNumber ?? 0)) }
        let beside = select(together([chest(20), below]))
        #expect(beside.decisions.count == 2 && beside.chosen?.slices.count == 20)
        #expect(beside.evidence == StackEvidence(unusedImages: [.ofOtherPart: 10]))
        let declared = together([
            chest(20).with { $0.frame.stackID = "1" }, below.with { $0.frame.stackID = "2" },
        ])
        #expect(select(declared).evidence == StackEvidence())
    }

    @Test func `an image without a place may be a slice of the chosen part, whichever is the largest`() throws {
        let coronal = chest(30).with { instance in
            let depth = Double(instance.instanceNumber ?? 0) * 3
            instance.frame.plane = plane(-170, depth, 100, column: Vector3(0, 0, -1))
        }
        var series = together([chest(20), coronal])
        series.instances[3].frame.plane = nil
        let selection = select(series)
        #expect(selection.chosen?.slices.count == 19)
        #expect(selection.evidence.unusableImages == 1)
        expectOneEnd(series, selection)
    }

    /// What tells two passes over the same positions apart.
    static let repetitions: [(name: String, change: @Sendable (inout SOPInstance, Int) -> Void)] = [
        ("acquisition 1", { $0.frame.acquisitionNumber = $1 + 1 }),
        (
            "acquired 20260101120001 to 20260101120020",
            { instance, pass in
                let second = (instance.instanceNumber ?? 0)
                let seconds = (second < 10 ? "0" : "") + "\(second)"
                instance.frame.acquisitionDateTime = "202601011\(2 + pass)00\(seconds)"
            }
        ),
        ("kernel B31f", { $0.series.convolutionKernel = $1 == 0 ? "B31f" : "B60f" }),
        (
            #"Image Type ORIGINAL\PRIMARY\AXIAL\CT_SOM5 HIGH"#,
            { $0.frame.imageType.append($1 == 0 ? "CT_SOM5 HIGH" : "CT_SOM5 LOW") }
        ),
        ("Instance Number 1 to 20", { $0.instanceNumber = ($0.instanceNumber ?? 0) + 20 * $1 }),
    ]

    @Test(arguments: repetitions.indices)
    func `where every position occurs twice, what tells the passes apart makes phases`(index: Int) throws {
        let (name, change) = Self.repetitions[index]
        let series = together((0..<2).map { pass in chest(20).with { change(&$0, pass) } })
        let selection = select(series)
        #expect(selection.decisions.count == 2)
        #expect(selection.decisions.first?.part == "phase 1 of 2 (\(name))", "\(selection.decisions.map(\.part))")
        #expect(selection.chosen?.slices.allSatisfy { $0.file.hasPrefix("0/") } == true)
        #expect(selection.evidence == StackEvidence())
        expectOneEnd(series, selection)
    }

    @Test func `where nothing tells the passes apart, it is a conflict at every position`() throws {
        let selection = select(together([chest(20), chest(20)]))
        #expect(selection.decisions.count == 1 && selection.decisions[0].part == nil)
        #expect(
            selection.evidence
                == StackEvidence(positionConflicts: 20, keptBy: [.sopInstanceUID: 20], undecidedConflicts: 20))
        let row = try #require(selection.decisions[0].rules.first { $0.rule == .oneImageAPosition })
        #expect(row.measured == "several images at 20 positions" && row.passed)
    }

    @Test func `acquisitions that interleave tell no phases apart`() throws {
        // The later image has the higher number at each position, but the numbers of the passes overlap.
        let series = together(
            (0..<2).map { pass in
                chest(20).with { $0.frame.acquisitionNumber = ($0.instanceNumber ?? 0) + pass }
            })
        let selection = select(series)
        #expect(selection.decisions.count == 1)
        #expect(selection.evidence == StackEvidence(positionConflicts: 20, keptBy: [.acquisitionNumber: 20]))
        #expect(selection.chosen?.slices.allSatisfy { $0.file.hasPrefix("1/") } == true)
    }

    @Test func `a second pass over half of the chest is a phase, over less a conflict`() throws {
        let first = chest(20).with { $0.frame.acquisitionNumber = 1 }
        func second(_ count: Int) -> Series { chest(count).with { $0.frame.acquisitionNumber = 2 } }
        let half = select(together([first, second(10)]))
        #expect(half.decisions.map(\.geometry?.positions) == [20, 10])
        #expect(half.chosen?.slices.allSatisfy { $0.file.hasPrefix("0/") } == true)
        let few = select(together([first, second(9)]))
        #expect(few.decisions.count == 1)
        #expect(few.evidence == StackEvidence(positionConflicts: 9, keptBy: [.acquisitionNumber: 9]))
        #expect(few.chosen?.slices.prefix(9).allSatisfy { $0.file.hasPrefix("1/") } == true)
    }

    @Test func `phases that lack a few positions are phases still, with gaps`() throws {
        var series = together((0..<3).map { pass in chest(20).with { $0.frame.acquisitionNumber = pass } })
        series.instances.remove(at: 45)
        series.instances.remove(at: 4)
        let selection = select(series)
        #expect(selection.decisions.map(\.geometry?.positions) == [20, 19, 19])
        #expect(selection.decisions[0].part == "phase 2 of 3 (acquisition 1)")
        #expect(selection.evidence == StackEvidence())
    }

    @Test func `several stacks of several phases are parts`() throws {
        let parts = ["1", "2"].flatMap { id in
            (1...2).map { time in
                chest(12).with {
                    $0.frame.stackID = id
                    $0.frame.temporalPosition = time
                }
            }
        }
        #expect(
            select(together(parts)).decisions.map(\.part) == [
                "part 1 of 4 (Stack ID 1, temporal position 1)", "part 2 of 4 (Stack ID 1, temporal position 2)",
                "part 3 of 4 (Stack ID 2, temporal position 1)", "part 4 of 4 (Stack ID 2, temporal position 2)",
            ])
    }

    @Test func `a preferred kernel chooses among the parts of one series`() throws {
        let series = together(
            ["B31f", "B60f"].map { kernel in chest(20).with { $0.series.convolutionKernel = kernel } })
        let selection = SeriesSelection.decide(study([series]), rules: SeriesRules(preferredKernels: ["B60"]))
        #expect(selection.decisions[0].part == "phase 2 of 2 (kernel B60f)")
        #expect(selection.decisions[0].reason.contains("has the preferred kernel (B60f instead of B31f)"))
    }

    @Test func `scouts that do not call themselves so are put aside without doubt, up to the setting`() throws {
        var series = chest(20)
        for (number, plane) in [
            plane(0, 265, 50, row: Vector3(0, -1, 0), column: Vector3(0, 0, -1)),
            plane(-265, 0, 50, row: Vector3(1, 0, 0), column: Vector3(0, 0, -1)),
        ].enumerated() {
            var scout = slice(90 + number, z: 0)
            scout.pixels = PixelDescription(rows: 888, columns: 512, isSigned: true)
            scout.frame.plane = plane
            series.instances.append(scout)
        }
        let selection = select(series)
        #expect(selection.decisions.count == 1 && selection.chosen?.slices.count == 20)
        #expect(selection.outcomes.map(\.reason) == [.seriesNotChosen, .seriesNotChosen])
        #expect(selection.evidence == StackEvidence())
        var strict = rules
        strict.mostLocalizerImages = 1
        let doubtful = SeriesSelection.decide(study([series]), rules: strict)
        #expect(doubtful.evidence == StackEvidence(unusedImages: [.ofOtherGeometry: 2], unusableFiles: 2))
        #expect(doubtful.outcomes.map(\.reason) == [.attributeInvalid, .attributeInvalid])
    }

    @Test(arguments: 0..<12) func `of equally many images the geometry of the first SOP Instance UID comes first`(
        number: Int
    ) throws {
        let matrices = [(100 + number, 128), (300 - number, 128)].map { rows, columns in
            chest(12).with { $0.pixels = PixelDescription(rows: rows, columns: columns, isSigned: true) }
        }
        // The instances of the series that stands first get the lower UIDs: `...1.0` before `...1.1`.
        let selection = select(together(matrices))
        #expect(
            selection.decisions.map(\.part) == [
                "stack 1 of 2 (\(100 + number) x 128)", "stack 2 of 2 (\(300 - number) x 128)",
            ])
    }

    @Test(arguments: 0..<20) func `the order of instances and series has no influence`(seed: Int) {
        var series = together(
            (0..<3).map { pass in chest(14).with { $0.frame.acquisitionNumber = pass } } + [
                chest(12).with { $0.pixels = PixelDescription(rows: 256, columns: 256, isSigned: true) },
                chest(5).with { $0.frame.plane = nil },
            ])
        let other = chest(14, series: "1.2.3.5")
        let expected = select(series, other)
        #expect(expected.decisions.count == 5)
        expectOneEnd(Series(seriesInstanceUID: uid("1.2.3.4"), instances: series.instances + other.instances), expected)
        var shuffler = Shuffler(UInt64(seed))
        series.instances.shuffle(using: &shuffler)
        #expect(select(other, series) == expected)
    }

    // MARK: - What the chosen part does not show

    /// `chest` with every image moved by `x` in the plane and `z` along the normal.
    private func moved(_ chest: Series, x: Double = 0, z: Double = 0) -> Series {
        chest.with { instance in
            guard let place = instance.frame.plane?.imagePositionPatient else { return }
            instance.frame.plane = plane(place.x + x, place.y, place.z + z)
        }
    }

    @Test func `a phase that reaches further than the chosen one makes doubt`() {
        let upper = chest(30).with { $0.frame.acquisitionNumber = 1 }
        let lower = moved(chest(30), z: 10 * 2.5).with { $0.frame.acquisitionNumber = 2 }
        let selection = select(together([upper, lower]))
        #expect(selection.decisions.map(\.images) == [30, 30])
        #expect(selection.evidence == StackEvidence(unusedImages: [.ofOtherPart: 10]))
    }

    @Test func `a phase that shows another field in the same planes makes doubt`() {
        let right = chest(20).with { $0.frame.acquisitionNumber = 1 }
        let left = moved(chest(20), x: 190).with { $0.frame.acquisitionNumber = 2 }
        let selection = select(together([right, left]))
        #expect(selection.decisions.map(\.images) == [20, 20])
        #expect(selection.evidence == StackEvidence(unusedImages: [.ofOtherPart: 20]))
    }

    @Test func `two reconstructions at some positions are a conflict that no number decides`() {
        let thin = chest(40)
        var thick = chest(40, thickness: 5)
        thick.instances = (0..<8).map { thick.instances[$0 * 5] }
        for index in thick.instances.indices { thick.instances[index].instanceNumber = 100 + index }
        let selection = select(together([thin, thick]))
        #expect(
            selection.evidence
                == StackEvidence(positionConflicts: 8, keptBy: [.instanceNumber: 8], undecidedConflicts: 8))
    }

    @Test func `a counter that calls two images the same splits nothing`() {
        var series = chest(30)
        for index in series.instances.indices { series.instances[index].frame.temporalPosition = max(1, index) }
        let selection = select(series)
        #expect(selection.decisions.map(\.part) == [nil])
        #expect(selection.chosen?.slices.count == 30 && selection.evidence == StackEvidence())
    }

    @Test func `a scout that comes first by name does not speak for its series`() throws {
        var series = chest(20)
        var scout = slice(99, z: 0)
        scout.file = "0"
        scout.series.convolutionKernel = nil
        scout.frame.plane = plane(0, -200, 300, row: Vector3(1, 0, 0), column: Vector3(0, 0, -1))
        series.instances.append(scout)
        let decision = try #require(select(series).decisions.first)
        #expect(decision.attributes.convolutionKernel == "B31f")
    }
}
