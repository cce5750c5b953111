import Foundation
import GantryCore
import GantryPhantom
import GantryTestSupport
import Testing

@Suite struct `Enhanced CT phantoms` {
    private func study(isEnhanced: Bool) -> PhantomStudy {
        var study = PhantomStudy(patient: PhantomPatient(number: 7, anatomySeed: 3), seed: 21, severity: .easy)
        study.sliceCount = 6
        study.matrix = 32
        study.tiltDegrees = 8
        study.missingSlices = [4]
        study.kernels = [.soft, .lung]
        study.isEnhanced = isEnhanced
        return study
    }

    /// Dumps and bytes of the images of a study, by path.
    private func written(_ study: PhantomStudy) throws -> [(dump: DCMDump, data: Data)] {
        let folder = try TemporaryFolder()
        try PhantomWriter(folder: folder.path).write([study])
        return try StudyFiles(study).files.map { file in
            let path = folder.path + "/" + file.path
            return (try DCMDump(path), try Data(contentsOf: URL(filePath: path)))
        }
    }

    @Test func `a series is one object whose frames are the slices of the plain one`() throws {
        let volumes = try written(study(isEnhanced: true))
        let slices = try written(study(isEnhanced: false))
        #expect(volumes.count == 2 && slices.count == 10)
        let bytes = 32 * 32 * 2
        for volume in volumes {
            let uid = volume.dump.values("SeriesInstanceUID")
            let plain = slices.filter { $0.dump.values("SeriesInstanceUID") == uid }
                .sorted { place($0.dump) < place($1.dump) }
            #expect(plain.count == 5)
            #expect(volume.dump.values("SOPClassUID") == ["=EnhancedCTImageStorage"])
            #expect(volume.dump.values("NumberOfFrames") == ["5"])
            #expect(
                volume.dump.values("ImagePositionPatient") == plain.flatMap { $0.dump.values("ImagePositionPatient") })
            for keyword in ["ImageOrientationPatient", "PixelSpacing", "SliceThickness", "RescaleIntercept"] {
                #expect(volume.dump.values(keyword) == plain.first?.dump.values(keyword), "\(keyword)")
            }
            #expect(volume.data.suffix(5 * bytes) == plain.map { $0.data.suffix(bytes) }.reduce(Data(), +))
        }
    }

    private func place(_ dump: DCMDump) -> Int { dump.values("InstanceNumber").first.flatMap(Int.init) ?? 0 }

    @Test func `the truth tells the frames of one object apart`() throws {
        let folder = try TemporaryFolder()
        let plain = try PhantomWriter(folder: folder.path).write([study(isEnhanced: false)])
        let truth = try PhantomWriter(folder: folder.path).write([study(isEnhanced: true)])
        #expect(Set(truth.map(\.sopInstanceUID)).count == 2)
        #expect(truth.map(\.frameNumber) == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5])
        #expect(plain.allSatisfy { $0.frameNumber == 1 })
        #expect(truth.map(\.lesionFraction) == plain.map(\.lesionFraction))
        #expect(truth.map(\.positionMillimetres) == plain.map(\.positionMillimetres))
    }
}
