import Foundation
import GantryTensors
import GantryTestSupport
import GantryWeightImport
import Testing

@Suite struct KerasMutationTests {
    /// SplitMix64: the same copies in every run.
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return z ^ z >> 31
        }
    }

    /// A copy with a few bytes changed, its end cut off, or a range of zeros.
    private func mutated(_ bytes: [UInt8], _ generator: inout Seeded) -> [UInt8] {
        var copy = bytes
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: return Array(bytes.prefix(Int.random(in: 8..<bytes.count, using: &generator)))
        case 1:
            let start = Int.random(in: 8..<bytes.count, using: &generator)
            let count = Int.random(in: 1...4096, using: &generator)
            for index in start..<min(start + count, bytes.count) { copy[index] = 0 }
        default:
            // Half of the changes hit the first pages, where most of the structure lies.
            for _ in 0..<Int.random(in: 1...16, using: &generator) {
                let end = Bool.random(using: &generator) ? bytes.count : 8192
                copy[Int.random(in: 8..<end, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
        }
        return copy
    }

    /// The processes that were started from an executable of this name, those that ended and were not waited for among
    /// them.
    private func processes(named name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { entry in
            guard Int(entry) != nil, let status = try? String(contentsOfFile: "/proc/\(entry)/stat", encoding: .utf8)
            else { return false }
            return status.contains("(\(name))")
        }
    }

    @Test func `150 spoilt copies of a Keras file end as tensors or as a sentence, and leave no process behind`()
        throws
    {
        // The child under a name of its own: other tests have children of the same executable.
        var reader = try Fixtures.reader()
        let name = "mutants-\(ProcessInfo.processInfo.processIdentifier)"
        let link = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try? FileManager.default.removeItem(atPath: link)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: reader.executable)
        defer { try? FileManager.default.removeItem(atPath: link) }
        reader.executable = link
        let bytes = try Fixtures.bytes("keras3-model.h5")
        var generator = Seeded(state: 20)
        var (read, refused) = (0, 0)
        for number in 0..<150 {
            let file = try TemporaryFile(mutated(bytes, &generator))
            do throws(WeightsError) {
                let tensors = try WeightFile.open(file.path, hdf5: reader)
                for (name, shape) in tensors.shapes {
                    let values = try tensors.values(of: name)
                    #expect(values.count == shape.elementCount, "copy \(number), \(name)")
                }
                read += 1
            } catch {
                #expect(error.explanation.hasSuffix("."), "copy \(number): \(error.explanation)")
                #expect(![.cannotOpen, .cannotRead].contains(error.code), "copy \(number): \(error.explanation)")
                refused += 1
            }
        }
        #expect(read > 5 && refused > 50, "\(read) read, \(refused) refused")
        #expect(try processes(named: name) == [])
    }
}
