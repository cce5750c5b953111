import GantryCore
import GantryDICOM
import GantryTestSupport
import Testing

/// What every `SecondReader` does, run on the fake and on the real one.
@Suite struct SecondReaderConformance {
    enum Kind: String, CaseIterable, Sendable {
        case fake
        case sandboxed
    }

    private static let broken = ["broken.dcm", "nowhere.dcm"]
    private let folder: TemporaryFolder

    /// A folder with five slices, and a file that is none.
    init() throws {
        folder = try TemporaryFolder()
        for slice in MadeSlice.series(5, side: 16) { try slice.write(below: folder.path) }
        try folder.write(Array("no DICOM".utf8), to: Self.broken[0])
    }

    private func reader(_ kind: Kind) throws -> any SecondReader {
        switch kind {
        case .fake: FakeSecondReader(refused: Set(Self.broken))
        case .sandboxed: SandboxedSecondReader(executable: try builtExecutable())
        }
    }

    /// Five sound slices, and between them two that nobody can read.
    private func slices() throws -> [SliceSource] {
        var slices = try MadeSlice.series(5, side: 16).map { try $0.source() }
        for (number, file) in Self.broken.enumerated() {
            var slice = slices[0]
            slice.file = file
            slice.sopInstanceUID = try required(UID("1.2.3.4.9\(number)"))
            slices.insert(slice, at: 1 + 2 * number)
        }
        return slices
    }

    @Test(arguments: Kind.allCases)
    func `each slice has its opinion, in the order asked, and what cannot be read has a remark`(kind: Kind) throws {
        let (reader, slices) = (try reader(kind), try slices())
        let opinions = reader.opinions(root: folder.path, slices: slices) { .proceed }
        #expect(opinions.map(\.sopInstanceUID) == slices.map(\.sopInstanceUID))
        #expect(opinions.map(\.frameNumber) == slices.map(\.frameNumber))
        for (slice, opinion) in zip(slices, opinions) {
            let isBroken = Self.broken.contains(slice.file)
            #expect((opinion.compared == .nothing) == isBroken && (opinion.remark != nil) == isBroken, "\(slice.file)")
            #expect(opinion.differences.isEmpty, "\(slice.file)")
        }
        #expect(reader.opinions(root: folder.path, slices: []) { .proceed }.isEmpty)
    }

    @Test(arguments: Kind.allCases)
    func `whoever tells it to stop gets the opinions on the first slices, as far as they are there`(kind: Kind) throws {
        let (reader, slices) = (try reader(kind), try slices())
        let opinions = reader.opinions(root: folder.path, slices: slices) { .stop }
        #expect(opinions.count < slices.count)
        #expect(opinions.map(\.sopInstanceUID) == slices.prefix(opinions.count).map(\.sopInstanceUID))
    }
}
