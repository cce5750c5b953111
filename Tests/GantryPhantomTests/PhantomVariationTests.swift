import GantryPhantom
import Testing

/// One study of a cohort of which nothing varies but what a test asks for.
private func study(_ words: [String], index: Int = 1, matrix: Int = 128) throws -> PhantomStudy {
    var mixture = PhantomMixture.fixed
    for word in words { try mixture.hold(word) }
    var study = PhantomCatalogue.cohort(seed: 5, count: 4, sliceCount: 24, matrix: matrix, mixture: mixture)[index]
    // the same rounding and padding in all
    study.storage = .unsigned12
    return study
}

/// A slice of a study, 12 being near its middle; without noise where asked.
private func slice(_ study: PhantomStudy, _ index: Int = 11, isClean: Bool = false) -> PhantomSlice {
    var study = study
    if isClean { study.noiseHU = 0 }
    return study.slice(study.chest(), index: index, kernel: study.kernels[0])
}

/// What noise adds to a slice, and its pixels without it.
private func noise(_ study: PhantomStudy) -> (grain: [Float], clean: [Int16]) {
    let clean = slice(study, isClean: true).hounsfield
    return (zip(slice(study).hounsfield, clean).map { Float($0) - Float($1) }, clean)
}

private func deviation(_ values: [Float]) -> Float {
    (values.reduce(0) { $0 + $1 * $1 } / Float(max(values.count, 1))).squareRoot()
}

/// The noise of pixels whose tissue is of a density.
private func deviation(_ study: PhantomStudy, in range: ClosedRange<Int16>) -> Float {
    let (grain, clean) = noise(study)
    return deviation(zip(grain, clean).filter { range.contains($1) }.map(\.0))
}

/// The eight variations, each alone.
@Suite struct PhantomVariationTests {
    @Test func `noise follows the dose, and nothing else does`() throws {
        let usual = try study(["noise=5"])
        let low = try study(["noise=20"])
        // soft tissue, and lung far from the lower end of the scale
        for range: ClosedRange<Int16> in [20...80, -900 ... -750] {
            let ratio = deviation(low, in: range) / deviation(usual, in: range)
            // values are rounded to whole HU, which adds 1/12 HU2
            #expect(abs(ratio - 4) < 0.08, "\(range): \(ratio)")
        }
        // 16 times the noise's variance for a sixteenth of the dose, in steps of 5 mAs
        #expect(usual.exposureMAs == 340 && low.exposureMAs == 20)
        #expect(slice(usual, isClean: true).hounsfield == slice(low, isClean: true).hounsfield)
        #expect(usual.chest().anatomy == low.chest().anatomy)
    }

    @Test func `a sharper kernel has steeper edges and grainier noise`() throws {
        var steepest: Float = 0
        var smoothest: Float = 1
        for kernel in Reconstruction.Kernel.ofCohorts {
            let study = try study(["kernel=\(kernel.rawValue)"])
            let (grain, clean) = noise(study)
            var gradient: Int16 = 0
            var product: Float = 0
            for row in 20..<108 {
                for column in 20..<107 {
                    let index = row * 128 + column
                    gradient = max(gradient, abs(clean[index + 1] - clean[index]))
                    product += grain[index] * grain[index + 1]
                }
            }
            let inside = (20..<108).flatMap { row in (20..<107).map { grain[row * 128 + $0] } }
            // the spectrum by its first coefficient: correlation of neighbours
            let correlation = product / inside.reduce(0) { $0 + $1 * $1 }
            #expect(Float(gradient) > steepest, "\(kernel)")
            #expect(correlation < smoothest, "\(kernel)")
            steepest = Float(gradient)
            smoothest = correlation
        }
        #expect(smoothest < 0, "the sharpest has more noise at high frequencies than white noise")
        let (smooth, sharp) = (try study(["kernel=smooth"]), try study(["kernel=edge"]))
        #expect(deviation(sharp, in: 20...80) > 3 * deviation(smooth, in: 20...80))
        #expect(slice(smooth).lungAreaSquareMillimetres == slice(sharp).lungAreaSquareMillimetres)
    }

    @Test func `a thick slice is the mean of thin ones and less noisy`() throws {
        let thick = try study(["thickness=5.4"])
        let thin = try study(["thickness=1.8"])
        let chest = thick.chest()
        func plane(_ shift: Float) -> [Float] {
            var moved = thin
            moved.noiseHU = 0
            moved.shiftMillimetres.z = shift
            return moved.slice(chest, index: 14, kernel: .standard).hounsfield.map(Float.init)
        }
        let planes = [plane(-1.8), plane(0), plane(1.8)]
        let mean = planes[0].indices.map { index in planes.reduce(0) { $0 + $1[index] } / 3 }
        let whole = slice(thick, 14, isClean: true).hounsfield.map(Float.init)
        // each is rounded, and clamped at -1024
        #expect(zip(whole, mean).allSatisfy { abs($0 - $1) <= 1.5 || $0 < -990 })
        #expect(zip(whole, planes[1]).contains { abs($0 - $1) > 150 }, "the diaphragm and vessels are seen in part")
        // photons: three times as many
        let ratio = deviation(thin, in: 20...80) / deviation(thick, in: 20...80)
        #expect(abs(ratio - 1.732) < 0.05, "\(ratio)")
    }

