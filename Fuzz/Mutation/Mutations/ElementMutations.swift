extension Mutation {
    /// Tags, lengths, value representations and values of elements.
    static let elementMutations: [Mutation] = [
        .tree("tag") { tree, generator in
            tree.withElement(&generator) { element, generator in
                let other = Tag(
                    UInt16(truncatingIfNeeded: generator.next()), UInt16(truncatingIfNeeded: generator.next()))
                let known = [
                    Tag.rows, .pixelData, .item, .itemDelimitation, .sequenceDelimitation, .transferSyntaxUID,
                    .numberOfFrames, .specificCharacterSet, Tag(0, 0), Tag(0xFFFF, 0xFFFF), Tag(0x0004, 0x1220),
                    Tag(0x0009, 0x0010), Tag(0x6000, 0x3000), Tag(0x5200, 0x9230), other,
                ]
                element.tag = generator.pick(known) ?? other
            }
        },
        .tree("length") { tree, generator in
            tree.withElement(&generator) { element, generator in
                let actual = UInt32(element.bytes?.count ?? 16)
                element.statedLength = generator.pick([
                    0, 1, 3, 7, actual &+ 1, actual &- 1, actual &+ 2, actual &- 2, actual &* 2, actual / 2, 255,
                    65_533,
                    65_535, 0x00FF_FFFF, 0x7FFF_FFFE, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF0, 0xFFFF_FFFE, 0xFFFF_FFFF,
                ])
            }
        },
        .tree("value representation") { tree, generator in
            let all = longRepresentations.union(shortRepresentations).sorted { $0.lexicographicallyPrecedes($1) }
            tree.withElement(&generator) { element, generator in
                element.vr =
                    generator.once(in: 3)
                    ? generator.bytes(2) : generator.pick(all + [Array("??".utf8), [0, 0], [0xFF, 0xFF]]) ?? []
            }
        },
        .tree("value of random bytes") { tree, generator in
            tree.withElement(&generator) { element, generator in
                guard element.tag != .pixelData, let bytes = element.bytes else { return }
                element.content = .bytes(generator.bytes(generator.once(in: 4) ? generator.index(200) : bytes.count))
            }
        },
        .tree("value of odd text") { tree, generator in
            tree.withElement(&generator) { element, generator in
                guard element.tag != .pixelData, element.bytes != nil else { return }
                let texts = [
                    "", " ", "-1", "0", "1e308", "-1e-308", "1e999", "nan", "inf", "0x10", "99999999999999999999", "\\",
                    "\\\\\\\\", "1\\2", "1\\2\\3\\4\\5\\6\\7", "1.2.840.10008.1.2.4.102", "../../etc/passwd", "%s%n%x",
                    "A^B=C^D", "\u{1B}$B;3ED\u{1B}(B", "\u{1B}", "\0\0\0\0", "NaN\\1",
                    String(repeating: "9", count: 70), String(repeating: "A\\", count: 5000),
                ]
                element.content = .bytes(Array((generator.pick(texts) ?? "").utf8))
            }
        },
        .tree("odd length") { tree, generator in
            tree.withElement(&generator) { element, _ in
                guard let bytes = element.bytes else { return }
                element.content = .bytes(bytes + [0x20])
            }
        },
        .tree("removed") { tree, generator in
            guard !tree.dataSet.isEmpty else { return }
            tree.dataSet.remove(at: generator.index(tree.dataSet.count))
        },
        .tree("duplicated") { tree, generator in
            guard let element = generator.pick(tree.dataSet) else { return }
            let copies = generator.once(in: 10) ? 2000 : 1 + generator.index(3)
            let place = generator.index(tree.dataSet.count + 1)
            guard (element.bytes?.count ?? 0) * copies < 1 << 22 else { return }
            tree.dataSet.insert(contentsOf: [DataElement](repeating: element, count: copies), at: place)
        },
        .tree("duplicated with another value") { tree, generator in
            let numbers: [Tag] = [.rows, .columns, .bitsAllocated, .samplesPerPixel, .pixelRepresentation]
            guard let tag = generator.pick(numbers), var element = tree.only(tag) else { return }
            element.content = .bytes(tree.unsignedShort(generator.index(2000)))
            tree.dataSet.insert(element, at: generator.index(tree.dataSet.count + 1))
        },
        .tree("out of order") { tree, generator in
            guard tree.dataSet.count > 1 else { return }
            tree.dataSet.swapAt(generator.index(tree.dataSet.count), generator.index(tree.dataSet.count))
        },
        .tree("character set") { tree, generator in
            let sets = [
                "ISO_IR 100", "ISO_IR 192", "\\ISO 2022 IR 87", "ISO 2022 IR 13\\ISO 2022 IR 87\\ISO 2022 IR 159",
                "\\ISO 2022 IR 149", "\\ISO 2022 IR 58", "GB18030", "GBK", "ISO_IR 999", "ISO 2022 IR 6\\GB18030",
                "\\\\\\",
            ]
            tree.dataSet.removeAll { $0.tag == .specificCharacterSet }
            let set = Array((generator.pick(sets) ?? "").utf8)
            tree.dataSet.insert(DataElement(.specificCharacterSet, "CS", .bytes(set)), at: 0)
            let name = generator.bytes(generator.index(64)) + Array("^\u{1B}$B".utf8) + generator.bytes(9)
            for index in tree.dataSet.indices where tree.dataSet[index].tag == Tag(0x0010, 0x0010) {
                tree.dataSet[index].content = .bytes(name)
            }
        },
    ]
}
