extension DICOMTree {
    /// The file, with every stated length as it stands.
    package var bytes: [UInt8] {
        var metaBytes = ElementBytes(form: .explicitLittleEndian)
        for element in meta { metaBytes.append(element) }
        var body = ElementBytes(form: form)
        for index in 0...dataSet.count {
            for splice in spliced where splice.index == index { body.append(splice.bytes) }
            if index < dataSet.count { body.append(dataSet[index]) }
        }
        let data = form == .deflated ? Deflate.stored(body.bytes) : body.bytes
        return preamble + metaBytes.bytes + data + trailing
    }
}

/// Elements being written one after the other.
struct ElementBytes {
    let form: DataSetForm
    private(set) var bytes: [UInt8] = []

    init(form: DataSetForm) { self.form = form }

    private static let undefined: UInt32 = 0xFFFF_FFFF

    mutating func append(_ element: DataElement) {
        let body = body(of: element.content)
        let isUndefined =
            switch element.content {
            case .bytes: false
            case .items(_, let isUndefined): isUndefined
            case .fragments: true
            }
        let length = element.statedLength ?? (isUndefined ? Self.undefined : UInt32(truncatingIfNeeded: body.count))
        append(element.tag)
        if form.isExplicit {
            bytes += (element.vr + [0x55, 0x4E]).prefix(2)
            if longRepresentations.contains(element.vr) {
                append(0, 2)
                append(length, 4)
            } else {
                append(length, 2)
            }
        } else {
            append(length, 4)
        }
        bytes += body
        if case .items(_, true) = element.content { delimiter(.sequenceDelimitation) }
    }

    /// Bytes as they stand.
    mutating func append(_ other: [UInt8]) { bytes += other }

    /// A tag of group FFFE with a length.
    mutating func append(_ tag: Tag, length: UInt32) {
        append(tag)
        append(length, 4)
    }

    private func body(of content: Content) -> [UInt8] {
        var inner = ElementBytes(form: form)
        switch content {
        case .bytes(let value): return value
        case .items(let items, _):
            for item in items { inner.append(item) }
        case .fragments(let fragments, let isDelimited):
            for fragment in fragments {
                inner.append(.item)
                inner.append(UInt32(truncatingIfNeeded: fragment.count), 4)
                inner.bytes += fragment
            }
            if isDelimited { inner.delimiter(.sequenceDelimitation) }
        }
        return inner.bytes
    }

    private mutating func append(_ item: Item) {
        var inner = ElementBytes(form: form)
        for element in item.elements { inner.append(element) }
        append(.item)
        append(item.isUndefined ? Self.undefined : UInt32(truncatingIfNeeded: inner.bytes.count), 4)
        bytes += inner.bytes
        if item.isUndefined { delimiter(.itemDelimitation) }
    }

    private mutating func delimiter(_ tag: Tag) { append(tag, length: 0) }

    private mutating func append(_ tag: Tag) {
        append(UInt32(tag.group), 2)
        append(UInt32(tag.element), 2)
    }

    private mutating func append(_ number: UInt32, _ count: Int) {
        let little = (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
        bytes += form.isBigEndian ? little.reversed() : little
    }

    /// `depth` sequences, each the only element of the item before: written in a loop, as deep as is wanted.
    static func nested(_ depth: Int, form: DataSetForm, isUndefined: Bool) -> [UInt8] {
        let header = form.isExplicit ? 20 : 16
        var inner = ElementBytes(form: form)
        for level in 0..<depth {
            let below = depth - level - 1
            // Each level below adds its header; with delimiters of eight bytes at both ends where lengths are
            // undefined.
            let itemLength = UInt32(truncatingIfNeeded: below * header)
            inner.append(Tag(0x0040, 0xA730))
            if form.isExplicit {
                inner.bytes += Array("SQ".utf8)
                inner.append(0, 2)
            }
            inner.append(isUndefined ? Self.undefined : itemLength + 8, 4)
            inner.append(.item)
            inner.append(isUndefined ? Self.undefined : itemLength, 4)
        }
        guard isUndefined else { return inner.bytes }
        for _ in 0..<depth {
            inner.delimiter(.itemDelimitation)
            inner.delimiter(.sequenceDelimitation)
        }
        return inner.bytes
    }
}

/// Deflate streams without a compressor.
///
/// **Source** RFC 1951.
package enum Deflate {
    /// `bytes` in stored blocks.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = []
        var at = 0
        repeat {
            let count = min(65535, bytes.count - at)
            let length = UInt16(count)
            stream.append(at + count == bytes.count ? 1 : 0)
            for number in [length, ~length] { stream += [UInt8(number & 255), UInt8(number >> 8)] }
            stream += bytes[at..<at + count]
            at += count
        } while at < bytes.count
        return stream
    }

    /// `prefix`, then `count` zeros or a little more, in a stream 158 times shorter: fixed codes, each repeating the
    /// byte before 258 times.
    package static func zeros(_ count: Int, after prefix: [UInt8]) -> [UInt8] {
        var stream = stored(prefix)
        // The last stored block is no longer the last block; it begins where the rest of at most 65,535 bytes does.
        let last = prefix.count > 65535 ? (prefix.count - 1) / 65535 * 65540 : 0
        stream[last] = 0
        var bits = BitStream()
        bits.append(0b011, 3)
        bits.appendHuffman(0b0011_0000, 8)
        for _ in 0..<max(1, count / 258) {
            bits.appendHuffman(0b1100_0101, 8)
            bits.appendHuffman(0, 5)
        }
        bits.appendHuffman(0, 7)
        return stream + bits.bytes
    }

    private struct BitStream {
        private(set) var bytes: [UInt8] = []
        private var used = 8

        mutating func append(_ bits: UInt32, _ count: UInt32) {
            for bit in 0..<count {
                if used == 8 {
                    bytes.append(0)
                    used = 0
                }
                bytes[bytes.count - 1] |= UInt8(bits >> bit & 1) << UInt8(used)
                used += 1
            }
        }

        /// Huffman codes begin with their highest bit.
        mutating func appendHuffman(_ code: UInt32, _ count: UInt32) {
            for bit in (0..<count).reversed() { append(code >> bit, 1) }
        }
    }
}
