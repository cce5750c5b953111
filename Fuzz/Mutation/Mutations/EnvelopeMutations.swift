extension Mutation {
    /// Preamble, meta header, transfer syntax, deflating, what follows the data set.
    static let envelopeMutations: [Mutation] = [
        .tree("transfer syntax") { tree, generator in
            let syntaxes = [
                "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2",
                "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55",
                "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81",
                "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.201",
                "1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.5", "1.2.840.113619.5.2", "9.9.9", "",
            ]
            for index in tree.meta.indices where tree.meta[index].tag == .transferSyntaxUID {
                let text = Array((generator.pick(syntaxes) ?? "").utf8)
                tree.meta[index].content = .bytes(text + [UInt8](repeating: 0, count: text.count & 1))
            }
        },
        .tree("meta header") { tree, generator in
            switch generator.index(4) {
            case 0: tree.meta = []
            case 1: if !tree.meta.isEmpty { tree.meta.remove(at: generator.index(tree.meta.count)) }
            case 2: tree.meta.append(contentsOf: tree.dataSet.prefix(generator.index(9)))
            default: if let element = generator.pick(tree.meta) { tree.dataSet.insert(element, at: 0) }
            }
        },
        .tree("preamble") { tree, generator in
            switch generator.index(4) {
            case 0: tree.preamble = []
            case 1: tree.preamble.removeFirst(min(tree.preamble.count, 1 + generator.index(131)))
            case 2: tree.preamble = generator.bytes(132)
            default: tree.preamble += tree.preamble
            }
        },
        .tree("group length") { tree, generator in
            let length = DataElement(Tag(generator.once(in: 2) ? 0x0008 : 0x0028, 0), "UL", .bytes(generator.bytes(4)))
            tree.dataSet.insert(length, at: generator.index(tree.dataSet.count + 1))
        },
        .tree("deflated") { tree, generator in
            guard tree.form == .explicitLittleEndian else { return }
            tree.form = .deflated
            for index in tree.meta.indices where tree.meta[index].tag == .transferSyntaxUID {
                tree.meta[index].content = .bytes(Array("1.2.840.10008.1.2.1.99".utf8))
            }
        },
        .tree("deflated zeros") { tree, generator in
            guard tree.form == .explicitLittleEndian || tree.form == .deflated else { return }
            for index in tree.meta.indices where tree.meta[index].tag == .transferSyntaxUID {
                tree.meta[index].content = .bytes(Array("1.2.840.10008.1.2.1.99".utf8))
            }
            let count = generator.pick([1 << 10, 1 << 20, 100 << 20, 1 << 30]) ?? 1
            var pixels = ElementBytes(form: .explicitLittleEndian)
            var element = DataElement(.pixelData, "OW", .bytes([]))
            element.statedLength = generator.once(in: 2) ? UInt32(count) : 0xFFFF_FFFE
            for inner in tree.dataSet where inner.tag != .pixelData { pixels.append(inner) }
            pixels.append(element)
            tree.form = .explicitLittleEndian
            tree.dataSet = []
            tree.trailing = Deflate.zeros(count, after: pixels.bytes)
        },
        .tree("trailing bytes") { tree, generator in
            tree.trailing =
                generator.once(in: 2)
                ? [UInt8](repeating: 0, count: generator.index(3000)) : generator.bytes(generator.index(300))
        },
        .tree("trailing padding element") { tree, generator in
            tree.dataSet.append(
                DataElement(
                    Tag(0xFFFC, 0xFFFC), tree.form.isExplicit ? "OB" : "", .bytes(generator.bytes(generator.index(99))))
            )
        },
    ]

    /// Any byte of the file.
    static let byteMutations: [Mutation] = [
        .bytes("cut") { bytes, generator in
            bytes.removeLast(generator.index(bytes.count + 1))
        },
        .bytes("cut in the header") { bytes, generator in
            bytes = Array(bytes.prefix(generator.index(2000)))
        },
        .bytes("bits anywhere") { bytes, generator in
            guard !bytes.isEmpty else { return }
            for _ in 0...generator.index(12) { bytes[generator.index(bytes.count)] ^= UInt8(1 << generator.index(8)) }
        },
        .bytes("bytes of the header") { bytes, generator in
            guard !bytes.isEmpty else { return }
            let reach = min(bytes.count, 3000)
            for _ in 0...generator.index(6) {
                bytes[generator.index(reach)] =
                    generator.pick([0, 1, 2, 0x10, 0x28, 0x7F, 0x80, 0xE0, 0xFE, 0xFF]) ?? 0
            }
        },
        .bytes("piece removed") { bytes, generator in
            guard !bytes.isEmpty else { return }
            let start = generator.index(bytes.count)
            bytes.removeSubrange(start..<min(bytes.count, start + 1 + generator.index(64)))
        },
        .bytes("piece repeated") { bytes, generator in
            guard !bytes.isEmpty else { return }
            let start = generator.index(bytes.count)
            let piece = Array(bytes[start..<min(bytes.count, start + 1 + generator.index(512))])
            bytes.insert(contentsOf: piece, at: start)
        },
        .bytes("piece of zeros or ones") { bytes, generator in
            guard !bytes.isEmpty else { return }
            let start = generator.index(bytes.count)
            let value: UInt8 = generator.once(in: 2) ? 0 : 0xFF
            for index in start..<min(bytes.count, start + 1 + generator.index(64)) { bytes[index] = value }
        },
        .bytes("empty or tiny") { bytes, generator in
            bytes = Array(bytes.prefix(generator.pick([0, 1, 127, 128, 131, 132, 133, 140]) ?? 0))
        },
    ]
}