    @Test func `the field of view and the table change the image's frame and not the body`() throws {
        let near = try study(["field-of-view=360"])
        let far = try study(["field-of-view=480"])
        let chest = near.chest()
        #expect(near.geometry(chest, slice: 3).pixelSpacingMillimetres == 2.8125)
        #expect(far.geometry(chest, slice: 3).pixelSpacingMillimetres == 3.75)
        func pixels(_ study: PhantomStudy) -> Float {
            Float(slice(study, isClean: true).hounsfield.count { (-900 ... -750).contains($0) })
        }
        let ratio = pixels(near) / pixels(far)
        #expect(abs(ratio - 480 * 480 / (360 * 360)) < 0.15, "\(ratio)")
        let areas = [slice(near), slice(far)].map(\.lungAreaSquareMillimetres)
        #expect(abs(areas[0] - areas[1]) < 0.01 * areas[0])

        var images: [[Int16]] = []
        for couch in Couch.allCases {
            images.append(slice(try study(["field-of-view=480/\(couch.rawValue)"]), isClean: true).hounsfield)
        }
        for other in images.dropFirst() {
            let changed = images[0].indices.filter { images[0][$0] != other[$0] }
            #expect(changed.count > 100)
            #expect(changed.allSatisfy { $0 / 128 > 64 }, "below the middle of the image")
            #expect(changed.allSatisfy { images[0][$0] < 0 && other[$0] < 0 }, "no tissue")
        }
    }

    @Test func `expiration makes the lungs small and dense, under a high diaphragm`() throws {
        let studies = try ["0", "0.5", "1"].map { try study(["breathing=\($0)"]) }
        let chests = studies.map { $0.chest() }
        let volumes = chests.map { $0.volumes().lungMillilitres }
        #expect(volumes[0] > 1.15 * volumes[1] && volumes[1] > 1.15 * volumes[2], "\(volumes)")
        #expect(volumes[2] > 1200 && volumes[0] < 8000, "\(volumes)")
        let medians = studies.map { study in
            let lung = slice(study, 10, isClean: true).hounsfield.filter { (-960 ... -600).contains($0) }.sorted()
            return lung[lung.count / 2]
        }
        #expect(medians[2] - medians[0] > 50, "\(medians)")
        #expect(chests[2].anatomy.diaphragmRiseMillimetres > chests[0].anatomy.diaphragmRiseMillimetres + 30)
        #expect(chests[0].anatomy.fatMillimetres == chests[2].anatomy.fatMillimetres)
    }

    @Test func `a larger body has a larger cross-section, most of it fat, and more noise`() throws {
        let studies = try ["0.8", "1", "1.35"].map { try study(["body-size=\($0)", "field-of-view=480"]) }
        func areas(_ study: PhantomStudy) -> (body: Float, fat: Float) {
            let values = slice(study, isClean: true).hounsfield
            let pixel = Float(480 * 480) / Float(128 * 128)
            return (
                Float(values.count { $0 > -250 }) * pixel, Float(values.count { (-130 ... -70).contains($0) }) * pixel
            )
        }
        let found = studies.map(areas)
        #expect(found[1].body > 1.1 * found[0].body && found[2].body > 1.25 * found[1].body, "\(found)")
        #expect(found[2].fat > 2 * found[0].fat, "\(found)")
        #expect(deviation(studies[2], in: 20...80) > 1.05 * deviation(studies[0], in: 20...80))
    }

