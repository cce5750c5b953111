import Foundation
import GantryCore
import GantryPhantom
import GantryTestSupport
import Testing

@Suite struct PhantomMixtureTests {
    private func cohort(_ words: String..., count: Int = 60, scans: Int = 1) throws -> [PhantomStudy] {
        var mixture = PhantomMixture.all
        for word in words { try mixture.hold(word) }
        return PhantomCatalogue.cohort(
            seed: 11, count: count, sliceCount: 8, matrix: 32, mixture: mixture, scans: scans)
    }

    /// What a variation changes of a study, as text.
    private func value(_ variation: PhantomMixture.Variation, of study: PhantomStudy) -> String {
        switch variation {
        case .noise: "\(study.noiseHU)"
        case .kernel: "\(study.kernels)"
        case .thickness: "\(study.thicknessMillimetres ?? 0)"
        case .fieldOfView: "\(study.fieldOfViewMillimetres ?? 0) \(study.beyondTrunkMillimetres) \(study.couch)"
        case .breathing: "\(study.expiration ?? -1)"
        case .bodySize: "\(study.bodySize ?? 0)"
        case .disease: "\(study.pattern.stage) \(study.pattern.place)"
        case .hardNegatives: "\(study.hardNegatives)"
        }
    }

    @Test(arguments: PhantomMixture.Variation.allCases)
    func `a variation that is held is the same in all studies and changes no other`(
        variation: PhantomMixture.Variation
    ) throws {
        let drawn = try cohort()
        let held = try cohort(variation.rawValue)
        #expect(Set(drawn.map { value(variation, of: $0) }).count >= 4)
        #expect(Set(held.map { value(variation, of: $0) }).count == 1)
        for other in PhantomMixture.Variation.allCases where other != variation {
            #expect(drawn.map { value(other, of: $0) } == held.map { value(other, of: $0) }, "\(other)")
        }
        #expect(try cohort("all").map { value(variation, of: $0) } == held.map { value(variation, of: $0) })
    }

    @Test func `how a study is scanned says nothing of its disease`() throws {
        let studies = try cohort(count: 400)
        let ill = studies.filter { $0.severity != nil }
        let well = studies.filter { $0.severity == nil }
        #expect(ill.count == 200 && well.count == 200)
        func mean(_ studies: [PhantomStudy], _ value: (PhantomStudy) -> Float) -> Float {
            studies.map(value).reduce(0, +) / Float(studies.count)
        }
        let values: [(String, (PhantomStudy) -> Float)] = [
            ("noise", { $0.noiseHU }), ("thickness", { $0.thicknessMillimetres ?? 0 }),
            ("view", { $0.beyondTrunkMillimetres }), ("breathing", { $0.expiration ?? 0 }),
            ("body", { $0.bodySize ?? 0 }), ("kernel", { $0.kernels[0].isForLung ? 1 : 0 }),
            ("couch", { $0.couch == .curved ? 1 : 0 }), ("storage", { $0.storage == .signed16 ? 1 : 0 }),
        ]
        for (name, value) in values {
            let all = mean(studies, value)
            let spread = mean(studies) { (value($0) - all) * (value($0) - all) }.squareRoot()
            // three standard deviations of the difference of two means of 200
            #expect(abs(mean(ill, value) - mean(well, value)) < 3 * spread * 0.1, "\(name)")
        }
        // half of the negative ones have something by turns; of the others and the positive ones a third
        let hard = well.count { !$0.hardNegatives.isEmpty }
        #expect((115...150).contains(hard))
        #expect((45...90).contains(ill.count { !$0.hardNegatives.isEmpty }))
        #expect(Set(well.flatMap(\.hardNegatives)) == Set(LungFinding.hardNegatives))
    }

