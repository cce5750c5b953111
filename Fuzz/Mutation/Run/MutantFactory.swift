/// Makes mutants: number and seed determine every byte.
package struct MutantFactory: Sendable {
    private let seeds: [SeedFile]
    private let trees: [DICOMTree?]
    private let seed: UInt64

    /// A factory that mutates `seeds`, of which there must be one at least.
    package init(seeds: [SeedFile], seed: UInt64) {
        self.seeds = seeds
        trees = seeds.map { DICOMTree(parsing: $0.bytes) }
        self.seed = seed
    }

    /// Mutant `number`: one to four mutations, of the structure where the seed can be taken apart, and sometimes of its
    /// bytes.
    package func mutant(_ number: Int) -> Mutant {
        var generator = SeededGenerator(seed: seed, number: number)
        let origin = generator.index(seeds.count)
        var names: [String] = []
        var bytes = seeds[origin].bytes
        var isStructural = false
        if var tree = trees[origin], !generator.once(in: 6) {
            isStructural = true
            // Many small changes hide each other: one is the rule.
            let count = generator.once(in: 2) ? 1 : 1 + generator.index(4)
            for _ in 0..<count {
                guard let mutation = generator.pick(Mutation.structural), case .tree(let change) = mutation.change
                else { continue }
                change(&tree, &generator)
                names.append(mutation.name)
            }
            bytes = tree.bytes
        }
        if !isStructural || generator.once(in: 8) {
            guard let mutation = generator.pick(Mutation.bytewise), case .bytes(let change) = mutation.change else {
                return Mutant(number: number, seed: seeds[origin].name, mutations: names, bytes: bytes)
            }
            change(&bytes, &generator)
            names.append(mutation.name)
        }
        return Mutant(number: number, seed: seeds[origin].name, mutations: names, bytes: bytes)
    }
}

/// One spoilt file.
package struct Mutant: Sendable, Equatable {
    package let number: Int
    /// Name of the seed it was made from.
    package let seed: String
    /// Names of what was done to it, in order.
    package let mutations: [String]
    package let bytes: [UInt8]

    /// A mutant of these parts.
    package init(number: Int, seed: String, mutations: [String], bytes: [UInt8]) {
        self.number = number
        self.seed = seed
        self.mutations = mutations
        self.bytes = bytes
    }

    /// The name of its file.
    package var file: String { "mutant-\(number).dcm" }
}
