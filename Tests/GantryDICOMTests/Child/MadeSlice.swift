import GantryTestSupport
import GantryCore
import GantryDICOMWriting

/// A CT slice that a test makes: known stored values, slope 1, intercept -1024, stored -2000 is padding.
struct MadeSlice: Sendable {
    var file: String
    var uid: String
    var rows: Int
    var columns: Int
    /// Mixed into the values, so that slices differ.
    var seed: Int = 1
    var positionMillimetres: Double = 0

    static let paddingStored = -2000
    static let intercept = -1024

    /// The first column is padding; the rest varies over -1000...2999 HU.
    private var stored: [Int] {
        (0..<rows * columns).map { index in
            index % columns == 0 ? Self.paddingStored : (index * 7 + seed * 131) % 4000 + 24
        }
    }

    func hounsfield(_ padding: PaddingTreatment) -> [Int16] {
        stored.map { value in
            if padding == .mask { return value == Self.paddingStored ? 1 : 0 }
            if value == Self.paddingStored && padding == .air { return -1024 }
            return Int16(value + Self.intercept)
        }
    }

    func source() throws -> SliceSource {
        SliceSource(
            file: file, sopInstanceUID: try required(UID(uid)), frameNumber: 1, instanceNumber: 1,
            positionMillimetres: positionMillimetres, rows: rows, columns: columns,
            plane: try required(
                SlicePlane(
                    imagePositionPatient: Vector3(0, 0, positionMillimetres), rowDirection: Vector3(1, 0, 0),
                    columnDirection: Vector3(0, 1, 0), rowSpacingMillimetres: 0.7, columnSpacingMillimetres: 0.7)))
    }

    /// Writes the file, with a text of `textBytes` in it where it is to be large.
    func write(
        below root: String, transferSyntax: TransferSyntax = .explicitVRLittleEndian, textBytes: Int = 0
    ) throws {
        let pixels = DICOMPixelData(
            rows: rows, columns: columns, bitsAllocated: 16, bitsStored: 16, isSigned: true,
            photometricInterpretation: "MONOCHROME2",
            values: stored.map { UInt16(bitPattern: Int16(truncatingIfNeeded: $0)) })
        var elements = [
            ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2"), ("SOPInstanceUID", uid), ("StudyInstanceUID", "1.2.3"),
            ("SeriesInstanceUID", "1.2.3.4"), ("Modality", "CT"), ("PatientID", "made"),
            ("ImageType", "ORIGINAL\\PRIMARY\\AXIAL"), ("ImagePositionPatient", "0\\0\\\(positionMillimetres)"),
            ("ImageOrientationPatient", "1\\0\\0\\0\\1\\0"), ("PixelSpacing", "0.7\\0.7"), ("RescaleSlope", "1"),
            ("RescaleIntercept", "\(Self.intercept)"), ("RescaleType", "HU"),
            ("PixelPaddingValue", "\(Self.paddingStored)"),
        ]
        if textBytes > 0 { elements.append(("TextValue", String(repeating: "x", count: textBytes))) }
        let object = DICOMObject(
            transferSyntax: transferSyntax, elements: elements.map { DICOMElement($0.0, $0.1) }, pixelData: pixels)
        try DICOMObjectWriter().write(object, to: root + "/" + file)
    }

    /// `count` slices `NN.dcm` of different sizes.
    static func series(_ count: Int, side: Int = 32) -> [MadeSlice] {
        (0..<count).map { index in
            MadeSlice(
                file: "\(index).dcm", uid: "1.2.3.4.\(index + 1)", rows: side + index % 3 * 16,
                columns: side + index % 2 * 8, seed: index, positionMillimetres: Double(index) * 2.5)
        }
    }
}

/// The value, or a failure of the test's own making.
func required<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw POSIXFailure(number: 0) }
    return value
}
