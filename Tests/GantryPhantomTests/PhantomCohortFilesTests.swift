import Foundation
import GantryPhantom
import GantryTestSupport
import Testing

/// What of a cohort is on the disk.
@Suite struct PhantomCohortFilesTests {
    private func written(_ studies: [PhantomStudy], threads: Int = 2) throws -> (
        truth: [PhantomTruth], files: [String: Data]
    ) {
        let folder = try TemporaryFolder()
        let truth = try PhantomWriter(folder: folder.path).write(studies, threads: threads)
        var files: [String: Data] = [:]
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        for path in paths where path.hasSuffix(".dcm") || path.hasSuffix(".csv") {
            files[path] = try Data(contentsOf: URL(filePath: folder.path + "/" + path))
        }
        return (truth, files)
    }

    private func cohort(_ words: String..., count: Int = 4, scans: Int = 1) throws -> [PhantomStudy] {
        var mixture = PhantomMixture.all
        for word in words { try mixture.hold(word) }
        return PhantomCatalogue.cohort(
            seed: 23, count: count, sliceCount: 6, matrix: 48, mixture: mixture, scans: scans)
    }

    @Test func `one thread and several write the same bytes`() throws {
        var studies = try cohort(count: 3, scans: 2)
        studies[2].isEnhanced = true
        studies[4].kernels = [.standard, .edge]
        let one = try written(studies, threads: 1)
        #expect(one.files.count == 5 * 6 + 6 + 1 + 1)
        for threads in [2, 5] {
            let several = try written(studies, threads: threads)
            #expect(several.truth == one.truth)
            #expect(several.files == one.files)
        }
        let volume = try written([studies[2]], threads: 4)
        #expect(volume.files.allSatisfy { $0.key == "truth.csv" || one.files[$0.key] == $0.value })
    }

    @Test func `studies are told in their order, with the files so far`() throws {
        let studies = try cohort(count: 5)
        let folder = try TemporaryFolder()
        var told: [String] = []
        try PhantomWriter(folder: folder.path).write(studies, threads: 3) { study, files in
            told.append("\(study.patient.patientID) \(files)")
        }
        #expect(told == (1...5).map { "PHANTOM-000\($0) \(6 * $0)" })
    }

    @Test func `the truth names kinds, and volumes in millilitres`() throws {
        var studies = try cohort("all", "disease=peak", count: 4)
        studies[1].hardNegatives = [.emphysema, .effusion]
        for index in studies.indices { studies[index].sliceCount = 40 }
        let (truth, files) = try written(studies)
        let lines = String(decoding: try #require(files["truth.csv"]), as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let header = try #require(lines.first)
        #expect(
            header.suffix(12) == [
                "kinds", "lesion_ml", "stage", "place", "hard_negatives", "lung_ml", "ground_glass_ml",
                "consolidation_ml", "atelectasis_ml", "emphysema_ml", "nodule_ml", "effusion_ml",
            ])
        #expect(lines.allSatisfy { $0.count == header.count } && lines.count == 161)
        func column(_ name: String, _ study: Int) throws -> [String] {
            let index = try #require(header.firstIndex(of: name))
            return lines[(1 + 40 * study)..<(41 + 40 * study)].map { $0[index] }
        }
        for (index, study) in studies.enumerated() {
            let volumes = study.chest().volumes()
            #expect(try Set(column("positive_study", index)) == [study.severity == nil ? "0" : "1"])
            #expect(try Set(column("stage", index)) == [study.severity == nil ? "" : "peak"])
            #expect(try Set(column("place", index)) == [study.severity == nil ? "" : "peripheral"])
            #expect(try Set(column("hard_negatives", index)) == [index == 1 ? "emphysema effusion" : ""])
            for (name, volume) in [
                ("lung_ml", volumes.lungMillilitres), ("ground_glass_ml", volumes[.groundGlass]),
                ("consolidation_ml", volumes[.consolidation]), ("emphysema_ml", volumes[.emphysema]),
                ("effusion_ml", volumes[.effusion]), ("nodule_ml", volumes[.nodule]),
            ] {
                let told = try Set(column(name, index))
                #expect(told.count == 1)
                #expect(abs((told.first.flatMap(Float.init) ?? -1) - volume) < 0.06, "\(name)")
            }
            // what slices show of the disease adds up to what the chest has
            let seen = try column("lesion_ml", index).compactMap(Float.init).reduce(0, +)
            #expect(abs(seen - volumes.lesionMillilitres) <= 0.15 * volumes.lesionMillilitres + 1, "\(seen)")
            let kinds = try Set(column("kinds", index).flatMap { $0.split(separator: " ").map(String.init) })
            #expect(
                kinds
                    == Set(
                        study.severity != nil
                            ? ["ground-glass", "consolidation"] : index == 1 ? ["emphysema", "effusion"] : []))
        }
        #expect(Set(truth.map(\.study)).count == 4)
    }

    @Test func `headers say how a study was scanned, or the same of all`() throws {
        func dump(_ words: [String], isEqual: Bool) throws -> DCMDump {
            var mixture = PhantomMixture.fixed
            for word in words { try mixture.hold(word) }
            var study = PhantomCatalogue.cohort(seed: 2, count: 1, sliceCount: 2, matrix: 32, mixture: mixture)[0]
            study.hasUsualHeaders = isEqual
            study.exportedWindow = isEqual ? GreyWindow(centreHU: -500, widthHU: 1000) : nil
            let folder = try TemporaryFolder()
            try PhantomWriter(folder: folder.path).write([study])
            return try DCMDump(folder.path + "/" + StudyFiles(study).files[0].path)
        }
        let words = ["noise=27", "kernel=edge", "thickness=1.25"]
        let honest = try dump(words, isEqual: false)
        #expect(honest.values("ConvolutionKernel") == ["EDGE"] && honest.values("SeriesDescription") == ["Chest lung"])
        #expect(honest.values("Exposure") == ["10"] && honest.values("XRayTubeCurrent") == ["20"])
        #expect(honest.values("SliceThickness") == ["1.25"] && honest.values("WindowCenter") == ["-600"])
        let usual = try dump([], isEqual: true)
        let equal = try dump(words, isEqual: true)
        func attributes(_ dump: DCMDump) -> [String] {
            dump.lines.filter { !$0.hasSuffix(" PixelData") && !$0.contains("MetaInformation") }
        }
        #expect(attributes(usual) == attributes(equal), "all but the pixels")
        #expect(usual.values("ConvolutionKernel") == ["STANDARD"] && usual.values("Exposure") == ["105"])
        #expect(usual.values("PixelData") != equal.values("PixelData"))
    }
}
