import Foundation
import GantryCore
import GantryDICOM
import GantryDICOMWriting

/// A small CT image for tests, and how to read what was written of it.
enum TestCT {
    static let rows = 9
    static let columns = 7

    /// Attributes of a CT image but those named by `without`, and `changes` on top.
    static func elements(_ changes: [DICOMElement] = [], without: Set<String> = []) -> [DICOMElement] {
        [
            DICOMElement("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2"),
            DICOMElement("SOPInstanceUID", "1.2.826.0.1.3680043.10.1"),
            DICOMElement("StudyInstanceUID", "1.2.826.0.1.3680043.10.2"),
            DICOMElement("SeriesInstanceUID", "1.2.826.0.1.3680043.10.3"),
            DICOMElement("Modality", "CT"),
            DICOMElement("ImagePositionPatient", "-10\\-20.5\\30"),
            DICOMElement("ImageOrientationPatient", "1\\0\\0\\0\\1\\0"),
            DICOMElement("PixelSpacing", "0.75\\0.5"),
            DICOMElement("RescaleSlope", "1"),
            DICOMElement("RescaleIntercept", "-1024"),
        ].filter { !without.contains($0.keyword) } + changes
    }

    /// Bit patterns that use every bit of `bitsStored`, ends included, without a simple order.
    static func patterns(bitsStored: Int, isSigned: Bool, count: Int = rows * columns) -> [UInt16] {
        let mask = UInt32(1) << UInt32(bitsStored) - 1
        let sign = UInt32(1) << UInt32(bitsStored - 1)
        return (0..<count).map { index in
            let scattered = UInt32(truncatingIfNeeded: index) &* 2_654_435_761 >> 7
            var pattern = index == 0 ? 0 : index == 1 ? mask : index == 2 ? sign : scattered & mask
            // A signed value is stored with its sign in the unused bits, as scanners write it.
            if isSigned && pattern & sign != 0 { pattern |= ~mask }
            return UInt16(truncatingIfNeeded: pattern)
        }
    }

    /// The value of a pattern whose unused bits repeat the sign.
    static func value(_ pattern: UInt16, isSigned: Bool) -> Int {
        isSigned ? Int(Int16(bitPattern: pattern)) : Int(pattern)
    }

    /// A source that asks for the only frame of `instance`.
    static func source(
        _ instance: SOPInstance, rows: Int? = nil, columns: Int? = nil, sopInstanceUID: UID? = nil
    ) -> SliceSource? {
        guard
            let plane = instance.frames[0].plane
                ?? SlicePlane(
                    imagePositionPatient: Vector3(0, 0, 0), rowDirection: Vector3(1, 0, 0),
                    columnDirection: Vector3(0, 1, 0), rowSpacingMillimetres: 1, columnSpacingMillimetres: 1)
        else { return nil }
        return SliceSource(
            file: instance.file, sopInstanceUID: sopInstanceUID ?? instance.sopInstanceUID, frameNumber: 1,
            instanceNumber: instance.instanceNumber, positionMillimetres: plane.positionMillimetres,
            rows: rows ?? instance.pixels?.rows ?? 1, columns: columns ?? instance.pixels?.columns ?? 1, plane: plane)
    }

    /// The Hounsfield units of the file at `path`. **Throws** `FileOutcome`.
    static func hounsfield(
        _ path: String, padding: PaddingTreatment = .keep, reader: DICOMFileReader
    ) throws -> (slice: DecodedSlice, values: [Int16]) {
        let instance = try reader.header(openPath: path, file: "test")
        guard let source = source(instance) else { throw CocoaError(.featureUnsupported) }
        // Whatever is not written by the reader would show.
        var values = [Int16](repeating: 0x5A5A, count: source.rows * source.columns)
        let slice = try values.withUnsafeMutableBufferPointer { buffer in
            try reader.decode(openPath: path, source: source, padding: padding, into: buffer)
        }
        return (slice, values)
    }
}
