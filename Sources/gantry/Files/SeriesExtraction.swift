import Foundation
import GantryArrays
import GantryCore
import GantryPipeline
import GantryReports

/// Writes one series, slice by slice as it is read: an array file with its geometry, or pictures.
struct SeriesExtraction: SliceReceiver {
    private let stack: SliceStack
    private let format: ExtractCommand.Format
    private let window: Window
    private let spacingToleranceMillimetres: Double
    private let part: String?
    private let name: String
    private let beside: FilesBeside
    private let aside: UnfinishedFolder
    private let array: FileHandle?
    private var written: [DecodedSlice] = []
    private var missing: [FileOutcome] = []
    private var fault: CommandFault?
    private var hasMask = false
    /// What a second reader says of the slices; nil where it was not asked.
    var opinion: SecondOpinion?

    /// An extraction of `stack`, this part of its series, into files of `name` in `folder`; `beside` are the other
    /// files of its study.
    init(
        stack: SliceStack, part: String?, beside: FilesBeside, folder: String, name: String,
        format: ExtractCommand.Format, window: Window,
        spacingToleranceMillimetres: Double
    ) throws(CommandFault) {
        self.stack = stack
        self.part = part
        self.beside = beside
        self.format = format
        self.window = window
        self.spacingToleranceMillimetres = spacingToleranceMillimetres
        self.name = name
        aside = try UnfinishedFolder(in: folder, for: name)
        do {
            switch format {
            case .npy:
                let file = aside.url.appending(path: name + ".npy")
                try Data().write(to: file)
                array = try FileHandle(forWritingTo: file)
                try array?.write(contentsOf: header(slices: stack.slices.count))
            case .png:
                array = nil
                try FileManager.default.createDirectory(
                    at: aside.url.appending(path: name), withIntermediateDirectories: false)
            }
        } catch {
            aside.discard()
            throw UnfinishedFolder.fault(folder, error)
        }
    }

    private func header(slices: Int) -> Data {
        NPYFile.header(.int16, shape: [slices, stack.slices.first?.rows ?? 0, stack.slices.first?.columns ?? 0])
    }

    mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
        do {
            if let array {
                try hounsfield.withUnsafeBufferPointer { try array.write(contentsOf: Data(buffer: $0)) }
            } else {
                let png = try PNGPicture.encodeGreyscale(
                    pixels: window.greyLevels(of: hounsfield), rows: slice.source.rows, columns: slice.source.columns)
                let number = String(written.count + 1)
                let file = String(repeating: "0", count: max(0, 4 - number.count)) + number + ".png"
                try Data(png).write(to: aside.url.appending(path: name).appending(path: file))
            }
            written.append(slice)
            return .proceed
        } catch {
            fault = UnfinishedFolder.fault(aside.destination.appending(path: name).path, error)
            return .stop
        }
    }

    mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl {
        missing.append(outcome)
        return .proceed
    }

    private var maskName: String { name + ".mask.npy" }

    /// Writes a mask of the padding beside the array; `read` reads slices as masks.
    mutating func addPaddingMask(
        _ read: ([SliceSource], inout PaddingMask) throws(ReaderFault) -> Void
    ) throws {
        var mask = try PaddingMask(
            of: written, rows: stack.slices.first?.rows ?? 0, columns: stack.slices.first?.columns ?? 0,
            at: aside.url.appending(path: maskName), path: aside.destination.appending(path: maskName).path)
        try read(mask.sources, &mask)
        try mask.finish()
        hasMask = true
    }

    /// Completes the files, brings them to their names and names what is missing on standard error.
    mutating func finish() throws(CommandFault) -> ExtractionSummary {
        if let fault { throw fault }
        let known = Set(written.map(SliceKey.init) + missing.map { SliceKey(file: $0.file) })
        for slice in stack.slices where !known.contains(SliceKey(slice)) && !known.contains(SliceKey(file: slice.file))
        {
            missing.append(
                FileOutcome(file: slice.file, reason: .readerDied, detail: "Not read: the reader had ended before it."))
        }
        let summary = ExtractionSummary(
            slices: stack.slices.count, written: written.count, missing: missing + beside.missing,
            notExtracted: notExtracted, extracted: Set(written.map(\.source.file)).count,
            unreadableNeighbours: beside.unreadableNeighbours.count)
        // Frames of one file, and files that fail alike, are said once; the .json names each.
        for (outcome, files) in summary.missing.alike {
            Terminal.error.sentence(
                "gantry: \(outcome.file.printable.shortened): \(outcome.detail.printable)"
                    + (files.count > 1 ? " (and \(files.count - 1) more like it)" : ""))
        }
        if let first = beside.unreadableNeighbours.first {
            let more = summary.unreadableNeighbours - 1
            Terminal.error.sentence(
                "gantry: \(first.file.printable.shortened): cannot be read, so nobody knows whether it is a slice of "
                    + "series "
                    + "\(stack.seriesInstanceUID): \(first.detail.printable)"
                    + (more > 0 ? " (and \(more) more like it)" : ""))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let geometry: Data
        do {
            if let array {
                // Fewer slices than announced: the header has the same length and is written anew.
                try array.seek(toOffset: 0)
                try array.write(contentsOf: header(slices: written.count))
                try array.synchronize()
                try array.close()
            }
            geometry = try encoder.encode(Geometry(self, summary))
        } catch {
            throw UnfinishedFolder.fault(aside.destination.appending(path: name).path, error)
        }
        try aside.write(geometry, as: name + ".json")
        // The geometry first: an array that is there has it beside it.
        try aside.commit(name + ".json")
        if hasMask {
            try aside.commit(maskName)
        } else if format == .npy {
            // One of an earlier array would be taken for this one's.
            try? FileManager.default.removeItem(at: aside.destination.appending(path: maskName))
        }
        let result = format == .npy ? name + ".npy" : name
        try aside.commit(result)
        Terminal.output.line(aside.destination.appending(path: result).relativePath + (format == .npy ? "" : "/"))
        return summary
    }

    /// The study's files that have no slice in the array, with their outcomes, one a file, by path.
    private var notExtracted: [FileOutcome] {
        var seen = Set(written.map(\.source.file))
        return (missing + beside.outcomes).filter { seen.insert($0.file).inserted }
            .sorted { pathPrecedes($0.file, $1.file) }
    }

    /// A slice among those of a stack; without a frame, all of a file.
    private struct SliceKey: Hashable {
        var file: String
        var frameNumber: Int?

        init(file: String) { self.file = file }
        init(_ source: SliceSource) { (file, frameNumber) = (source.file, source.frameNumber) }
        init(_ slice: DecodedSlice) { self.init(slice.source) }
    }

    /// Removes what has not come to its name.
    func discard() { aside.discard() }

    /// What stands beside the array.
    private struct Geometry: Encodable {
        struct Slice: Encodable {
            var sopInstanceUID: UID
            var frameNumber: Int
            var instanceNumber: Int?
            var positionMillimetres: Double
            var imagePositionPatient: [Double]
            var imageOrientationPatient: [Double]
            var pixelSpacingMillimetres: [Double]
            var clampedPixels: Int
            var paddingPixels: Int
            /// Smallest and largest value of padding.
            var paddingHU: ClosedRange<Int>?
            var remarks: [SliceRemark]?
        }
        var schema = "gantry.extract/1"
        var seriesInstanceUID: UID
        var part: String?
        var unit = "HU"
        var shape: [Int]
        /// The file of the padding's mask, where it was asked for.
        var paddingMask: String?
        var sliceSpacingMillimetres: Double?
        var isRegular: Bool
        var gaps: [SeriesGeometry.Gap]
        var tiltDegrees: Double
        var slices: [Slice]
        var missing: [FileOutcome]
        var files: ExtractionSummary.Files
        var secondOpinion: SecondOpinion?

        init(_ extraction: SeriesExtraction, _ summary: ExtractionSummary) {
            let stack = extraction.stack
            seriesInstanceUID = stack.seriesInstanceUID
            part = extraction.part
            shape = [extraction.written.count, stack.slices.first?.rows ?? 0, stack.slices.first?.columns ?? 0]
            paddingMask = extraction.hasMask ? extraction.maskName : nil
            // Of what was written: a slice that could not be read is a gap.
            let geometry = SeriesGeometry.measuring(
                extraction.written.map(\.source.plane), toleranceMillimetres: extraction.spacingToleranceMillimetres)
            sliceSpacingMillimetres = geometry?.sliceSpacingMillimetres
            isRegular = geometry?.isRegular ?? false
            gaps = geometry?.gaps ?? []
            tiltDegrees = geometry?.tiltDegrees ?? 0
            missing = summary.missing
            files = summary.files
            secondOpinion = extraction.opinion
            slices = extraction.written.map { slice in
                let plane = slice.source.plane
                let position = plane.imagePositionPatient
                let (row, column) = (plane.rowDirection, plane.columnDirection)
                return Slice(
                    sopInstanceUID: slice.source.sopInstanceUID, frameNumber: slice.source.frameNumber,
                    instanceNumber: slice.source.instanceNumber,
                    positionMillimetres: slice.source.positionMillimetres,
                    imagePositionPatient: [position.x, position.y, position.z],
                    imageOrientationPatient: [row.x, row.y, row.z, column.x, column.y, column.z],
                    pixelSpacingMillimetres: [plane.rowSpacingMillimetres, plane.columnSpacingMillimetres],
                    clampedPixels: slice.clampedPixels, paddingPixels: slice.paddingPixels,
                    paddingHU: slice.paddingHU,
                    remarks: slice.remarks.isEmpty ? nil : slice.remarks)
            }
        }
    }
}
