/// DICOM objects put together byte by byte, rightly or wrongly.
struct ObjectBytes {
    /// How the data set's elements are written.
    enum Encoding: String, CaseIterable {
        case implicitLittleEndian = "1.2.840.10008.1.2"
        case explicitLittleEndian = "1.2.840.10008.1.2.1"
        case explicitBigEndian = "1.2.840.10008.1.2.2"
    }

    var encoding = Encoding.explicitLittleEndian
    private(set) var bytes: [UInt8] = []

    init(_ encoding: Encoding = .explicitLittleEndian) { self.encoding = encoding }

    private func number(_ value: Int, bytes count: Int) -> [UInt8] {
        let little = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return encoding == .explicitBigEndian ? little.reversed() : little
    }

    mutating func append(_ raw: [UInt8]) { bytes += raw }

    /// An element with this value; `length` where it says another length than its value has.
    mutating func element(_ group: Int, _ element: Int, _ vr: String, _ value: [UInt8], length: Int? = nil) {
        bytes += number(group, bytes: 2) + number(element, bytes: 2)
        let length = length ?? value.count
        let isLong = ["OB", "OD", "OF", "OW", "SQ", "UN", "UT"].contains(vr)
        if encoding == .implicitLittleEndian || group == 0xFFFE {
            bytes += number(length, bytes: 4)
        } else {
            bytes += Array(vr.utf8) + (isLong ? [0, 0] + number(length, bytes: 4) : number(length, bytes: 2))
        }
        bytes += value
    }

    /// Text, padded to an even length.
    mutating func text(_ group: Int, _ element: Int, _ vr: String, _ value: String) {
        let padding: [UInt8] = value.utf8.count.isMultiple(of: 2) ? [] : [vr == "UI" ? 0 : 32]
        self.element(group, element, vr, Array(value.utf8) + padding)
    }

    mutating func short(_ group: Int, _ element: Int, _ value: Int, vr: String = "US") {
        self.element(group, element, vr, number(value, bytes: 2))
    }

    static let undefined = 0xFFFF_FFFF

    mutating func item(length: Int = undefined) { element(0xFFFE, 0xE000, "", [], length: length) }
    mutating func endItem() { element(0xFFFE, 0xE00D, "", []) }
    mutating func endSequence() { element(0xFFFE, 0xE0DD, "", []) }

    /// The identifiers that every instance has, of a secondary capture.
    mutating func identity() {
        text(0x0008, 0x0016, "UI", "1.2.840.10008.5.1.4.1.1.7")
        text(0x0008, 0x0018, "UI", "1.2.3.4.1")
    }

    /// What follows `identity`: patient, study, series and a description of pixels, 5 rows of 3.
    mutating func rest() {
        text(0x0010, 0x0020, "LO", "PATIENT-1")
        text(0x0020, 0x000D, "UI", "1.2.3.4.2")
        text(0x0020, 0x000E, "UI", "1.2.3.4.3")
        text(0x0028, 0x0004, "CS", "MONOCHROME2")
        for (element, value) in [(0x10, 5), (0x11, 3), (0x100, 16), (0x101, 12), (0x102, 11), (0x103, 0)] {
            short(0x0028, element, value)
        }
    }

    /// Preamble, and a meta header that declares `transferSyntax` where there is one.
    static func fileHeader(_ transferSyntax: String?) -> [UInt8] {
        var meta = ObjectBytes()
        meta.append([UInt8](repeating: 0, count: 128) + Array("DICM".utf8))
        meta.text(0x0002, 0x0003, "UI", "1.2.3.4.1")
        if let transferSyntax { meta.text(0x0002, 0x0010, "UI", transferSyntax) }
        return meta.bytes
    }

    /// Bare deflated data (RFC 1951) of `bytes`, stored and not compressed.
    static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        let little = ObjectBytes(.implicitLittleEndian)
        return [1] + little.number(bytes.count, bytes: 2) + little.number(~bytes.count, bytes: 2) + bytes
    }
}
