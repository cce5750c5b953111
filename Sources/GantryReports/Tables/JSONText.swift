import GantryGround

/// Rows as JSON lines: an object a row with every column, `null` where nothing is known.
///
/// **Source** RFC 8259.
struct JSONText: TableText {
    func head(_ columns: [String]) -> [UInt8] { [] }

    func append(_ value: TableValue, _ name: String, at index: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: index == 0 ? "{" : ","))
        Self.append(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(value, to: &bytes)
    }

    func endRow(_ bytes: inout [UInt8]) { bytes += [UInt8(ascii: "}"), 0x0A] }

    static func append(_ value: TableValue, to bytes: inout [UInt8]) {
        switch value {
        case .integer(let number?): bytes += String(number).utf8
        case .number(let number?): bytes += (number.isFinite ? number.description : "null").utf8
        case .flag(let flag?): bytes += (flag ? "true" : "false").utf8
        case .text(let text?): append(text, to: &bytes)
        case .texts(let texts?): append(texts.map { TableValue.text($0) }, to: &bytes)
        case .numbers(let numbers?): append(numbers.map { TableValue.number($0) }, to: &bytes)
        case .integer(nil), .number(nil), .flag(nil), .text(nil), .texts(nil), .numbers(nil): bytes += "null".utf8
        }
    }

    private static func append(_ values: [TableValue], to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Appends a text in quotation marks. NUL, which some readers cannot hold, becomes U+FFFD.
    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for unit in text.utf8 {
            switch unit {
            case 0: bytes += [0xEF, 0xBF, 0xBD]
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), unit]
            case 0x0A: bytes += "\\n".utf8
            case 0x0D: bytes += "\\r".utf8
            case 0x09: bytes += "\\t".utf8
            case 0..<0x20: bytes += ("\\u00" + [unit].hexadecimal).utf8
            default: bytes.append(unit)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
