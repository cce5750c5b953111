import GantryCore
import Testing

@Suite struct SeriesSelectionTests {
    private let rules = SeriesRules()

    private func decision(on series: Series, rules: SeriesRules = SeriesRules()) throws -> SeriesDecision {
        try #require(SeriesSelection.decide(study([series]), rules: rules).decisions.first)
    }

    @Test func `a chest CT is chosen, with every rule passed`() throws {
        let selection = SeriesSelection.decide(study([chest(30)]), rules: rules)
        let decision = try #require(selection.decisions.first)
        #expect(decision.isChosen && decision.rank == 1)
        #expect(decision.reason == "Chosen: the only series that passes every rule.")
        #expect(
            decision.rules.map(\.rule.rawValue) == [
                "modality", "ct image", "image", "decodable", "burned-in text", "original primary", "not a localizer",
                "hounsfield", "position", "lossy compression", "axial", "slice thickness", "slices", "even thickness",
                "square pixels", "regular spacing", "gaps", "gantry tilt", "one image a position", "body region",
                "coverage",
            ])
        #expect(decision.rules.map(\.rule) == RuleName.allCases)
        #expect(decision.rules.allSatisfy { $0.passed })
        #expect(decision.geometry?.positions == 30)
        #expect(decision.sliceThicknessMillimetres == 2.5)
        #expect(selection.chosen?.slices.count == 30)
        #expect(selection.outcomes.isEmpty)
        #expect(selection.summary == decision.reason)
    }

    @Test(arguments: ["HU", "hu", "Hu", " HU", "HU  ", "", nil]) func `Rescale Type HU is known however it is written`(
        type: String?
    ) throws {
        let series = chest(30).with { $0.frame.rescale?.rescaleType = type }
        #expect(try decision(on: series).isChosen)
    }

    @Test func `a thin series that cannot be decoded gives way to a thicker one that can`() throws {
        let thin = chest(60, spacing: 1, series: "1.2.3.5", seriesNumber: 1, thickness: 1).with {
            $0.transferSyntax = TransferSyntax("1.2.840.10008.1.2.4.94")
        }
        let selection = SeriesSelection.decide(study([thin, chest(30)]), rules: rules)
        #expect(selection.chosen?.seriesInstanceUID == uid("1.2.3.4"))
        #expect(selection.outcomes.count == 60)
        #expect(selection.outcomes.allSatisfy { $0.reason == .transferSyntaxUnsupported })
    }

    /// Each change breaks one rule and no earlier one.
    static let breaches:
        [(rule: RuleName, words: String, reason: FileReason, change: @Sendable (inout SOPInstance) -> Void)] = [
            (.modality, "modality is MR; the pipeline takes CT", .notCTImage, { $0.series.modality = "MR" }),
            (.modality, "modality is absent; the pipeline takes CT", .notCTImage, { $0.series.modality = nil }),
            (
                .ctImage, "its objects are Secondary Capture Image Storage; the pipeline takes CT, Enhanced CT or",
                .notCTImage,
                { $0.sopClassUID = uid("1.2.840.10008.5.1.4.1.1.7") }
            ),
            (.ctImage, "its objects are SOP Class 1.2.3", .notCTImage, { $0.sopClassUID = uid("1.2.3") }),
            (.image, "its objects hold no image", .notCTImage, { $0.pixels = nil }),
            (
                .image, "3 samples per pixel, RGB", .contentUnsupported,
                {
                    $0.pixels?.samplesPerPixel = 3
                    $0.pixels?.photometricInterpretation = "RGB"
                }
            ),
            (.image, "its objects hold 40 frames", .contentUnsupported, { $0.pixels?.numberOfFrames = 40 }),
            (.image, "0 rows", .attributeInvalid, { $0.pixels?.rows = 0 }),
            (
                .image, "1 sample per pixel, PALETTE COLOR", .contentUnsupported,
                { $0.pixels?.photometricInterpretation = "PALETTE COLOR" }
            ),
            (
                .decodable,
                "its pixel data cannot be decoded: JPIP Referenced, 1.2.840.10008.1.2.4.94, is not decoded",
                .transferSyntaxUnsupported, { $0.transferSyntax = TransferSyntax("1.2.840.10008.1.2.4.94") }
            ),
            (
                .decodable,
                "Encapsulated Uncompressed Explicit VR Little Endian, 1.2.840.10008.1.2.1.98, is not decoded",
                .transferSyntaxUnsupported, { $0.transferSyntax = TransferSyntax("1.2.840.10008.1.2.1.98") }
            ),
            (
                .decodable, "unknown transfer syntax 1.2.3", .transferSyntaxUnsupported,
                {
                    $0.transferSyntax = TransferSyntax("1.2.3")
                }
            ),
            (
                .decodable, "12 bits allocated; 8 and 16 are read", .contentUnsupported,
                { $0.pixels?.bitsAllocated = 12 }
            ),
            (
                .decodable, "32 bits allocated; 8 and 16 are read", .contentUnsupported,
                { $0.pixels?.bitsAllocated = 32 }
            ),
            (.burnedInText, "Burned In Annotation is YES", .notCTImage, { $0.hasBurnedInAnnotation = true }),
            (
                .originalPrimary, #"Image Type DERIVED\SECONDARY; the pipeline takes Image Type ORIGINAL\PRIMARY"#,
                .seriesNotChosen, { $0.frame.imageType = ["DERIVED", "SECONDARY", "REFORMATTED"] }
            ),
            (.originalPrimary, "Image Type absent", .seriesNotChosen, { $0.frame.imageType = [] }),
            (
                .notALocalizer, "Image Type says LOCALIZER: an overview image, not a volume", .seriesNotChosen,
                { $0.frame.imageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"] }
            ),
            (
                .hounsfield, "values are not Hounsfield units: Rescale Slope or Intercept absent", .notHounsfield,
                { $0.frame.rescale = nil }
            ),
            (.hounsfield, "Rescale Slope 0.0", .notHounsfield, { $0.frame.rescale?.rescaleSlope = 0 }),
            (.hounsfield, "Rescale Slope nan", .notHounsfield, { $0.frame.rescale?.rescaleSlope = .nan }),
            (.hounsfield, "Intercept inf", .notHounsfield, { $0.frame.rescale?.rescaleIntercept = .infinity }),
            (.hounsfield, "Rescale Type US", .notHounsfield, { $0.frame.rescale?.rescaleType = "US" }),
            (
                .hounsfield, "no stored value falls below 0 HU", .notHounsfield,
                {
                    $0.frame.rescale?.rescaleIntercept = 0
                    $0.pixels?.isSigned = false
                }
            ),
            (
                .position,
                "Image Position, Image Orientation or Pixel Spacing absent or unusable, so the images have no order",
                .attributeMissing, { $0.frame.plane = nil }
            ),
            (
                .axial,
                "slices are not axial (|z| of their normal is 0.00) though the series calls itself AXIAL; "
                    + "the pipeline asks for at least 0.90",
                .seriesNotChosen,
                { instance in
                    let height = Double(instance.instanceNumber ?? 0)
                    instance.frame.plane = plane(0, height, 0, row: Vector3(1, 0, 0), column: Vector3(0, 0, -1))
                }
            ),
            (
                .sliceThickness, "slices are 7.0 mm thick; the pipeline takes at most 5.0 mm", .seriesNotChosen,
                { $0.frame.sliceThicknessMillimetres = 7 }
            ),
        ]

    @Test(arguments: breaches.indices)
    func `the first rule that fails decides, says why, and gives the files their reason`(
        breach: Int
    ) throws {
        let (rule, words, reason, change) = Self.breaches[breach]
        let series = chest(30).with(change)
        let selection = SeriesSelection.decide(study([series]), rules: rules)
        let decision = try #require(selection.decisions.first)
        #expect(decision.rules.first { !$0.passed }?.rule == rule)
        #expect(decision.reason.hasPrefix("Not chosen: ") && decision.reason.contains(words), "\(decision.reason)")
        #expect(decision.reason.hasSuffix("."))
        #expect(decision.rank == nil && !decision.isChosen && selection.chosen == nil)
        #expect(selection.outcomes.map(\.reason) == Array(repeating: reason, count: 30))
        #expect(selection.summary.hasPrefix("The study's only series cannot be scored (series 2: "))
    }

    @Test func `two hundred series that fail alike make one sentence of a few lines`() {
        func series(_ number: Int, slices: Int) -> Series {
            chest(slices, series: "1.2.3.\(number)", seriesNumber: number)
        }
        let short = (1...197).map { series($0, slices: 4) }
        let ofMR = (198...200).map { series($0, slices: 20).with { $0.series.modality = "MR" } }
        let summary = SeriesSelection.decide(study(short + ofMR), rules: SeriesRules()).summary
        #expect(
            summary
                == "None of the study's 200 series can be scored (series 1: 4 slices; the pipeline asks for at least "
                + "10, and 196 more like it; series 198: modality is MR; the pipeline takes CT, and 2 more like it).")
    }

    @Test func `two series of one number are told apart by their UIDs`() throws {
        let selection = SeriesSelection.decide(
            study([chest(20, series: "1.2.3.4"), chest(20, series: "1.2.3.5")]), rules: SeriesRules())
        #expect(selection.decisions[0].reason.hasSuffix("before series 2 (1.2.3.5)."))
        #expect(selection.decisions[1].reason.hasPrefix("Passed every rule, but series 2 (1.2.3.4) comes first"))
    }

    @Test func `images at one position are counted as images, not called one slice`() throws {
        let stacked = chest(16).with { $0.frame.plane = plane(-170, -170, 0) }
        let decision = try decision(on: stacked)
        #expect(
            decision.reason
                == "Not chosen: its 16 images at 1 position make 1 slice; the pipeline asks for at least 10 positions.",
            "\(decision.reason)")
    }

    @Test func `what is there and of no use is not called absent`() throws {
        let defects = [
            AttributeDefect(name: "Pixel Spacing", found: "`1,0`", expected: "two numbers above 0"),
            AttributeDefect(name: "Rescale Slope", found: "`x`", expected: "a number"),
            AttributeDefect(name: "Slice Thickness", found: "`-5`", expected: "a number above 0"),
        ]
        let spacing = try decision(
            on: chest(20).with {
                $0.frame.plane = nil
                $0.frame.defects = defects
            })
        #expect(spacing.reason.contains("Pixel Spacing is `1,0`, not two numbers above 0, so the images have no order"))
        let rescale = try decision(
            on: chest(20).with {
                $0.frame.rescale = nil
                $0.frame.defects = defects
            })
        #expect(rescale.reason.contains("not Hounsfield units: Rescale Slope is `x`, not a number"))
        let thickness = try decision(
            on: chest(20, spacing: 8, thickness: -5).with { $0.frame.defects = [defects[2]] })
        #expect(thickness.reason.contains("Slice Thickness is `-5`, not a number above 0, slices 8.0 mm apart"))
    }

    @Test func `too few slices are refused`() throws {
        let decision = try decision(on: chest(9))
        #expect(decision.reason == "Not chosen: 9 slices; the pipeline asks for at least 10.")
        #expect(try self.decision(on: chest(10)).isChosen)
    }

    @Test func `five millimetres pass and a hair more does not`() throws {
        #expect(try decision(on: chest(20, thickness: 5)).isChosen)
        #expect(try !decision(on: chest(20, thickness: 5.01)).isChosen)
    }

    @Test func `without a stated thickness the distance of the slices counts`() throws {
        #expect(try decision(on: chest(20, spacing: 2.5, thickness: nil)).isChosen)
        let wide = try decision(on: chest(20, spacing: 8, thickness: nil))
        #expect(wide.reason.contains("Slice Thickness absent, slices 8.0 mm apart; the pipeline takes at most 5.0 mm"))
        #expect(wide.sliceThicknessMillimetres == nil)
    }

    @Test func `derived images pass where the pipeline does not ask for originals`() throws {
        let series = chest(20).with { $0.frame.imageType = ["DERIVED", "SECONDARY", "AXIAL"] }
        #expect(try decision(on: series, rules: SeriesRules(requiresOriginalPrimary: false)).isChosen)
    }

    @Test func `the majority of the images decides, and the others are put aside`() throws {
        var series = chest(20)
        for index in 0..<9 { series.instances[index].frame.rescale = nil }
        let decision = try decision(on: series)
        let row = try #require(decision.rules.first { $0.rule == .hounsfield })
        #expect(decision.isChosen)
        #expect(row.measured == "slope 1.000, intercept -1024 on 11 of 20 images")
        series.instances[9].frame.rescale = nil
        #expect(try !self.decision(on: series).isChosen)
    }

    @Test func `a localizer is known by its geometry alone`() throws {
        let few = SeriesRules(fewestSlices: 1)
        let crossing = [
            plane(0, 265, 50, row: Vector3(0, -1, 0), column: Vector3(0, 0, -1)),
            plane(-265, 0, 50, row: Vector3(1, 0, 0), column: Vector3(0, 0, -1)),
        ]
        for planes in [crossing, [crossing[0]], [crossing[0], crossing[0]]] {
            var series = chest(planes.count)
            for (index, plane) in planes.enumerated() { series.instances[index].frame.plane = plane }
            let row = try #require(try decision(on: series, rules: few).rules.first { $0.rule == .notALocalizer })
            #expect(!row.passed, "\(row.measured)")
        }
        #expect(try decision(on: chest(2), rules: few).isChosen)
    }

    @Test func `signed or shifted values can be Hounsfield units`() throws {
        let signed = chest(20).with { $0.frame.rescale = Rescale(rescaleSlope: 1, rescaleIntercept: 0) }
        #expect(try decision(on: signed).isChosen)
        let shifted = chest(20).with {
            $0.pixels = PixelDescription(rows: 9, columns: 9, bitsStored: 12, isSigned: false)
        }
        #expect(try decision(on: shifted).isChosen)
        let falling = chest(20).with {
            $0.pixels = PixelDescription(rows: 9, columns: 9, bitsStored: 12, isSigned: false)
            $0.frame.rescale = Rescale(rescaleSlope: -1, rescaleIntercept: 3000)
        }
        #expect(try decision(on: falling).isChosen)
    }

    @Test func `the head CT with tilt and three gaps is measured as irregular, and is too thick`() throws {
        let decision = try decision(on: tiltedHead())
        #expect(decision.geometry?.isRegular == false)
        #expect(
            decision.reason == "Not chosen: slices are 7.0 mm (4.0 to 7.0 mm) thick; the pipeline takes at most 5.0 mm."
        )
        #expect(decision.rules.filter { !$0.passed }.map(\.rule) == [.sliceThickness])
    }

    @Test func `many images at one position are not called one slice alone`() {
        let crowd = chest(16).with { $0.frame.plane = plane(-170, -170, 40) }
        let decision = SeriesSelection.decide(study([crowd]), rules: rules).decisions[0]
        let row = decision.rules.first { $0.rule == .slices }
        #expect(row?.measured == "16 images at 1 position" && row?.passed == false)
        #expect(
            SeriesSelection.decide(study([crowd.with { $0.frame.sliceThicknessMillimetres = 5 }]), rules: rules)
                .decisions[0].reason.hasSuffix(
                    "its 16 images at 1 position make 1 slice; the pipeline asks for at least 10 positions."))
        let few = SeriesSelection.decide(study([chest(4)]), rules: rules).decisions[0]
        #expect(few.reason == "Not chosen: 4 slices; the pipeline asks for at least 10.")
    }

    @Test func `what just breaks a limit does not read like the limit`() {
        let thick = chest(30, thickness: 5.04)
        #expect(
            SeriesSelection.decide(study([thick]), rules: rules).decisions[0].reason
                == "Not chosen: slices are 5.04 mm thick; the pipeline takes at most 5.0 mm.")
    }

    @Test func `thinner slices win over more slices, and the loser says so`() {
        let thick = chest(60, series: "1.2.3.4", seriesNumber: 2, thickness: 5)
        let thin = chest(30, spacing: 1.2, series: "1.2.3.5", seriesNumber: 3, thickness: 1.2)
        let selection = SeriesSelection.decide(study([thick, thin]), rules: rules)
        #expect(selection.decisions.map(\.rank) == [1, 2])
        #expect(selection.chosen?.seriesInstanceUID == thin.seriesInstanceUID)
        #expect(
            selection.decisions[0].reason
                == "Chosen: passes every rule, and has thinner slices (1.2 mm instead of 5.0 mm) before series 2.")
        #expect(
            selection.decisions[1].reason
                == "Passed every rule, but series 3 has thinner slices (1.2 mm instead of 5.0 mm).")
        #expect(selection.outcomes.count == 60 && selection.outcomes.allSatisfy { $0.reason == .seriesNotChosen })
    }

    @Test func `at the same thickness more slices win, then the lower series number, then the UID`() {
        let few = chest(30, series: "1.2.3.1", seriesNumber: 1)
        let many = chest(31, series: "1.2.3.9", seriesNumber: 9)
        #expect(chosen(few, many) == many.seriesInstanceUID)
        let low = chest(31, series: "1.2.3.10", seriesNumber: 3)
        #expect(chosen(many, low) == low.seriesInstanceUID)
        let nameless = chest(31, series: "1.2.3.0", seriesNumber: nil)
        #expect(chosen(nameless, low) == low.seriesInstanceUID)
        let twin = chest(31, series: "1.2.3.11", seriesNumber: 3)
        #expect(chosen(twin, low) == low.seriesInstanceUID)
    }

    private func chosen(_ series: Series..., rules: SeriesRules = SeriesRules()) -> UID? {
        let first = SeriesSelection.decide(study(series), rules: rules).chosen?.seriesInstanceUID
        let second = SeriesSelection.decide(study(series.reversed()), rules: rules).chosen?.seriesInstanceUID
        return first == second ? first : nil
    }

    @Test func `a preferred kernel wins over thinner slices, by prefix and in the order named`() {
        let soft = chest(30, spacing: 1, series: "1.2.3.1", seriesNumber: 1, thickness: 1)
        let lung = chest(30, series: "1.2.3.2", seriesNumber: 2).with { $0.series.convolutionKernel = "BL57d" }
        let sharp = chest(30, series: "1.2.3.3", seriesNumber: 3).with { $0.series.convolutionKernel = "LUNG" }
        #expect(chosen(soft, lung, sharp) == soft.seriesInstanceUID)
        let preferring = SeriesRules(preferredKernels: ["lung", "bl5"])
        #expect(chosen(soft, lung, sharp, rules: preferring) == sharp.seriesInstanceUID)
        #expect(chosen(soft, lung, rules: preferring) == lung.seriesInstanceUID)
        let selection = SeriesSelection.decide(study([soft, lung]), rules: preferring)
        #expect(
            selection.decisions[1].reason
                == "Passed every rule, but series 2 has the preferred kernel (BL57d instead of B31f).")
    }

    @Test(arguments: 0..<10) func `every file of the study has one end, whatever the order`(seed: Int) {
        var main = chest(30)
        main.instances[4].frame.plane = nil
        main.instances[5].frame.plane = main.instances[6].frame.plane
        let scout = chest(2, series: "1.2.3.6", seriesNumber: 1).with {
            $0.frame.imageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
        }
        let dose = chest(1, series: "1.2.3.7", seriesNumber: 999).with { $0.pixels = nil }
        var given = study([main, chest(30, series: "1.2.3.5", thickness: 5), scout, dose])
        given.outcomes = [FileOutcome(file: "twice.dcm", reason: .duplicateInstance, detail: "")]
        let expected = SeriesSelection.decide(given, rules: rules)
        let files = given.series.flatMap { $0.instances.map(\.file) } + ["twice.dcm"]
        let ends =
            expected.outcomes
            + (expected.chosen?.slices ?? []).map {
                FileOutcome(file: $0.file, reason: .scored, detail: "")
            }
        #expect(discrepancies(seen: files, outcomes: ends) == [])
        #expect(expected.decisions.map(\.attributes.seriesNumber) == [2, 2, 1, 999])
        var shuffler = Shuffler(UInt64(seed))
        given.series.shuffle(using: &shuffler)
        for index in given.series.indices { given.series[index].instances.shuffle(using: &shuffler) }
        #expect(SeriesSelection.decide(given, rules: rules) == expected)
    }

    @Test func `an empty study says so`() {
        let selection = SeriesSelection.decide(study([]), rules: rules)
        #expect(selection.chosen == nil && selection.decisions.isEmpty)
        #expect(selection.summary == "The study has no series.")
    }
}
