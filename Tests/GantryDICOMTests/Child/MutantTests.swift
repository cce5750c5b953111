import GantryTestSupport
import GantryCore
import GantryDICOM
import GantryMutation
import Testing

/// Spoilt files through the whole reader, and whether what spoils and checks them does so.
struct MutantTests {
    private let seeds: [SeedFile]

    init() throws { seeds = try SeedFile.made() }

    @Test func `every one of 300 mutants comes to one end, and none gives a pixel that it does not hold`() throws {
        let folder = try TemporaryFolder()
        let factory = MutantFactory(seeds: seeds, seed: 7)
        var run = MutantRun(executable: try builtExecutable(), folder: folder.path, secondsPerFile: 20, threads: 4)
        for first in [0, 150] { try run.run((first..<first + 150).map(factory.mutant)) }
        #expect(run.tally.violations == [])
        #expect(run.tally.scannedAsInstance + run.tally.scanOutcomes.values.reduce(0, +) == 300)
        // Most are images still, or the mutations would only test the first check of the reader.
        #expect(run.tally.scannedAsInstance > 100)
        #expect(run.tally.comparedSlices > 10)
        #expect(run.tally.readOutcomes.values.reduce(0, +) > 30)
    }

    @Test func `a difference between the readers is a promise broken, but where it is known`() throws {
        let sound = try #require(seeds.first { $0.name == "RLE" })
        var tree = try #require(DICOMTree(parsing: sound.bytes))
        for index in tree.dataSet.indices {
            guard case .fragments(let parts, _) = tree.dataSet[index].content else { continue }
            let odd = [parts[0], Array(parts[1][..<101]), Array(parts[1][101...])]
            tree.dataSet[index].content = .fragments(odd, isDelimited: true)
        }
        func tally(_ attributes: [String], _ bytes: [UInt8]) throws -> MutantTally {
            var tally = MutantTally()
            let opinion = SliceOpinion(
                sopInstanceUID: try required(UID("1.2.3")), frameNumber: 1, compared: .pixels,
                differences: attributes.map { .init(attribute: $0, ours: "1", theirs: "2") })
            tally.count(opinion, of: Mutant(number: 1, seed: "RLE", mutations: [], bytes: bytes))
            return tally
        }
        #expect(try tally([], sound.bytes).violations == [])
        #expect(try tally(["HounsfieldValue"], sound.bytes).violations.count == 1)
        let known = try tally(["HounsfieldValue"], tree.bytes)
        #expect(known.violations == [] && known.differences.count == 1)
        // What stands behind the first difference counts as well.
        #expect(try tally(["HounsfieldValue", "Rows"], tree.bytes).violations.count == 1)
    }

    @Test func `a mutant's number and seed determine its bytes`() {
        let once = MutantFactory(seeds: seeds, seed: 3)
        let again = MutantFactory(seeds: seeds, seed: 3)
        let other = MutantFactory(seeds: seeds, seed: 4)
        #expect((0..<50).allSatisfy { once.mutant($0) == again.mutant($0) })
        #expect((0..<50).contains { once.mutant($0) != other.mutant($0) })
    }

    @Test func `every mutation is used, and changes files`() {
        let factory = MutantFactory(seeds: seeds, seed: 1)
        var changing: Set<String> = []
        for mutant in (0..<1500).map(factory.mutant) where mutant.mutations.count == 1 {
            let seed = seeds.first { $0.name == mutant.seed }
            if mutant.bytes != seed?.bytes { changing.formUnion(mutant.mutations) }
        }
        let all = (Mutation.structural + Mutation.bytewise).map(\.name)
        #expect(Set(all).subtracting(changing) == [])
        #expect(Set(all).count == all.count)
    }

    @Test func `a seed taken apart and written is the same file`() throws {
        let apart = seeds.compactMap { seed in DICOMTree(parsing: seed.bytes).map { ($0, seed) } }
        // All but the deflated one.
        #expect(apart.count == seeds.count - 1)
        for (tree, seed) in apart { #expect(tree.bytes == seed.bytes, "\(seed.name)") }
    }

    @Test(arguments: ["explicit", "big endian", "RLE"])
    func `the check of pixels knows them, and finds one that is wrong or was not there`(name: String) throws {
        let seed = try #require(seeds.first { $0.name == name })
        guard case .values(var pixels)? = PixelTruth(seed.bytes) else {
            Issue.record("no pixels are known")
            return
        }
        #expect(pixels.count == 1024)
        #expect(pixels.prefix(3) == [-1024, -1017, -1010])
        let mutant = Mutant(number: 1, seed: name, mutations: [], bytes: seed.bytes)
        let source = try MadeSlice(file: mutant.file, uid: "1.2.3.4.5", rows: 32, columns: 32).source()
        var receiver = CheckingReceiver(byFile: [mutant.file: mutant])
        receiver.check(pixels.span, of: source)
        #expect(receiver.compared == 1)
        #expect(receiver.violations == [])
        pixels[1023] += 1
        receiver.check(pixels.span, of: source)
        #expect(receiver.violations.count == 1)

        var tree = try #require(DICOMTree(parsing: seed.bytes))
        for index in tree.dataSet.indices where tree.dataSet[index].tag == .pixelData {
            switch tree.dataSet[index].content {
            case .bytes(let bytes): tree.dataSet[index].content = .bytes(bytes.dropLast(2))
            case .fragments(let parts, _):
                tree.dataSet[index].content = .fragments([[], parts[1].dropLast(400)], isDelimited: true)
            case .items: break
            }
        }
        #expect(PixelTruth(tree.bytes) == .incomplete)
    }
}