    @Test(arguments: DiseasePattern.Stage.allCases, DiseasePattern.Place.allCases)
    func `disease of each stage and place has the volume that slices show`(
        stage: DiseasePattern.Stage, place: DiseasePattern.Place
    ) throws {
        for index in [0, 2] {
            let study = try study(["disease=\(stage.rawValue)/\(place.rawValue)"], index: index)
            let chest = study.chest()
            let volumes = chest.volumes()
            #expect(study.pattern == DiseasePattern(stage: stage, place: place))
            #expect(volumes[.groundGlass] > 1)
            if stage == .early { #expect(volumes[.consolidation] == 0) }
            if stage == .peak || stage == .absorbing { #expect(volumes[.consolidation] > 0.3) }

            // slices of a plane each, 4 mm apart
            var counted = study
            counted.thicknessMillimetres = 1
            counted.noiseHU = 0
            counted.sliceCount = Int(
                (chest.scanRangeMillimetres.upperBound - chest.scanRangeMillimetres.lowerBound) / 4)
            let slices = (0..<counted.sliceCount).map { counted.slice(chest, index: $0, kernel: .standard) }
            let interval = counted.sliceIntervalMillimetres(chest)
            let seen = slices.reduce(0) { $0 + $1.lesionAreaSquareMillimetres } * interval / 1000
            let truth = volumes.lesionMillilitres
            // the mediastinum, painted over the lungs, takes some of what is central
            #expect(abs(seen - truth) < 0.1 * truth + 2, "\(stage) \(place): \(seen) mL seen, \(truth) mL told")
            #expect(slices.contains { $0.isPositive })
            let lung = slices.reduce(0) { $0 + $1.lungAreaSquareMillimetres } * interval / 1000
            #expect(abs(lung - volumes.lungMillilitres) < 0.06 * lung, "\(lung) mL, \(volumes.lungMillilitres) told")

            // what is ill is denser than the same lung in health
            let healthy = chest.with(disease: .none)
            let most = try #require(slices.indices.max { slices[$0].lesionFraction < slices[$1].lesionFraction })
            let well = counted.slice(healthy, index: most, kernel: .standard)
            let denser = zip(slices[most].hounsfield, well.hounsfield).count { Int($0) - Int($1) > 45 }
            #expect(denser > 15 && well.kinds.isEmpty && slices[most].kinds.contains { $0.isDisease })
        }
    }

    @Test func `peripheral disease lies further from the hila than central disease`() throws {
        /// Mean distance of what is ill from the nearer hilum in the slices' planes, millimetres.
        func reach(_ place: String) throws -> Float {
            let study = try study(["disease=early/\(place)"], index: 0)
            let chest = study.chest()
            let healthy = chest.with(disease: .none)
            var distances: [Float] = []
            for index in 6..<18 {
                let ill = study.slice(chest, index: index, kernel: .standard).hounsfield
                let well = study.slice(healthy, index: index, kernel: .standard).hounsfield
                let geometry = study.geometry(chest, slice: index)
                for pixel in ill.indices where ill[pixel] - well[pixel] > 60 {
                    let point = geometry.position(row: pixel / 128, column: pixel % 128)
                    let (x, y) = (abs(point.x) - 45, point.y - 12)
                    distances.append((x * x + y * y).squareRoot())
                }
            }
            return distances.reduce(0, +) / Float(distances.count)
        }
        let (peripheral, central) = (try reach("peripheral"), try reach("central"))
        #expect(peripheral > central + 20, "\(peripheral) mm, \(central) mm")
    }

    @Test(arguments: LungFinding.hardNegatives)
    func `a hard negative is seen, named and no disease`(kind: LungFinding) throws {
        let study = try study(["hard-negatives=\(kind.rawValue)"])
        let chest = study.chest()
        #expect(study.severity == nil && study.hardNegatives == [kind] && chest.disease.hardNegatives == [kind])
        #expect(chest.disease.lesionCount == 0)
        let healthy = chest.with(disease: .none)
        var named = 0
        var changes: [Int] = []
        for index in 0..<24 {
            let slice = slice(study, index, isClean: true)
            var clean = study
            clean.noiseHU = 0
            let well = clean.slice(healthy, index: index, kernel: .standard)
            #expect(!slice.isPositive && slice.lesionFraction == 0)
            #expect(slice.kinds.allSatisfy { $0 == kind })
            let changed = zip(slice.hounsfield, well.hounsfield).filter { abs(Int($0) - Int($1)) > 60 }
            named += slice.kinds.isEmpty ? 0 : 1
            changes.append(changed.count)
            if slice.kinds.isEmpty { #expect(changed.count < 40, "it would have to be named in slice \(index)") }
            switch kind {
            case .emphysema: #expect(changed.allSatisfy { $0 < $1 }, "thinner")
            case .atelectasis, .nodule, .effusion: #expect(changed.allSatisfy { $0 > $1 }, "denser")
            default: break
            }
        }
        #expect(named >= 1 && (changes.max() ?? 0) > (kind == .nodule ? 8 : 100), "\(changes)")
        #expect(changes.contains { $0 == 0 } || kind == .emphysema, "the rest of the chest is as it was")
    }

    @Test(arguments: LungFinding.withVolume.filter { !$0.isDisease })
    func `a hard negative has the volume that slices show`(kind: LungFinding) throws {
        var study = try study(["hard-negatives=\(kind.rawValue)"], matrix: 256)
        let chest = study.chest()
        study.thicknessMillimetres = 1
        study.sliceCount = 140
        let interval = study.sliceIntervalMillimetres(chest)
        let seen = (0..<140).reduce(Float(0)) { sum, index in
            sum + (study.slice(chest, index: index, kernel: .standard).areasSquareMillimetres[kind] ?? 0)
        }
        let truth = chest.volumes()[kind]
        #expect(truth > 0.2)
        #expect(abs(seen * interval / 1000 - truth) < 0.1 * truth + 0.1, "\(seen * interval / 1000) \(truth)")
    }
}
