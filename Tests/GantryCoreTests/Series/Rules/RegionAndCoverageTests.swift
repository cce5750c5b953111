import GantryCore
import Testing

/// What headers say about the region of the body, how much the slices leave out, and which series goes on: the ranking.
@Suite struct RegionAndCoverageTests {
    private func select(_ series: Series...) -> SeriesSelection {
        SeriesSelection.decide(study(series), rules: SeriesRules())
    }

    private func named(
        _ text: String, _ attribute: WritableKeyPath<SeriesAttributes, String?> = \.seriesDescription,
        number: Int = 2
    ) -> Series {
        chest(20, series: "1.2.3.\(number)", seriesNumber: number).with { $0.series[keyPath: attribute] = text }
    }

    private func region(of series: Series) -> String? {
        select(series).decisions[0].rules.first { $0.rule == .bodyRegion }?.measured
    }

    @Test(arguments: [
        "Chest 5.0", "CHEST ABDOMEN PELVIS", "chest abdomen pelvis", "CHESTABDPELV", "Thorax nativ", "ThoraxRoutine",
        "CT C/A/P", "TORAX", "Tórax simple", "poumons", "Lunge 1mm", "LUNG HR", "Polmone", "胸部平扫", "грудная клетка",
        "CAP", "ThorRoutine 5.0", "THORAXROUTINE", "ChestHR", "Lungs", "Head and chest", "Thoracic inlet", "Göğüs BT",
        "chest arms up",
    ])
    func `words that say chest, alone or beside others`(text: String) throws {
        let measured = try #require(region(of: named(text)))
        #expect(measured == "the chest (Series Description \"\(text)\")", "\(measured)")
    }

    @Test(arguments: [
        "Head 5.0", "HEADNECK", "Schädel nativ", "Kopf", "Abdomen", "ABDPELVIS", "cráneo", "Tête", "Brain", "C spine",
        "Thoracic spine", "T-Spine thoracic spine 1.0", "Brustwirbelsäule", "头部", "胸椎", "голова", "Hand links", "Neck",
        "HeadRoutine", "Handgelenk rechts", "Beinvenen", "Hüftgelenk", "Halsweichteile", "LEG", "ARM", "Hips", "Feet",
        "hasi CT",
        "Facial bones", "Kniegelenk", "Kopf-Hals",
    ])
    func `words that name another region`(text: String) throws {
        let measured = try #require(region(of: named(text)))
        #expect(measured == "another region (Series Description \"\(text)\")", "\(measured)")
    }

    @Test(arguments: [
        "", "1.0 B31f", "Axial", "caput?", "earlier", "CT", "post contrast", "handling legacy", "handy", "header",
        "headfirst",
        "this series has 5 mm", "arms up", "army", "facet", "footprint", "kneeling", "legal",
        "beinhaltet Kontrast", "Testaufnahme", "sacrifice", "Halskrause", "colonial",
    ])
    func `words that say nothing, and words that only begin like one that does`(text: String) throws {
        let measured = try #require(region(of: named(text)))
        #expect(measured == "not named", "\(measured)")
    }

    @Test func `Body Part Examined, Anatomic Region and Protocol Name count, and the chest in any of them`() throws {
        #expect(region(of: named("CHEST", \.bodyPartExamined)) == "the chest (Body Part Examined \"CHEST\")")
        #expect(region(of: named("SKULL", \.bodyPartExamined)) == "another region (Body Part Examined \"SKULL\")")
        #expect(region(of: named("Thorax", \.protocolName)) == "the chest (Protocol Name \"Thorax\")")
        let coded = chest(20).with { $0.series.anatomicRegions = ["Lung"] }
        #expect(region(of: coded) == "the chest (Anatomic Region \"Lung\")")
        let both = named("Thorax").with { $0.series.bodyPartExamined = "HEAD" }
        #expect(region(of: both) == "the chest (Series Description \"Thorax\")")
    }

    @Test func `what the study calls itself counts for nothing`() {
        let series = chest(20).with { $0.study.studyDescription = "Head" }
        #expect(region(of: series) == "not named")
    }

    @Test func `a chest comes before a series that names nothing, and that before another region`() {
        let head = chest(40, spacing: 1, series: "1.2.3.1", seriesNumber: 1, thickness: 1).with {
            $0.series.bodyPartExamined = "HEAD"
        }
        let silent = chest(20, series: "1.2.3.2", seriesNumber: 2)
        let thorax = named("Thorax", number: 3)
        let selection = select(head, silent, thorax)
        #expect(selection.decisions.map(\.attributes.seriesNumber) == [3, 2, 1])
        #expect(selection.decisions[0].reason.contains("is a chest by its headers"))
        #expect(select(head, silent).decisions.map(\.attributes.seriesNumber) == [2, 1])
        // A preference, never a condition.
        #expect(select(head).chosen?.slices.count == 40)
    }

