import Foundation
import GantryCore
import GantryDICOMWriting

/// Writes phantom studies as DICOM files below a folder, with `truth.csv` beside them.
public struct PhantomWriter {
    private let writer: DICOMObjectWriter
    private let folder: URL

    /// A writer into a folder, which is made where it does not exist.
    ///
    /// **Throws** `.cannotEncode` where the DICOM writer cannot start.
    public init(folder: String) throws(PhantomError) {
        do {
            writer = try DICOMObjectWriter()
        } catch {
            throw PhantomError(code: .cannotEncode, path: folder, underlying: String(describing: error))
        }
        self.folder = URL(fileURLWithPath: folder, isDirectory: true)
    }

    /// Writes the studies and the truth of all their slices.
    ///
    /// - Parameters:
    ///   - written: called after each study, with the number of files written so far.
    /// - Returns: the truth, in the order of `truth.csv`.
    @discardableResult
    public func write(
        _ studies: [PhantomStudy], written: (_ study: PhantomStudy, _ files: Int) -> Void = { _, _ in }
    ) throws(PhantomError) -> [PhantomTruth] {
        var truth: [PhantomTruth] = []
        var files = 0
        for study in studies {
            let plan = StudyFiles(study)
            files += try write(plan, &truth)
            written(study, files)
        }
        let table = ([PhantomTruth.header] + truth.map(\.line)).joined(separator: "\n") + "\n"
        try write(text: table, to: "truth.csv")
        return truth
    }

    /// Writes a text file below the folder.
    public func write(text: String, to name: String) throws(PhantomError) {
        try makeFolder(folder)
        try write(Data(text.utf8), to: folder.appendingPathComponent(name))
    }

    /// Writes one study; returns the number of files.
    private func write(_ plan: StudyFiles, _ truth: inout [PhantomTruth]) throws(PhantomError) -> Int {
        let study = plan.study
        let chest = study.chest()
        let builder = InstanceBuilder(study: study, chest: chest)
        for file in plan.files {
            let url = folder.appendingPathComponent(file.path)
            try makeFolder(url.deletingLastPathComponent())
            switch file.content {
            case .localizer:
                try write(builder.localizer(seriesNumber: file.seriesNumber), to: url)
            case .doseReport:
                try write(builder.doseReport(seriesNumber: file.seriesNumber), to: url)
            case .stray:
                try write(Data("Sent by hand after the scan; the disc is in room 2.\n".utf8), to: url)
            case .slice(let index, let kernel):
                let slice = study.slice(chest, index: index, kernel: kernel)
                var object = builder.slice(index, kernel: kernel, seriesNumber: file.seriesNumber, pixels: slice)
                let isCutShort = study.truncatedSlice == index
                if isCutShort { object.transferSyntax = .explicitVRLittleEndian }
                try write(object, to: url)
                if isCutShort { try cutShort(url) }
                truth.append(self.truth(of: slice, index, file.seriesNumber, builder))
            case .volume(let kernel):
                let slices = study.sentSlices.map { study.slice(chest, index: $0, kernel: kernel) }
                try write(builder.volume(slices, kernel: kernel, seriesNumber: file.seriesNumber), to: url)
                for (frame, (index, slice)) in zip(study.sentSlices, slices).enumerated() {
                    truth.append(self.truth(of: slice, index, file.seriesNumber, builder, frameNumber: frame + 1))
                }
            }
        }
        return plan.files.count
    }

    private func truth(
        of slice: PhantomSlice, _ index: Int, _ seriesNumber: Int, _ builder: InstanceBuilder, frameNumber: Int = 1
    ) -> PhantomTruth {
        let geometry = builder.study.geometry(builder.chest, slice: index)
        let normal = SIMD3<Float>(1, 0, 0).cross(geometry.columnDirection)
        let uids = PhantomUID(builder.study)
        return PhantomTruth(
            studyInstanceUID: uids.studyInstanceUID, patientID: builder.study.patient.patientID,
            seriesInstanceUID: uids.seriesInstanceUID(seriesNumber),
            sopInstanceUID: uids.sopInstanceUID(seriesNumber, builder.study.isEnhanced ? 1 : index + 1),
            positionMillimetres: geometry.imagePosition.dot(normal), lesionFraction: slice.lesionFraction,
            isPositiveSlice: slice.isPositive, isPositiveStudy: builder.chest.disease.lesionCount > 0,
            frameNumber: frameNumber)
    }

    // MARK: - Files

    private func makeFolder(_ url: URL) throws(PhantomError) {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw PhantomError(code: .cannotCreateFolder, path: url.path, underlying: String(describing: error))
        }
    }

    private func write(_ data: Data, to url: URL) throws(PhantomError) {
        do {
            try data.write(to: url)
        } catch {
            throw PhantomError(code: .cannotWriteFile, path: url.path, underlying: String(describing: error))
        }
    }

    private func write(_ object: DICOMObject, to url: URL) throws(PhantomError) {
        do {
            try writer.write(object, to: url.path)
        } catch {
            throw PhantomError(code: .cannotEncode, path: url.path, underlying: String(describing: error))
        }
    }

    /// Leaves the first 60 percent of a file, as a broken transfer does.
    private func cutShort(_ url: URL) throws(PhantomError) {
        do {
            let whole = try Data(contentsOf: url)
            try whole.prefix(whole.count * 6 / 10).write(to: url)
        } catch {
            throw PhantomError(code: .cannotWriteFile, path: url.path, underlying: String(describing: error))
        }
    }
}
