import Foundation
import Testing

extension EndToEnd {
    /// OpenBLAS and HDF5 are loaded where they are needed, and nowhere else.
    @Suite struct `Libraries that are loaded at first use` {
        private static let golden = Executable.packageFolder.appending(path: "Tests/GantryWeightImportTests/Golden")

        /// Runs `arguments` where neither library can be loaded: files without a library in them have their names.
        private static func run(
            _ arguments: [String], in folder: URL, environment: [String: String] = [:]
        ) throws -> ProcessEnd {
            let names = ["libopenblas.so.0", "libhdf5_serial.so.103", "libhdf5_serial.so.310", "libhdf5_serial.so"]
            for name in names { try Data("no library".utf8).write(to: folder.appending(path: name)) }
            return try Executable.run(
                arguments, environment: ["LD_LIBRARY_PATH": folder.path].merging(environment) { $1 })
        }

        @Test func `a Keras file says which package it needs, and other weights need none`() throws {
            try TemporaryFolder.use { folder in
                let keras = ["model", "inspect", Self.golden.appending(path: "keras2.h5").path, "--stride", "v1"]
                let end = try Self.run(keras, in: folder)
                #expect(end.status == 78, "\(end.description)")
                #expect(end.errors.contains("apt-get install libhdf5-103-1"), "\(end.description)")
                #expect(try Executable.run(keras).status == 0)
                let torch = [
                    "model", "inspect", Self.golden.appending(path: "bottleneck.pth").path, "--stride", "v1.5",
                ]
                #expect(try Self.run(torch, in: folder).status == 0)
            }
        }

        @Test func `scoring needs OpenBLAS only on a CPU that Gantry has no kernels for, and says so before any study`()
            throws
        {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let refused = try Self.run(folder.ingest(), in: folder.url, environment: ["GANTRY_CPU": "openblas"])
                #expect(refused.status == 78, "\(refused.description)")
                #expect(refused.errors.contains("apt-get install libopenblas0-pthread"), "\(refused.description)")
                #expect(!folder.store.exists)
                let cpu = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
                guard cpu.contains(" avx2 ") && cpu.contains(" fma ") else { return }
                let end = try Self.run(folder.ingest(), in: folder.url)
                #expect(end.status == 0, "\(end.description)")
            }
        }
    }
}