    @Test func `words are settings`() {
        var rules = SeriesRules()
        rules.chestWords = ["bulk"]
        rules.otherRegionWords = []
        func isChest(_ text: String) -> Bool {
            SeriesSelection.decide(study([named(text)]), rules: rules).decisions[0].rules.contains {
                $0.measured.hasPrefix("the chest")
            }
        }
        #expect(isChest("BULK 1") && !isChest("BULKY"))
        rules.chestWords = ["bulk*"]
        #expect(isChest("BULK 1") && isChest("BULKY"))
    }

    // MARK: - Coverage

    @Test func `slices without gaps between them come before thinner ones with gaps`() throws {
        let sparse = chest(16, spacing: 18.6, series: "1.2.3.1", seriesNumber: 1, thickness: 1)
        let dense = chest(32, spacing: 9.3, series: "1.2.3.2", seriesNumber: 2, thickness: 5)
        let selection = select(sparse, dense)
        #expect(selection.decisions.map(\.attributes.seriesNumber) == [2, 1])
        #expect(
            selection.decisions[0].reason
                == "Chosen: passes every rule, and leaves less out between its slices (coverage 0.54 instead of 0.05) "
                + "before series 1.")
        let row = try #require(selection.decisions[1].rules.first { $0.rule == .coverage })
        #expect(row.passed && row.measured == "0.05 (1.0 mm thick, 18.6 mm apart)")
        #expect(selection.evidence == StackEvidence())
        let alone = select(sparse).evidence
        #expect(try abs(#require(alone.lowCoverage) - 1 / 18.6) < 1e-12)
    }

    @Test func `a difference below a step of a quarter leaves the choice to thickness`() {
        let thin = chest(30, spacing: 1.1, series: "1.2.3.1", seriesNumber: 1, thickness: 1)
        let thick = chest(30, spacing: 2, series: "1.2.3.2", seriesNumber: 2, thickness: 2)
        #expect(select(thin, thick).decisions[0].attributes.seriesNumber == 1)
        #expect(select(chest(30, thickness: 1.25)).evidence == StackEvidence())
    }

    // MARK: - Series that continue each other

    private func block(_ number: Int, slices: Int, from z: Double) -> Series {
        Series(
            seriesInstanceUID: uid("1.2.3.\(number)"),
            instances: (0..<slices).map { index in
                var instance = slice(
                    index + 1, z: z + Double(index) * 2.5, series: "1.2.3.\(number)", seriesNumber: number)
                instance.frameOfReferenceUID = uid("1.2.9")
                return instance
            })
    }

    @Test func `a series that goes on one step behind the end is noticed, at either end`() {
        let above = select(block(1, slices: 30, from: 0), block(2, slices: 20, from: 75))
        #expect(above.evidence.continuations == [SeriesContinuation(series: "series 2", place: .above)])
        let below = select(block(1, slices: 20, from: 0), block(2, slices: 30, from: 50))
        #expect(below.evidence.continuations == [SeriesContinuation(series: "series 1", place: .below)])
        // However few its slices: a rest of three fails the rule on slices and goes on all the same.
        let rest = select(block(1, slices: 30, from: 0), block(2, slices: 3, from: 75))
        #expect(rest.evidence.continuations.count == 1)
    }

    @Test func `series apart, over each other, or that differ do not go on`() {
        func continuations(_ other: Series) -> Int {
            select(block(1, slices: 30, from: 0), other).evidence.continuations.count
        }
        #expect(continuations(block(2, slices: 20, from: 80)) == 0)
        #expect(continuations(block(2, slices: 20, from: 10)) == 0)
        let behind = block(2, slices: 20, from: 75)
        #expect(continuations(behind) == 1)
        #expect(continuations(behind.with { $0.frameOfReferenceUID = uid("1.2.8") }) == 0)
        #expect(continuations(behind.with { $0.frameOfReferenceUID = nil }) == 0)
        #expect(continuations(behind.with { $0.series.convolutionKernel = "B60f" }) == 0)
        #expect(continuations(behind.with { $0.pixels?.rows = 256 }) == 0)
        #expect(continuations(behind.with { $0.frame.imageType = ["DERIVED", "SECONDARY"] }) == 0)
        let moved = behind.with { instance in
            guard let place = instance.frame.plane?.imagePositionPatient else { return }
            instance.frame.plane = plane(place.x + 50, place.y, place.z)
        }
        #expect(continuations(moved) == 0)
    }

    @Test func `without a frame of reference in both the other equalities decide`() {
        let lower = block(1, slices: 30, from: 0).with { $0.frameOfReferenceUID = nil }
        let upper = block(2, slices: 20, from: 75).with { $0.frameOfReferenceUID = nil }
        #expect(select(lower, upper).evidence.continuations.map(\.place) == [.above])
        let other = upper.with { $0.series.convolutionKernel = "B60f" }
        #expect(select(lower, other).evidence.continuations.isEmpty)
    }

    /// Why half of a chest cannot be read.
    static let unreadable: [(rule: RuleName, change: @Sendable (inout SOPInstance) -> Void)] = [
        (.decodable, { $0.transferSyntax = TransferSyntax("1.2.840.10008.1.2.4.94") }),
        (.decodable, { $0.pixels?.bitsAllocated = 12 }),
        (.hounsfield, { $0.frame.rescale = nil }),
        (.burnedInText, { $0.hasBurnedInAnnotation = true }),
        (.lossyCompression, { $0.transferSyntax = TransferSyntax("1.2.840.10008.1.2.4.51") }),
        (.image, { $0.pixels?.samplesPerPixel = 3 }),
    ]

    @Test(arguments: unreadable.indices) func `half a chest is noticed, readable or not`(index: Int) {
        let (rule, change) = Self.unreadable[index]
        var rules = SeriesRules()
        rules.acceptsLossy = false
        let upper = block(2, slices: 20, from: 75).with { change(&$0) }
        let selection = SeriesSelection.decide(study([block(1, slices: 30, from: 0), upper]), rules: rules)
        #expect(selection.decisions[1].rules.first { !$0.passed }?.rule == rule)
        #expect(selection.evidence.continuations == [SeriesContinuation(series: "series 2", place: .above)])
    }

    // MARK: - Series between each other's slices

    /// Slice by slice in turns, the slices of one scan in `count` series.
    private func inTurns(_ count: Int, slices: Int = 40) -> [Series] {
        (1...count).map { number in
            Series(
                seriesInstanceUID: uid("1.2.3.\(number)"),
                instances: (0..<slices).filter { $0 % count == number - 1 }.map { index in
                    slice(
                        index + 1, z: Double(index) * 2.5, series: "1.2.3.\(number)", seriesNumber: number)
                })
        }
    }

    private func places(_ series: [Series]) -> [SeriesContinuation.Place] {
        SeriesSelection.decide(study(series), rules: SeriesRules()).evidence.continuations.map(\.place)
    }

    @Test func `a scan in two series slice by slice is noticed, and in three`() {
        let halves = inTurns(2)
        #expect(
            SeriesSelection.decide(study(halves), rules: SeriesRules()).evidence.continuations
                == [SeriesContinuation(series: "series 2", place: .betweenSlices)])
        #expect(places(inTurns(3)) == [.betweenSlices, .betweenSlices])
        #expect(places(inTurns(2, slices: 21)) == [.betweenSlices])
        #expect(places([halves[0], halves[1].with { $0.frame.rescale = nil }]) == [.betweenSlices])
        // Acquired slice by slice, so that neither is before the other.
        #expect(
            places(
                halves.map { series in
                    series.with {
                        $0.frame.acquisitionNumber = $0.instanceNumber
                        $0.frame.acquisitionDateTime = "2026010112\(1000 + ($0.instanceNumber ?? 0))"
                    }
                }) == [.betweenSlices])
    }

    @Test func `another reconstruction or another scan between the slices is no part`() {
        let halves = inTurns(2)
        func places(_ change: (inout SOPInstance) -> Void) -> Int {
            self.places([halves[0], halves[1].with(change)]).count
        }
        #expect(places { _ in } == 1)
        #expect(places { $0.frame.sliceThicknessMillimetres = 5 } == 0)
        #expect(places { $0.series.convolutionKernel = "B60f" } == 0)
        #expect(places { $0.frameOfReferenceUID = uid("1.2.8") } == 0)
        #expect(places { $0.frame.imageType = ["DERIVED", "SECONDARY"] } == 0)
        let again = Series(seriesInstanceUID: uid("1.2.3.9"), instances: halves[0].instances)
        #expect(self.places([halves[0], again]).isEmpty)
        let first = halves[0].with { $0.frame.acquisitionDateTime = "2026010112\(1000 + ($0.instanceNumber ?? 0))" }
        let later = halves[1].with { $0.frame.acquisitionDateTime = "2026010112\(2000 + ($0.instanceNumber ?? 0))" }
        #expect(self.places([first, later]).isEmpty)
        let numbered = zip(1..., halves).map { number, series in series.with { $0.frame.acquisitionNumber = number } }
        #expect(self.places(numbered).isEmpty)
    }

    @Test func `a few slices between are no half of the scan`() {
        let halves = inTurns(2)
        let few = Series(
            seriesInstanceUID: halves[1].seriesInstanceUID, instances: Array(halves[1].instances.prefix(5)))
        #expect(places([halves[0], few]).isEmpty)
    }
}
