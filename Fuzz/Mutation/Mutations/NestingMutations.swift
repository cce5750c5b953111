extension Mutation {
    /// Sequences, deep and wide, and delimiters where they do not belong.
    static let nestingMutations: [Mutation] = [
        .tree("nested sequences") { tree, generator in
            let depth = generator.pick([1, 2, 5, 10, 30, 63, 64, 65, 100, 300, 1000, 2000, 5000]) ?? 1
            let isUndefined = generator.once(in: 2)
            var nested = ElementBytes.nested(depth, form: tree.form, isUndefined: isUndefined)
            if generator.once(in: 4) { nested.removeLast(generator.index(nested.count)) }
            let place = generator.index(tree.dataSet.count + 1)
            tree.spliced.append(Splice(index: place, bytes: nested))
        },
        .tree("many empty items") { tree, generator in
            let items = [Item](
                repeating: Item([], isUndefined: generator.once(in: 2)), count: generator.pick([1, 100, 10_000]) ?? 1)
            let element = DataElement(
                Tag(0x0008, 0x1140), tree.form.isExplicit ? "SQ" : "", .items(items, isUndefined: generator.once(in: 2))
            )
            tree.dataSet.insert(element, at: generator.index(tree.dataSet.count + 1))
        },
        .tree("many elements") { tree, generator in
            let count = generator.pick([500, 5000, 30_000]) ?? 500
            let elements = (0..<count).map { number in
                DataElement(
                    Tag(0x0009, UInt16(truncatingIfNeeded: 0x1000 + number)), tree.form.isExplicit ? "LO" : "",
                    .bytes(Array("AB".utf8)))
            }
            tree.dataSet.insert(contentsOf: elements, at: generator.index(tree.dataSet.count + 1))
        },
        .tree("wrapped in a sequence") { tree, generator in
            guard !tree.dataSet.isEmpty else { return }
            let index = generator.index(tree.dataSet.count)
            let inner = tree.dataSet[index]
            tree.dataSet[index] = DataElement(
                generator.once(in: 2) ? inner.tag : Tag(0x0040, 0xA730), tree.form.isExplicit ? "SQ" : "",
                .items([Item([inner], isUndefined: generator.once(in: 2))], isUndefined: generator.once(in: 2)))
        },
        .tree("stray delimiter") { tree, generator in
            let tag = generator.pick([Tag.item, .itemDelimitation, .sequenceDelimitation]) ?? .item
            var stray = ElementBytes(form: tree.form)
            stray.append(tag, length: generator.pick([0, 0, 8, 0xFFFF_FFFF]) ?? 0)
            tree.spliced.append(Splice(index: generator.index(tree.dataSet.count + 1), bytes: stray.bytes))
        },
        .tree("pixel data inside an icon") { tree, generator in
            guard let pixels = tree.only(.pixelData) else { return }
            let icon = DataElement(
                Tag(0x0088, 0x0200), tree.form.isExplicit ? "SQ" : "",
                .items([Item([pixels], isUndefined: true)], isUndefined: true))
            let place = tree.dataSet.firstIndex { $0.tag == .pixelData } ?? 0
            tree.dataSet.insert(icon, at: place)
            if generator.once(in: 2) { tree.dataSet.removeAll { $0.tag == .pixelData } }
        },
    ]
}
