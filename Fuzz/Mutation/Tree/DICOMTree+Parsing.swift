extension DICOMTree {
    /// Takes a file apart that keeps to the standard; nil for any other, for deflated ones, and for sequences nested
    /// more than 16 deep.
    ///
    /// This is no reader: it exists so that what the reader says can be held against something that shares no code with
    /// it.
    package init?(parsing file: [UInt8]) {
        guard file.count >= 132, Array(file[128..<132]) == Array("DICM".utf8) else { return nil }
        var cursor = ElementCursor(bytes: file, at: 132, form: .explicitLittleEndian)
        var meta: [DataElement] = []
        while let tag = cursor.peekTag(), tag.group == 2 {
            guard let element = cursor.element(depth: 0) else { return nil }
            meta.append(element)
        }
        self.init(meta: meta, dataSet: [], form: .explicitLittleEndian)
        preamble = Array(file[..<132])
        guard let transferSyntax else { return nil }
        form = DataSetForm(transferSyntax: transferSyntax)
        guard form != .deflated else { return nil }
        cursor.form = form
        while !cursor.isAtEnd {
            guard let element = cursor.element(depth: 0) else { return nil }
            dataSet.append(element)
        }
    }
}

/// A place in a file from which elements are taken.
private struct ElementCursor {
    let bytes: [UInt8]
    var at: Int
    var form: DataSetForm

    init(bytes: [UInt8], at: Int, form: DataSetForm) {
        self.bytes = bytes
        self.at = at
        self.form = form
    }

    var isAtEnd: Bool { at >= bytes.count }

    private static let undefined: UInt32 = 0xFFFF_FFFF

    func peekTag() -> Tag? {
        var copy = self
        return copy.tag()
    }

    private mutating func number(_ count: Int) -> UInt32? {
        guard bytes.count - at >= count else { return nil }
        let part = bytes[at..<at + count]
        at += count
        let ordered = form.isBigEndian ? Array(part) : part.reversed()
        return ordered.reduce(0) { $0 << 8 | UInt32($1) }
    }

    private mutating func tag() -> Tag? {
        guard let group = number(2), let element = number(2) else { return nil }
        return Tag(UInt16(truncatingIfNeeded: group), UInt16(truncatingIfNeeded: element))
    }

    private mutating func take(_ count: UInt32) -> [UInt8]? {
        guard count != Self.undefined, bytes.count - at >= Int(count) else { return nil }
        defer { at += Int(count) }
        return Array(bytes[at..<at + Int(count)])
    }

    mutating func element(depth: Int) -> DataElement? {
        guard depth <= 16, let tag = tag(), tag.group != 0xFFFE else { return nil }
        guard form.isExplicit else {
            guard let length = number(4) else { return nil }
            return element(tag, [], length, depth: depth)
        }
        guard bytes.count - at >= 4 else { return nil }
        let vr = Array(bytes[at..<at + 2])
        at += 2
        if longRepresentations.contains(vr) {
            guard number(2) == 0, let length = number(4) else { return nil }
            return element(tag, vr, length, depth: depth)
        }
        guard shortRepresentations.contains(vr), let length = number(2) else { return nil }
        return element(tag, vr, length, depth: depth)
    }

    private mutating func element(_ tag: Tag, _ vr: [UInt8], _ length: UInt32, depth: Int) -> DataElement? {
        let isSequence = vr == Array("SQ".utf8) || (vr.isEmpty && length == Self.undefined && tag != .pixelData)
        var element = DataElement(tag, String(decoding: vr, as: UTF8.self), .bytes([]))
        if isSequence {
            guard let items = items(length, depth: depth) else { return nil }
            element.content = .items(items, isUndefined: length == Self.undefined)
        } else if length == Self.undefined {
            guard tag == .pixelData, let fragments = fragments() else { return nil }
            element.content = .fragments(fragments, isDelimited: true)
        } else {
            guard let value = take(length) else { return nil }
            element.content = .bytes(value)
        }
        return element
    }

    private mutating func items(_ length: UInt32, depth: Int) -> [Item]? {
        let end = length == Self.undefined ? Int.max : at + Int(length)
        guard length == Self.undefined || end <= bytes.count else { return nil }
        var items: [Item] = []
        while at < end {
            guard let tag = tag(), let itemLength = number(4) else { return nil }
            if tag == .sequenceDelimitation, length == Self.undefined { return items }
            guard tag == .item, let item = item(itemLength, depth: depth) else { return nil }
            items.append(item)
        }
        return at == end ? items : nil
    }

    private mutating func item(_ length: UInt32, depth: Int) -> Item? {
        let end = length == Self.undefined ? Int.max : at + Int(length)
        guard length == Self.undefined || end <= bytes.count else { return nil }
        var item = Item([], isUndefined: length == Self.undefined)
        while at < end {
            if peekTag() == .itemDelimitation {
                guard length == Self.undefined else { return nil }
                at += 8
                return at <= bytes.count ? item : nil
            }
            guard let element = element(depth: depth + 1) else { return nil }
            item.elements.append(element)
        }
        return at == end ? item : nil
    }

    private mutating func fragments() -> [[UInt8]]? {
        var fragments: [[UInt8]] = []
        while let tag = tag(), let length = number(4) {
            if tag == .sequenceDelimitation { return fragments }
            guard tag == .item, let fragment = take(length) else { return nil }
            fragments.append(fragment)
        }
        return nil
    }
}
