import GantryCore
import GantryPhantom
import Testing

@Suite struct PhantomStudyTests {
    @Test func `slices of a tilted study are sheared: they move along the couch, not along their normal`() {
        var study = PhantomStudy(patient: PhantomPatient(number: 1, anatomySeed: 4), seed: 8, severity: nil)
        study.tiltDegrees = 12
        study.sliceCount = 20
        let chest = study.chest()
        let interval = study.sliceIntervalMillimetres(chest)
        let first = study.geometry(chest, slice: 0)
        for index in 1..<20 {
            let geometry = study.geometry(chest, slice: index)
            let step = geometry.imagePosition - study.geometry(chest, slice: index - 1).imagePosition
            #expect(step.x == 0 && abs(step.y) < 1e-3)
            #expect(abs(step.z + interval) < 1e-3, "towards the feet by one interval")
            #expect(geometry.columnDirection == first.columnDirection)
        }
        // unit length; sine and cosine of 12 degrees
        #expect(abs(first.columnDirection.y - 0.978_148) < 1e-5)
        #expect(abs(first.columnDirection.z + 0.207_912) < 1e-5)
    }

    @Test func `two kernels show the same chest at the same places`() {
        var study = PhantomStudy(patient: PhantomPatient(number: 1, anatomySeed: 4), seed: 8, severity: .easy)
        study.matrix = 64
        let chest = study.chest()
        let soft = study.slice(chest, index: 18, kernel: .soft)
        let lung = study.slice(chest, index: 18, kernel: .lung)
        #expect(soft.hounsfield != lung.hounsfield)
        #expect(soft.lesionFraction == lung.lesionFraction)
    }

    @Test func `a follow-up has the same anatomy and other disease`() {
        let studies = PhantomCatalogue.sampleStudies
        let first = studies[0]
        let followUp = studies[1]
        #expect(first.patient == followUp.patient)
        #expect(first.studyDate < followUp.studyDate)
        #expect(first.chest().anatomy == followUp.chest().anatomy)
        #expect(first.chest().disease != followUp.chest().disease)
    }

    @Test func `the sample catalogue has the cases that matter`() {
        let studies = PhantomCatalogue.sampleStudies
        #expect(studies.count >= 8)
        #expect(Set(studies.map(\.patient.patientID)).count == 6)
        #expect(Set(studies.map { "\($0.patient.patientID)/\($0.studyDate)" }).count == studies.count)
        #expect(studies.allSatisfy { (30...60).contains($0.sliceCount) })
        #expect(studies.count { $0.matrix == 512 } == 1)
        #expect(studies.allSatisfy { $0.matrix == 256 || $0.matrix == 512 })
        #expect(studies.contains { $0.severity == .easy } && studies.contains { $0.severity == .hard })
        #expect(studies.contains { $0.severity == nil })
        #expect(studies.contains { $0.hasLocalizer && $0.hasDoseReport })
        #expect(studies.contains { $0.kernels == [.soft, .lung] })
        #expect(studies.contains { !$0.missingSlices.isEmpty } && studies.contains { $0.tiltDegrees != 0 })
        #expect(studies.contains { $0.truncatedSlice != nil } && studies.contains { $0.hasStrayFile })
        let syntaxes = Set(studies.map(\.transferSyntax))
        #expect(syntaxes.isSuperset(of: [.jpegLSLossless, .jpegLosslessSV1]))
        #expect(Set(studies.map(\.storage)).count == 2 && Set(studies.map(\.layout)).count == 3)
    }

    @Test func `no two files of a study have one path, and missing slices have none`() {
        for study in PhantomCatalogue.sampleStudies {
            let files = StudyFiles(study).files
            #expect(Set(files.map(\.path)).count == files.count)
            let slices = (study.sliceCount - study.missingSlices.count) * study.kernels.count
            let others = (study.hasLocalizer ? 1 : 0) + (study.hasDoseReport ? 1 : 0) + (study.hasStrayFile ? 1 : 0)
            #expect(files.count == slices + others)
            for case .slice(let index, _) in files.map(\.content) {
                #expect(!study.missingSlices.contains(index))
            }
        }
    }

    @Test func `file names do not follow the order of the slices`() {
        for study in PhantomCatalogue.sampleStudies {
            let slices = StudyFiles(study).files.filter { if case .slice = $0.content { true } else { false } }
            #expect(slices.map(\.path) != slices.map(\.path).sorted())
        }
    }

    @Test func `a cohort is half positive, half of these hard, and reproducible`() {
        let cohort = PhantomCatalogue.cohort(seed: 3, count: 40, sliceCount: 12, matrix: 96)
        #expect(cohort == PhantomCatalogue.cohort(seed: 3, count: 40, sliceCount: 12, matrix: 96))
        #expect(cohort != PhantomCatalogue.cohort(seed: 4, count: 40, sliceCount: 12, matrix: 96))
        #expect(cohort.count { $0.severity == nil } == 20)
        #expect(cohort.count { $0.severity == .hard } == 10)
        #expect(Set(cohort.map(\.patient.anatomySeed)).count == 40)
        #expect(cohort.allSatisfy { $0.sliceCount == 12 && $0.matrix == 96 })
        #expect((5...25).contains(cohort.count { $0.noiseHU > 14 }), "about a third with a low dose")
    }

    @Test func `every positive study of a cohort has positive slices, and no negative one has`() {
        for study in PhantomCatalogue.cohort(seed: 9, count: 8, sliceCount: 16, matrix: 64) {
            let chest = study.chest()
            let positives = (0..<16).count { study.slice(chest, index: $0, kernel: .soft).isPositive }
            #expect((positives > 0) == (study.severity != nil))
        }
    }
}
