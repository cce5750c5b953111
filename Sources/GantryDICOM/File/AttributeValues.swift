import GantryCore

/// Attributes with their values: those of an opened file, of an item of a sequence, or of one frame.
protocol AttributeValues: ~Copyable {
    /// The attribute's value as it stands in the file, in UTF-8.
    ///
    /// Bytes that are no UTF-8 after conversion become U+FFFD.
    func value(_ attribute: DICOMAttribute) -> AttributeValue
}

/// What a file says for an attribute.
enum AttributeValue {
    /// Nothing.
    case absent
    /// Something without text form; why.
    case unusable(String)
    /// A value, not yet trimmed.
    case text(String)
}

/// Longer values are cut: four times what PS3.5 allows the longest person name.
private let longestText = 4 * 3 * 64

/// Values in the forms that are asked for; what cannot be used is nil.
extension AttributeValues where Self: ~Copyable {
    /// The values between backslashes, trimmed and made safe to print; empty where the attribute is absent or unusable.
    func values(_ attribute: DICOMAttribute) -> [String] {
        guard case .text(let text) = value(attribute) else { return [] }
        return text.split(separator: "\\", omittingEmptySubsequences: false).map { printable($0) }
    }

    /// The whole value, trimmed and made safe to print; nil where it is absent, unusable or blank.
    func text(_ attribute: DICOMAttribute) -> String? {
        guard case .text(let text) = value(attribute) else { return nil }
        let trimmed = printable(text[...])
        return trimmed.isEmpty ? nil : trimmed
    }

    /// The first value, likewise.
    func firstText(_ attribute: DICOMAttribute) -> String? {
        guard let first = values(attribute).first, !first.isEmpty else { return nil }
        return first
    }

    /// The only value as an integer; nil where there is none, or several.
    func integer(_ attribute: DICOMAttribute) -> Int? {
        guard let text = text(attribute) else { return nil }
        return Numbers.integer(text)
    }

    /// The values as finite numbers; nil where there are not exactly `count` or one is no number.
    func decimals(_ attribute: DICOMAttribute, count: Int) -> [Double]? {
        let numbers = values(attribute).compactMap { Numbers.decimal($0) }
        return numbers.count == count && values(attribute).count == count ? numbers : nil
    }

    /// The first value as a finite number.
    func firstDecimal(_ attribute: DICOMAttribute) -> Double? { firstText(attribute).flatMap { Numbers.decimal($0) } }

    /// `YYYYMMDD`; dots between, as ACR-NEMA wrote them, are removed. Nil where it is no such date.
    func date(_ attribute: DICOMAttribute) -> String? {
        guard let text = text(attribute) else { return nil }
        let digits = text.filter { $0 != "." }
        return digits.count == 8 && digits.allSatisfy(\.isASCIIDigit) ? digits : nil
    }

    /// `HHMMSS.FFFFFF` or shorter; colons between, as ACR-NEMA wrote them, are removed. Nil where it is no such time.
    func time(_ attribute: DICOMAttribute) -> String? {
        guard let text = text(attribute) else { return nil }
        let time = text.filter { $0 != ":" }
        let parts = time.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, parts.count <= 2, [2, 4, 6].contains(whole.count),
            parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isASCIIDigit) })
        else { return nil }
        return time
    }

    /// A UID where one is there and valid.
    func uid(_ attribute: DICOMAttribute) -> UID? {
        guard case .text(let text) = value(attribute) else { return nil }
        return UID(text)
    }

    /// The text without padding at its ends, characters that steer a terminal or turn the writing direction replaced by
    /// U+FFFD.
    func printable(_ text: Substring) -> String {
        var scalars = text.unicodeScalars.prefix(longestText)
        while let last = scalars.last, last == " " || last == "\0" { scalars.removeLast() }
        while scalars.first == " " { scalars.removeFirst() }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars.map { $0.isPrintable ? $0 : "\u{FFFD}" })
        return String(result)
    }
}

extension Character {
    /// `0` to `9`.
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) && isASCII }
}

extension Unicode.Scalar {
    /// Neither a control character nor one that turns the writing direction.
    fileprivate var isPrintable: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C: false
        default: true
        }
    }
}
