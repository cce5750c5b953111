import Foundation
import GantryCore
import GantryDICOMWriting
import GantryGround
import Synchronization

/// Writes phantom studies as DICOM files below a folder, with `truth.csv` beside them.
public struct PhantomWriter: Sendable {
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
    ///   - threads: that make slices and write files; they change no byte.
    ///   - written: called after each study, with the number of files written so far.
    /// - Returns: the truth, in the order of `truth.csv`.
    @discardableResult
    public func write(
        _ studies: [PhantomStudy], threads: Int = 1,
        written: (_ study: PhantomStudy, _ files: Int) -> Void = { _, _ in }
    ) throws(PhantomError) -> [PhantomTruth] {
        var truth: [PhantomTruth] = []
        var files = 0
        // as many studies at a time as there are threads, so that each has something to do
        for first in stride(from: 0, to: studies.count, by: max(threads, 1)) {
            let group = Array(studies[first..<min(first + max(threads, 1), studies.count)])
            let plans = Self.map(group.count, threads: threads) { StudyPlan(group[$0]) }
            let jobs = plans.indices.flatMap { plan in plans[plan].files.files.map { (plan: plan, file: $0) } }
            let outcomes = Self.map(jobs.count, threads: threads) { index in
                write(jobs[index].file, of: plans[jobs[index].plan], threads: plans.count == 1 ? threads : 1)
            }
            for outcome in outcomes { truth += try outcome.get() }
            for plan in plans {
                files += plan.files.files.count
                written(plan.files.study, files)
            }
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

    /// A study whose files are to be written.
    private struct StudyPlan: Sendable {
        let files: StudyFiles
        let builder: InstanceBuilder
        let truth: PhantomStudyTruth

        init(_ study: PhantomStudy) {
            let chest = study.chest()
            files = StudyFiles(study)
            builder = InstanceBuilder(study: study, chest: chest)
            truth = PhantomStudyTruth(study, chest)
        }
    }

    /// What `make` makes of each number below `count`, in their order, on several threads.
    private static func map<Value: Sendable>(
        _ count: Int, threads: Int, _ make: @Sendable (Int) -> Value
    ) -> [Value] {
        let values = Mutex([Value?](repeating: nil, count: count))
        WorkerThreads.forEach(count: count, workers: threads, state: {}) { _, index in
            let value = make(index)
            values.withLock { $0[index] = value }
        }
        return values.withLock { $0.compactMap(\.self) }
    }

    /// Writes one file and says what is true of its slices. The frames of a volume are made on `threads`.
    private func write(
        _ file: StudyFiles.File, of plan: StudyPlan, threads: Int
    ) -> Result<[PhantomTruth], PhantomError> {
        Result { () throws(PhantomError) in try truth(writing: file, of: plan, threads: threads) }
    }

    private func truth(
        writing file: StudyFiles.File, of plan: StudyPlan, threads: Int
    ) throws(PhantomError) -> [PhantomTruth] {
        let builder = plan.builder
        let (study, chest) = (builder.study, builder.chest)
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
            return [truth(of: slice, index, file.seriesNumber, plan)]
        case .volume(let kernel):
            let sent = study.sentSlices
            let slices = Self.map(sent.count, threads: threads) { study.slice(chest, index: sent[$0], kernel: kernel) }
            try write(builder.volume(slices, kernel: kernel, seriesNumber: file.seriesNumber), to: url)
            return zip(sent, slices).enumerated().map { frame, entry in
                truth(of: entry.1, entry.0, file.seriesNumber, plan, frameNumber: frame + 1)
            }
        }
        return []
    }

    private func truth(
        of slice: PhantomSlice, _ index: Int, _ seriesNumber: Int, _ plan: StudyPlan, frameNumber: Int = 1
    ) -> PhantomTruth {
        let builder = plan.builder
        let geometry = builder.study.geometry(builder.chest, slice: index)
        let normal = SIMD3<Float>(1, 0, 0).cross(geometry.columnDirection)
        let uids = PhantomUID(builder.study)
        return PhantomTruth(
            studyInstanceUID: uids.studyInstanceUID, patientID: builder.study.patient.patientID,
            seriesInstanceUID: uids.seriesInstanceUID(seriesNumber),
            sopInstanceUID: uids.sopInstanceUID(seriesNumber, builder.study.isEnhanced ? 1 : index + 1),
            positionMillimetres: geometry.imagePosition.dot(normal), lesionFraction: slice.lesionFraction,
            isPositiveSlice: slice.isPositive, isPositiveStudy: builder.chest.disease.lesionCount > 0,
            frameNumber: frameNumber, kinds: slice.kinds,
            lesionMillilitres: slice.lesionAreaSquareMillimetres
                * builder.study.sliceIntervalMillimetres(builder.chest) / 1000,
            study: plan.truth)
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
