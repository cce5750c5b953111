/// One way to spoil a file.
package struct Mutation: Sendable {
    /// For counting, and for telling a person: `length`, `fragments dropped`.
    package let name: String
    let change: Change

    /// What is changed: the file taken apart, or its bytes.
    enum Change: Sendable {
        case tree(@Sendable (inout DICOMTree, inout SeededGenerator) -> Void)
        case bytes(@Sendable (inout [UInt8], inout SeededGenerator) -> Void)
    }

    /// A mutation of the structure.
    static func tree(
        _ name: String, _ change: @escaping @Sendable (inout DICOMTree, inout SeededGenerator) -> Void
    ) -> Mutation {
        Mutation(name: name, change: .tree(change))
    }

    /// A mutation of the bytes.
    static func bytes(
        _ name: String, _ change: @escaping @Sendable (inout [UInt8], inout SeededGenerator) -> Void
    ) -> Mutation {
        Mutation(name: name, change: .bytes(change))
    }

    /// All that work on a file taken apart.
    package static let structural = elementMutations + pixelMutations + nestingMutations + envelopeMutations

    /// All that work on bytes.
    package static let bytewise = byteMutations
}

extension DICOMTree {
    /// Lets `change` work on one element, of the data set, of an item somewhere in it, or of the meta header.
    mutating func withElement(
        _ generator: inout SeededGenerator, _ change: (inout DataElement, inout SeededGenerator) -> Void
    ) {
        if generator.once(in: 8), !meta.isEmpty {
            return change(&meta[generator.index(meta.count)], &generator)
        }
        Self.withElement(of: &dataSet, &generator, change)
    }

    private static func withElement(
        of elements: inout [DataElement], _ generator: inout SeededGenerator,
        _ change: (inout DataElement, inout SeededGenerator) -> Void
    ) {
        guard !elements.isEmpty else { return }
        let index = generator.index(elements.count)
        if case .items(var items, let isUndefined) = elements[index].content, !items.isEmpty, !generator.once(in: 3) {
            let item = generator.index(items.count)
            withElement(of: &items[item].elements, &generator, change)
            elements[index].content = .items(items, isUndefined: isUndefined)
        } else {
            change(&elements[index], &generator)
        }
    }

    /// Lets `change` work on the fragments of the pixel data, the offset table first; nothing where there are none.
    mutating func withFragments(_ change: (inout [[UInt8]]) -> Void) {
        for index in dataSet.indices where dataSet[index].tag == .pixelData {
            guard case .fragments(var fragments, let isDelimited) = dataSet[index].content else { continue }
            change(&fragments)
            dataSet[index].content = .fragments(fragments, isDelimited: isDelimited)
        }
    }

    /// Lets `change` work on native pixel data, or on one fragment.
    mutating func withPixelBytes(
        _ generator: inout SeededGenerator, _ change: (inout [UInt8], inout SeededGenerator) -> Void
    ) {
        for index in dataSet.indices where dataSet[index].tag == .pixelData {
            switch dataSet[index].content {
            case .bytes(var bytes):
                change(&bytes, &generator)
                dataSet[index].content = .bytes(bytes)
            case .fragments(var fragments, let isDelimited):
                guard fragments.count > 1 else { continue }
                change(&fragments[1 + generator.index(fragments.count - 1)], &generator)
                dataSet[index].content = .fragments(fragments, isDelimited: isDelimited)
            case .items: continue
            }
        }
    }

    /// A number as an unsigned short in this file's byte order.
    func unsignedShort(_ number: Int) -> [UInt8] {
        let little = [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
        return form.isBigEndian ? little.reversed() : little
    }
}