    @Test func `a patient who is scanned twice has the same chest and disease`() throws {
        let studies = try cohort(count: 12, scans: 2)
        #expect(studies.count == 24)
        for pair in 0..<12 {
            let (first, second) = (studies[2 * pair], studies[2 * pair + 1])
            #expect(first.patient == second.patient && first.seed == second.seed)
            #expect(first.chest().anatomy == second.chest().anatomy && first.chest().disease == second.chest().disease)
            #expect(first.kernels != second.kernels && first.noiseHU != second.noiseHU)
            #expect(first.shiftMillimetres == SIMD3() && second.shiftMillimetres != SIMD3())
            #expect(first.studyDate < second.studyDate)
            let paths = [first, second].map { Set(StudyFiles($0).files.map(\.path)) }
            #expect(paths[0].isDisjoint(with: paths[1]), "other UIDs, another folder")
        }
        // the first scans are those of a cohort that is scanned once
        #expect(try cohort(count: 12) == stride(from: 0, to: 24, by: 2).map { studies[$0] })

        var same = studies[0]
        same.scanNumber = 2
        let chest = same.chest()
        let (one, other) = (
            studies[0].slice(chest, index: 4, kernel: .standard), same.slice(chest, index: 4, kernel: .standard)
        )
        #expect(one.hounsfield != other.hounsfield, "other noise")
        #expect(one.lesionFraction == other.lesionFraction)
    }

    @Test func `words that name nothing are refused with what there is`() {
        for word in [
            "", "dose", "noise=", "noise=1000", "kernel=soft", "thickness=a", "field-of-view=10",
            "field-of-view=300/", "disease=late", "disease=peak/", "hard-negatives=consolidation",
            "hard-negatives=emphysema,nodule", "body-size=2", "breathing=-1",
        ] {
            var mixture = PhantomMixture.all
            #expect(throws: PhantomMixture.Misspelling.self, "\(word)") { try mixture.hold(word) }
        }
        var mixture = PhantomMixture.all
        let misspelling = #expect(throws: PhantomMixture.Misspelling.self) { try mixture.hold("kernel=soft") }
        #expect(misspelling?.description.contains("smooth, standard, sharp, edge") == true)
    }

    @Test func `values are those that were written`() throws {
        var mixture = PhantomMixture.all
        for word in [
            "noise=12.5", "kernel=edge", "thickness=1.5", "field-of-view=300/flat", "breathing=0.75", "body-size=1.2",
            "disease=absorbing/lobar", "hard-negatives=emphysema+motion",
        ] { try mixture.hold(word) }
        let study = PhantomCatalogue.cohort(seed: 1, count: 1, mixture: mixture)[0]
        #expect(study.noiseHU == 12.5 && study.kernels == [.edge] && study.thicknessMillimetres == 1.5)
        #expect(study.fieldOfViewMillimetres == 300 && study.couch == .flat)
        #expect(study.expiration == 0.75 && study.bodySize == 1.2)
        #expect(study.pattern == DiseasePattern(stage: .absorbing, place: .lobar))
        #expect(study.hardNegatives == [.emphysema, .motion])
        try mixture.hold("hard-negatives=none")
        #expect(PhantomCatalogue.cohort(seed: 1, count: 1, mixture: mixture)[0].hardNegatives.isEmpty)
    }

    @Test func `a window that is exported spreads its grey levels over that of the lung`() throws {
        var study = try cohort("all", count: 1)[0]
        study.storage = .unsigned12
        let chest = study.chest()
        let plain = study.slice(chest, index: 4, kernel: .standard).hounsfield
        func exported(_ centre: Float, _ width: Float) -> [Int16] {
            study.exportedWindow = GreyWindow(centreHU: centre, widthHU: width)
            return study.slice(chest, index: 4, kernel: .standard).hounsfield
        }
        #expect(exported(-600, 1500) == plain.map { min($0, 150) })
        let narrow = exported(40, 400)
        for (before, after) in zip(plain, narrow) where before != -1024 {
            // 1500 / 400 grey levels for each, from -1350 to 150
            let expected = (Float(before) - 40) * 3.75 - 600
            #expect(abs(Float(after) - min(max(expected, -1024), 150)) <= 0.5)
        }
    }
}
