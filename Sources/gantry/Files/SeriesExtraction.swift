import Foundation
import GantryCore
import GantryPipeline
import GantryReports

/// Writes one series, slice by slice as it is read: an array file with its geometry, or pictures.
struct SeriesExtraction: SliceReceiver {
    private let stack: SliceStack
    private let format: ExtractCommand.Format
    private let window: Window
    private let spacingToleranceMillimetres: Double
    private let base: String
    private let file: FileHandle?
    private var written: [DecodedSlice] = []
    private var missing: [FileOutcome] = []
    private var fault: CommandFault?

    init(
        stack: SliceStack, folder: String, format: ExtractCommand.Format, window: Window,
        spacingToleranceMillimetres: Double
    ) throws(CommandFault) {
        self.stack = stack
        self.format = format
        self.window = window
        self.spacingToleranceMillimetres = spacingToleranceMillimetres
        base = (folder as NSString).appendingPathComponent(stack.seriesInstanceUID.value)
        guard format == .npy else {
            file = nil
            return
        }
        let path = base + ".npy"
        do {
            try Data().write(to: URL(filePath: path))
            file = try FileHandle(forWritingTo: URL(filePath: path))
            try file?.write(contentsOf: header(slices: stack.slices.count))
        } catch {
            throw CommandFault(ExitStatus.cannotCreate, "\(path): cannot be written: \(error.localizedDescription)")
        }
    }

    private func header(slices: Int) -> Data {
        NPYFile.header(.int16, shape: [slices, stack.slices.first?.rows ?? 0, stack.slices.first?.columns ?? 0])
    }

    mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
        do {
            if let file {
                try hounsfield.withUnsafeBufferPointer { try file.write(contentsOf: Data(buffer: $0)) }
            } else {
                let png = try PNGPicture.encodeGreyscale(
                    pixels: window.greyLevels(of: hounsfield), rows: slice.source.rows, columns: slice.source.columns)
                let number = String(written.count + 1)
                let name = String(repeating: "0", count: max(0, 4 - number.count)) + number + ".png"
                try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
                try Data(png).write(to: URL(filePath: base).appending(path: name))
            }
            written.append(slice)
            return .proceed
        } catch {
            fault = CommandFault(ExitStatus.cannotCreate, "\(base): cannot be written: \(error)")
            return .stop
        }
    }

    mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl {
        missing.append(outcome)
        Terminal.error.line("gantry: \(outcome.file.printable): \(outcome.detail.printable)")
        return .proceed
    }

    /// Completes the files; returns the number of slices that are not in them.
    func finish() throws(CommandFault) -> Int {
        if let fault { throw fault }
        do {
            if let file {
                // Fewer slices than announced: the header has the same length and is written anew.
                try file.seek(toOffset: 0)
                try file.write(contentsOf: header(slices: written.count))
                try file.close()
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(Geometry(self)).write(to: URL(filePath: base + ".json"), options: .atomic)
        } catch {
            throw CommandFault(
                ExitStatus.cannotCreate, "\(base): cannot be written: \(error.localizedDescription)")
        }
        Terminal.output.line(format == .npy ? base + ".npy" : base + "/")
        return stack.slices.count - written.count
    }

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
        }
        var schema = "gantry.extract/1"
        var seriesInstanceUID: UID
        var unit = "HU"
        var shape: [Int]
        var sliceSpacingMillimetres: Double?
        var isRegular: Bool
        var gaps: [SeriesGeometry.Gap]
        var tiltDegrees: Double
        var slices: [Slice]
        var missing: [FileOutcome]

        init(_ extraction: SeriesExtraction) {
            let stack = extraction.stack
            seriesInstanceUID = stack.seriesInstanceUID
            shape = [extraction.written.count, stack.slices.first?.rows ?? 0, stack.slices.first?.columns ?? 0]
            // Of what was written: a slice that could not be read is a gap.
            let geometry = SeriesGeometry.measuring(
                extraction.written.map(\.source.plane), toleranceMillimetres: extraction.spacingToleranceMillimetres)
            sliceSpacingMillimetres = geometry?.sliceSpacingMillimetres
            isRegular = geometry?.isRegular ?? false
            gaps = geometry?.gaps ?? []
            tiltDegrees = geometry?.tiltDegrees ?? 0
            missing = extraction.missing
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
                    clampedPixels: slice.clampedPixels, paddingPixels: slice.paddingPixels)
            }
        }
    }
}
