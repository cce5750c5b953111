import Foundation
import GantryCore
import GantryDICOM
import GantryDICOMWriting

/// The series that is measured: 300 slices of 512 x 512, 12 bits stored in 16, once in each encoding, and a folder of
/// 10,000 files to be scanned.
struct BenchmarkSeries {
    /// Where its folders lie.
    let folder: String

    static let sliceCount = 300
    static let scanCount = 10_000

    /// The folder of an encoding.
    func path(_ encoding: Encoding) -> String { folder + "/" + encoding.folder }

    /// The folder with the files to be scanned: the uncompressed slices again and again, as hard links.
    var scanPath: String { folder + "/scan" }

    /// The files of a folder below, in order.
    func files(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    /// Writes the series out of the 512 x 512 slices below `source`, which are repeated where there are fewer than 300.
    func make(from source: String, executable: String) throws {
        let reader = SandboxedStudyReader(executable: executable)
        let names = try FileManager.default.subpathsOfDirectory(atPath: source).filter { $0.hasSuffix(".dcm") }.sorted()
        let scan = try reader.scan(root: source, files: names) { _ in }
        let slices = scan.sources(rows: 512, columns: 512)
        guard !slices.isEmpty else { throw CocoaError(.fileReadCorruptFile) }
        var receiver = KeepingReceiver()
        try reader.read(
            root: source, slices: Array(slices.prefix(Self.sliceCount)), padding: .air, into: &receiver)
        guard !receiver.slices.isEmpty else { throw CocoaError(.fileReadCorruptFile) }
        for encoding in Encoding.all {
            guard let syntax = encoding.transferSyntax else { continue }
            try FileManager.default.createDirectory(atPath: path(encoding), withIntermediateDirectories: true)
            for number in 0..<Self.sliceCount {
                let values = receiver.slices[number % receiver.slices.count]
                try write(number, values, syntax, to: path(encoding) + "/" + Self.name(number))
            }
        }
        try makeScanFolder()
    }

    private func makeScanFolder() throws {
        try FileManager.default.createDirectory(atPath: scanPath, withIntermediateDirectories: true)
        let originals = try files(in: path(Encoding.all[0]))
        for number in 0..<Self.scanCount {
            try FileManager.default.linkItem(
                atPath: path(Encoding.all[0]) + "/" + originals[number % originals.count],
                toPath: scanPath + "/" + Self.name(number))
        }
    }

    private static func name(_ number: Int) -> String { String(format: "%05d.dcm", number) }

    /// One slice as a scanner writes it: stored values from 0 to 4095, intercept -1024.
    private func write(_ number: Int, _ hounsfield: [Int16], _ syntax: TransferSyntax, to path: String) throws {
        let pixels = DICOMPixelData(
            rows: 512, columns: 512, bitsAllocated: 16, bitsStored: 12, isSigned: false,
            values: hounsfield.map { UInt16(min(max(Int($0) + 1024, 0), 4095)) })
        let elements = [
            ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2"), ("SOPInstanceUID", "1.2.3.4.\(number + 1)"),
            ("StudyInstanceUID", "1.2.3"), ("SeriesInstanceUID", "1.2.3.4"), ("StudyDate", "20260101"),
            ("StudyTime", "120000"), ("AcquisitionDate", "20260101"), ("AcquisitionTime", "120000"), ("Modality", "CT"),
            ("Manufacturer", "Benchmark"), ("SeriesDescription", "Chest 1.0 B70f"), ("PatientName", "Bench^Mark"),
            ("PatientID", "benchmark"), ("PatientSex", "O"), ("BodyPartExamined", "CHEST"), ("SliceThickness", "1"),
            ("KVP", "120"), ("ConvolutionKernel", "B70f"), ("PatientPosition", "HFS"), ("SeriesNumber", "2"),
            ("AcquisitionNumber", "1"), ("InstanceNumber", "\(number + 1)"), ("ImageType", "ORIGINAL\\PRIMARY\\AXIAL"),
            ("ImagePositionPatient", "-180\\-180\\\(number)"), ("ImageOrientationPatient", "1\\0\\0\\0\\1\\0"),
            ("FrameOfReferenceUID", "1.2.3.5"), ("PixelSpacing", "0.703125\\0.703125"), ("WindowCenter", "-600"),
            ("WindowWidth", "1500"), ("RescaleSlope", "1"), ("RescaleIntercept", "-1024"), ("RescaleType", "HU"),
        ]
        let object = DICOMObject(
            transferSyntax: syntax, elements: elements.map { DICOMElement($0.0, $0.1) }, pixelData: pixels)
        try DICOMObjectWriter().write(object, to: path)
    }
}

extension ScanResult {
    /// What is to be read of every axial slice with an image of this size, in the order of the scan.
    func sources(rows: Int, columns: Int) -> [SliceSource] {
        instances.compactMap { instance in
            guard let pixels = instance.pixels, let plane = instance.frames.first?.plane, pixels.rows == rows,
                pixels.columns == columns
            else { return nil }
            return SliceSource(
                file: instance.file, sopInstanceUID: instance.sopInstanceUID, frameNumber: 1,
                instanceNumber: instance.instanceNumber, positionMillimetres: plane.imagePositionPatient.z, rows: rows,
                columns: columns, plane: plane)
        }
    }
}

/// Keeps every slice.
private struct KeepingReceiver: SliceReceiver {
    var slices: [[Int16]] = []

    mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
        slices.append(hounsfield.withUnsafeBufferPointer { Array($0) })
        return .proceed
    }

    mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl { .proceed }
}
