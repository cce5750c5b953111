import Testing

/// Adapters never import each other: they meet through the ports in `GantryCore/Ports`, and only the commands put them
/// together. This is the table of who may import whom; a new target gets a line in it, and a new arrow is a decision.
@Suite struct ImportTests {
    /// What each target imports, beside the toolchain's own modules: this package's targets, C libraries and packages.
    private static let table: [String: Set<String>] = [
        "GantryCore": [],
        "GantryGround": ["CLinux", "COpenSSL"],
        "GantryPipeline": ["GantryCore", "GantryGround", "Yams"],

        "GantryIntake": ["GantryCore", "CLinux"],
        "GantrySandbox": ["GantryCore", "CSandbox"],
        "GantryDICOM": ["GantryCore", "GantryGround", "GantrySandbox", "CDICOM", "CDCMTK"],
        "GantryDICOMWriting": ["GantryCore", "GantryGround", "CDCMTK"],
        "GantryPhantom": ["GantryCore", "GantryGround", "GantryDICOMWriting"],

        "GantryTensors": ["GantryCore", "GantryGround"],
        "GantryArrays": ["GantryCore", "GantryTensors", "CZlib"],
        "GantryImages": ["GantryCore", "GantryArrays", "GantrySandbox", "CImageFiles", "CPNG"],
        "GantryWeightImport": ["GantryArrays", "GantryTensors", "GantrySandbox", "CHDF5", "SwiftProtobuf"],
        "GantryInference": ["GantryCore", "GantryGround", "GantryTensors", "CGantryKernels", "COpenBLAS"],
        "GantryTraining": ["GantryCore", "GantryGround", "GantryTensors", "GantryInference", "CGantryKernels"],
        "GantryModelling": [
            "GantryCore", "GantryGround", "GantryArrays", "GantryTensors", "GantryInference", "GantryTraining",
        ],

        "GantryStore": ["GantryCore", "GantryGround", "GRDB"],
        "GantryDICOMReports": ["GantryCore", "GantryGround", "GantryDICOMWriting", "CPNG"],
        "GantryReports": ["GantryCore", "GantryGround", "CCairo", "CPNG", "Mustache"],
    ]

    /// The only place where adapters are put together: it may import everything.
    private static let commands = "gantry"

    /// The targets that stand behind a port.
    private static let adapters: Set = [
        "GantryIntake", "GantryDICOM", "GantryInference", "GantryStore", "GantryReports",
        "GantryDICOMReports",
    ]

    /// Targets that are built upon an adapter, and stand behind no port themselves.
    private static let builtUpon = ["GantryTraining": "GantryInference", "GantryModelling": "GantryInference"]

    /// The toolchain's own modules, which every target but `GantryCore` may import.
    private static let toolchain: Set = ["Foundation", "FoundationEssentials", "Glibc", "Synchronization"]

    @Test func `every target imports what the table says, and nothing else`() throws {
        let tree = try SourceTree()
        for (target, imports) in tree.imports where target != Self.commands {
            guard let allowed = Self.table[target] else {
                Issue.record("\(target) has no line in the table")
                continue
            }
            let free = target == "GantryCore" ? [] : Self.toolchain
            for found in imports {
                #expect(allowed.contains(found.module) || free.contains(found.module), "\(found)")
            }
            let unused = allowed.subtracting(imports.map(\.module))
            #expect(unused.isEmpty, "\(target) does not import \(unused.sorted()), which the table allows")
        }
    }

    @Test func `the table has a line for each target that there is, and no other`() throws {
        let tree = try SourceTree()
        #expect(Set(Self.table.keys) == Set(tree.imports.keys).subtracting([Self.commands]))
        // A folder of C is a library that somebody imports.
        let libraries = tree.folders.subtracting(tree.imports.keys)
        let named = Self.table.values.reduce(into: Set()) { $0.formUnion($1) }
        #expect(libraries.isSubset(of: named), "nobody imports \(libraries.subtracting(named).sorted())")
    }

    @Test func `in the table no adapter is imported but by what is built upon it`() {
        for (target, allowed) in Self.table {
            let found = allowed.intersection(Self.adapters)
            #expect(found == Set(Self.builtUpon[target].map { [$0] } ?? []), "\(target) imports \(found.sorted())")
        }
        #expect(Self.adapters.isDisjoint(with: Self.builtUpon.keys))
        #expect(!Self.table.values.contains { $0.contains(Self.commands) || $0.contains("ArgumentParser") })
    }

    @Test func `an import is seen in each of its forms, and nothing else is`() {
        let text = """
            import GantryCore
            @preconcurrency import A
            @_spi(Tests) @testable import B
              public import C
            import struct D.Value
            import E.F  // why
            #if canImport(G)
            // import H
            let sentence = "import I"
            important(J)
            let python = #\"\"\"
                import K
                \"\"\"#
            import L
            """
        #expect(SourceTree.modules(importedBy: text) == ["GantryCore", "A", "B", "C", "D", "E", "L"])
    }
}
