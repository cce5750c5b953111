import Testing

/// What is written in Package.swift is what is imported: an import of a module that is no more, and a dependency that
/// nobody needs any longer, are not seen by a build that has old modules lying about.
@Suite struct ManifestTests {
    /// The toolchain's own modules.
    private static let toolchain: Set = [
        "Dispatch", "Foundation", "FoundationEssentials", "FoundationXML", "Glibc", "Synchronization", "Testing",
    ]

    /// What is linked and not imported: its functions stand in for others.
    private static let linkedOnly: Set = ["MutexWitness"]

    /// Everything Swift that is written here, `Fuzz/Targets` included, which a Makefile builds.
    private static let folders = ["Sources", "Tests", "Benchmarks", "Fuzz"]

    @Test(arguments: folders) func `every import names a module that there is`(folder: String) throws {
        let manifest = try PackageManifest()
        let modules = Self.toolchain.union(manifest.products).union(manifest.targets.map(\.name))
        let imports = try SourceTree.imports(below: folder)
        #expect(!imports.isEmpty)
        for found in imports { #expect(modules.contains(found.module), "\(folder)/\(found)") }
    }

    @Test func `every target depends on what it imports, and on nothing else`() throws {
        let manifest = try PackageManifest()
        let executables = Set(manifest.targets.filter(\.isExecutable).map(\.name))
        #expect(manifest.targets.count > 20)
        for target in manifest.targets {
            let imports = try SourceTree.imports(below: target.path)
            // C finds its headers by what it depends on.
            guard !imports.isEmpty else { continue }
            let imported = Set(imports.map(\.module)).subtracting(Self.toolchain)
            let missing = imported.subtracting(target.dependencies)
            #expect(missing.isEmpty, "\(target.name) imports \(missing.sorted()), and does not depend on them")
            // An executable is run, where it isn't imported.
            let unused = target.dependencies.subtracting(imported).subtracting(executables)
                .subtracting(Self.linkedOnly)
            #expect(unused.isEmpty, "\(target.name) depends on \(unused.sorted()), and does not import them")
        }
    }

    @Test func `every target that Package.swift declares is read, with its folder and its dependencies`() {
        let manifest = PackageManifest(
            """
            let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
            let package = Package(
                products: [.executable(name: "tool", targets: ["tool"])],
                dependencies: [.package(url: "https://example.org/Yams", from: "6.2.2")],
                targets: [
                    // A comment (with a bracket that nothing closes.
                    .systemLibrary(name: "CPNG", providers: [.apt(["libpng-dev"])]),
                    .target(name: "A", cSettings: flags + [.headerSearchPath(".")]),
                    .target(
                        name: "B", dependencies: ["A", "CPNG", .product(name: "Yams", package: "yams"), grdb],
                        path: "Other/B", swiftSettings: swift),
                    .executableTarget(name: "some-tool", dependencies: ["B"]),
                    .testTarget(name: "BTests", dependencies: ["B", "some-tool"]),
                ])
            """)
        #expect(manifest.targets.map(\.name) == ["CPNG", "A", "B", "some-tool", "BTests"])
        let paths = ["Sources/CPNG", "Sources/A", "Other/B", "Sources/some-tool", "Tests/BTests"]
        #expect(manifest.targets.map(\.path) == paths)
        let dependencies: [Set<String>] = [[], [], ["A", "CPNG", "Yams", "GRDB"], ["B"], ["B", "some-tool"]]
        #expect(manifest.targets.map(\.dependencies) == dependencies)
        #expect(manifest.targets.map(\.isExecutable) == [false, false, false, true, false])
        #expect(manifest.products == ["GRDB", "Yams"])
    }
}
