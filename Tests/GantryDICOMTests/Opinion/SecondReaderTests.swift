import CDCMTK
import Foundation
import GantryCore
import GantryDICOM
import GantryMutation
import GantrySandbox
import GantryTestSupport
import Testing

/// DCMTK beside our own reader: where both decode they agree, and nothing that DCMTK does is a fault.
struct SecondReaderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [
        TransferSyntax.implicitVRLittleEndian, .explicitVRLittleEndian, .explicitVRBigEndian,
        .deflatedExplicitVRLittleEndian, .rleLossless, .jpegLosslessSV1, .jpegLSLossless,
    ])
    func `every pixel and attribute of a sound slice is the same to both`(syntax: TransferSyntax) throws {
        let slice = MadeSlice(file: "a.dcm", uid: "1.2.3.4.1", rows: 48, columns: 40)
        try slice.write(below: folder.path, transferSyntax: syntax)
        let opinion = try #require(try askedOpinions(["a.dcm"], root: folder.path).first?.opinion)
        let hasCodec = !(isSanitized && syntax == .jpegLSLossless)
        #expect(opinion.compared == (hasCodec ? .pixels : .attributes))
        #expect((opinion.remark == nil) == hasCodec)
        #expect(opinion.differences == [])
    }

    @Test func `one pixel that differs is found, with its place and both values`() throws {
        let slice = MadeSlice(file: "a.dcm", uid: "1.2.3.4.1", rows: 8, columns: 8)
        try slice.write(below: folder.path)
        #expect(cdcmtk_start_opinions() == .ok)
        var opened: OpaquePointer?
        #expect(cdcmtk_opinion_open(folder.path + "/a.dcm", &opened) == .ok)
        let handle = try #require(opened)
        defer { cdcmtk_opinion_close(handle) }
        var pixels = slice.hounsfield(.air)
        var result = CDCMTKOpinionPixels()
        #expect(cdcmtk_opinion_compare(handle, 0, pixels, pixels.count, &result) == .ok)
        #expect(result.differing == 0)
        let right = pixels[19]
        pixels[19] += 1
        #expect(cdcmtk_opinion_compare(handle, 0, pixels, pixels.count, &result) == .ok)
        #expect(result.differing == 1)
        #expect(result.first == 19)
        #expect(result.ours == right + 1)
        #expect(result.theirs == right)
    }

    /// Differences that are known, by file and attribute: docs/what-is-read.md says of each who is right.
    private static let known: Set<String> = []

    private func check(_ found: [AskedOpinion]) {
        for (file, opinion) in found {
            for difference in opinion.differences where !Self.known.contains("\(file) \(difference.attribute)") {
                Issue.record(
                    "\(file): \(difference.attribute) is \(difference.ours) here, \(difference.theirs) by DCMTK")
            }
        }
    }

    @Test(arguments: [("transfer_syntaxes", 16, 10), ("oddities", 31, 2), ("malformed", 64, 0)])
    func `both readers agree on every shared file that both decode`(name: String, count: Int, inPixels: Int) throws {
        try SharedData.require(count) { shared in
            let root = shared.appending(path: name).path
            let files = try FileManager.default.contentsOfDirectory(atPath: root).sorted()
            let found = try askedOpinions(files, root: root)
            check(found)
            #expect(found.count { $0.opinion.compared == .pixels } >= (isSanitized ? inPixels - 2 : inPixels))
        }
    }

    @Test func `both readers agree on every slice of the shared archives`() throws {
        try SharedData.require(14) { shared in
            for folder in ["series", "field"] {
                let archives = try FileManager.default.contentsOfDirectory(
                    atPath: shared.appending(path: folder).path
                ).filter { $0.hasSuffix(".tar.xz") }
                for archive in archives.sorted() {
                    try withTemporaryFolder { temporary in
                        let tar = Process()
                        tar.executableURL = URL(filePath: "/bin/tar")
                        tar.arguments = [
                            "-xJf", shared.appending(path: folder + "/" + archive).path, "-C", temporary.path,
                        ]
                        try tar.run()
                        tar.waitUntilExit()
                        let files = try FileManager.default.subpathsOfDirectory(atPath: temporary.path).sorted()
                        // One in eight says enough of an encoding that all slices share.
                        let some = files.enumerated().filter { $0.offset % 8 == 0 || files.count < 100 }.map(\.element)
                        check(try askedOpinions(some, root: temporary.path))
                    }
                }
            }
        }
    }

    @Test func `both readers agree on the sample studies`() throws {
        let root = SharedData.packageRoot.appending(path: "SampleStudies").path
        let files = try FileManager.default.subpathsOfDirectory(atPath: root).sorted()
        let found = try askedOpinions(files, root: root)
        check(found)
        #expect(found.count { $0.opinion.compared == .pixels } > 150)
        // What the shipped samples hold in JPEG 2000 or lossy JPEG is said, not passed over.
        #expect(found.allSatisfy { $0.opinion.compared == .pixels || $0.opinion.remark != nil })
    }

    @Test func `a file that the two decode differently is found out by the child, with place and values`() throws {
        // A frame in two fragments, the first of an odd length: DCMTK puts a zero behind it (docs/what-is-read.md).
        let slice = MadeSlice(file: "a.dcm", uid: "1.2.3.4.1", rows: 48, columns: 40)
        try slice.write(below: folder.path, transferSyntax: .jpegLosslessSV1)
        let whole = [UInt8](try Data(contentsOf: URL(filePath: folder.path + "/a.dcm")))
        for length in [550, 551] {
            var tree = try #require(DICOMTree(parsing: whole))
            for index in tree.dataSet.indices where tree.dataSet[index].tag == .pixelData {
                guard case .fragments(let parts, _) = tree.dataSet[index].content else { continue }
                let frame = Array(parts.dropFirst().joined())
                tree.dataSet[index].content = .fragments(
                    [[], Array(frame[..<length]), Array(frame[length...])], isDelimited: true)
            }
            try folder.write(tree.bytes, to: "\(length).dcm")
        }
        let found = try askedOpinions(["550.dcm", "551.dcm"], root: folder.path)
        #expect(found.map(\.opinion.compared) == [.pixels, .pixels])
        #expect(found.map(\.opinion.differences.count) == [0, 1])
        let difference = try #require(found.last?.opinion.differences.first)
        #expect(difference.attribute == "HounsfieldValue")
        #expect(difference.ours == "\(slice.hounsfield(.air)[22 * 40 + 21]) HU")
        #expect(difference.theirs.hasSuffix(" HU (row 23, column 22; 982 of 1920 pixels differ)"))
    }

    @Test func `a control byte of -128 in RLE is nothing here, and a run to DCMTK`() throws {
        // 667 values each: five runs of 128, and one of 27.
        let high: [UInt8] = [129, 0, 129, 0, 129, 0, 129, 0, 129, 0, 230, 0]
        let low: [UInt8] = [129, 9, 129, 9, 129, 9, 129, 9, 129, 9]
        for (name, end) in [("without", [230, 7]), ("with", [128, 230, 7, 0])] as [(String, [UInt8])] {
            var frame = Data()
            for word in [2, 64, UInt32(64 + high.count)] { frame.append(littleEndian: word) }
            frame.append(Data(count: 52))
            frame.append(contentsOf: high + low + end)
            let file = EncodedCT(transferSyntax: .rleLossless, pixelData: .fragments([frame]))
            try folder.write([UInt8](file.file), to: name)
            let found = try #require(try askedOpinions([name], root: folder.path).first?.opinion)
            #expect(found.compared == .pixels)
            guard name == "with" else {
                #expect(found.differences == [])
                continue
            }
            let difference = try #require(found.differences.first)
            #expect(difference.ours == "7 HU" && difference.theirs.hasPrefix("230 HU (row 23, column 3; 27 of 667"))
            #expect(KnownDifference.explains(difference, on: [UInt8](file.file)))
        }
    }

    @Test func `functional groups that are no sequence to DCMTK are not read, and no difference`() throws {
        let seed = try #require(try SeedFile.made().first { $0.name == "Enhanced CT" })
        // (5200,9230) and (0020,9113), whose value representation is of no standard.
        for (name, tag) in [("all", [0, 0x52, 0x30, 0x92]), ("one", [0x20, 0, 0x13, 0x91])] as [(String, [UInt8])] {
            var bytes = Data(seed.bytes)
            let element = try #require(bytes.range(of: Data(tag + Array("SQ".utf8))))
            bytes.replaceSubrange(element.lowerBound + 4..<element.upperBound, with: Data("SA".utf8))
            try folder.write([UInt8](bytes), to: name)
            let found = try askedOpinions([name], root: folder.path).map(\.opinion)
            #expect(!found.isEmpty && found.allSatisfy { $0.differences.isEmpty }, "\(name)")
            #expect(found.first?.unreadAttributes.contains("ImagePositionPatient") == true, "\(name)")
        }
    }

    @Test func `what DCMTK has no codec for, and what has one decoder on both sides, is said`() throws {
        try SharedData.require(2) { shared in
            let root = shared.appending(path: "transfer_syntaxes").path
            let files = try FileManager.default.contentsOfDirectory(atPath: root)
            for found in try askedOpinions(files.filter { $0.contains(".4.90") || $0.contains(".4.50") }, root: root) {
                #expect(found.opinion.compared == .attributes)
                #expect(found.opinion.differences == [])
                let remark = try #require(found.opinion.remark)
                #expect(remark.contains(found.file.contains(".4.90") ? "no codec" : "no independent witness"))
            }
        }
    }

    @Test func `a child that dies, is none, or says what cannot be, is a remark on every slice`() throws {
        let slices = try MadeSlice.series(4).map { slice in
            try slice.write(below: folder.path)
            return try slice.source()
        }
        for reader in [
            SandboxedSecondReader(executable: "/bin/false"), SandboxedSecondReader(executable: "/nothing/here"),
        ] {
            let opinions = reader.opinions(root: folder.path, slices: slices) { .proceed }
            #expect(opinions.count == 4)
            #expect(opinions.allSatisfy { $0.compared == .nothing && $0.remark != nil && $0.differences.isEmpty })
        }
        let gone = SandboxedSecondReader(executable: try builtExecutable())
        #expect(gone.opinions(root: folder.path + "/nothing", slices: slices) { .proceed }.count == 4)
        #expect(gone.opinions(root: folder.path, slices: slices) { .stop }.isEmpty)
    }

    @Test func `an opinion that does not fit its request is not believed`() throws {
        let source = try MadeSlice(file: "a", uid: "1.2.3.4.1", rows: 8, columns: 8).source()
        let request = ReaderRequest(number: 0, file: "a", task: .secondOpinion(FrameAddress(source)))
        let difference = SliceOpinion.Difference(attribute: "Rows", ours: "8", theirs: "9\u{1B}[2J")
        func answer(
            _ compared: SliceOpinion.Comparison, uid: String = "1.2.3.4.1", frame: Int = 1, unread: Int = 0,
            remark: String? = nil, differences: Int = 0
        ) throws -> ReaderAnswer {
            .opinion(
                SliceOpinion(
                    sopInstanceUID: try required(UID(uid)), frameNumber: frame, compared: compared,
                    unreadAttributes: Array(repeating: "Ro\u{1B}ws", count: unread), remark: remark,
                    differences: Array(repeating: difference, count: differences)))
        }
        #expect(try answer(.pixels).fits(request))
        #expect(try answer(.nothing, remark: "refused").fits(request))
        #expect(try !answer(.pixels, uid: "1.2.3.4.2").fits(request))
        #expect(try !answer(.pixels, frame: 2).fits(request))
        #expect(try !answer(.nothing).fits(request))
        #expect(try !answer(.nothing, remark: "refused", differences: 1).fits(request))
        #expect(try !answer(.pixels, differences: 1000).fits(request))
        #expect(try answer(.pixels, unread: 2, remark: "unread").fits(request))
        #expect(try !answer(.pixels, unread: 2).fits(request))
        #expect(try !answer(.attributes).fits(request))
        #expect(try !answer(.pixels, unread: 1000, remark: "unread").fits(request))
        guard case .opinion(let opinion) = try answer(.pixels, unread: 1, differences: 1) else { return }
        #expect(opinion.cleaned.unreadAttributes == ["Rows"])
        #expect(opinion.cleaned.differences.first?.theirs == "9[2J")
        let message = try ReaderReply.answer(number: 0, .opinion(opinion)).body()
        #expect(try ReaderReply(body: message) == .answer(number: 0, .opinion(opinion)))
        #expect(try ReaderRequest(body: request.body) == request)
    }
}
