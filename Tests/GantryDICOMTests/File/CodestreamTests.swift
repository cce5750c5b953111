import Foundation
import GantryCore
import GantryDICOM
import GantryTestSupport
import Testing

@Suite struct `Frames that other programs encoded` {
    let reader: DICOMFileReader

    init() throws { reader = try DICOMFileReader() }

    @Test func `all of them are there`() { #expect(Codestream.all.count == 49) }

    @Test(arguments: Codestream.all)
    func `each is decoded to the values that were encoded`(codestream: Codestream) throws {
        try withTemporaryFolder { folder in
            let decoded = try codestream.file([codestream.bytes])
                .decode(at: folder.appending(path: "file").path, reader: reader)
            let expected = codestream.hounsfield(intercept: codestream.intercept)
            let largest = zip(decoded.values, expected).map { abs(Int($0) - Int($1)) }.max() ?? .max
            #expect(largest <= codestream.tolerance)
            #expect(decoded.slice.trailingBytes == 0)
        }
    }

    /// One of each decoder and kind.
    private static let kinds = Codestream.all.filter { codestream in
        codestream.frame == 0 && !codestream.name.hasPrefix("JPEG lossless by DCMTK")
            || codestream.name == "JPEG lossless by DCMTK, 12 bits, predictor 5"
    }

    @Test(arguments: kinds)
    func `one that is cut short is refused, doubted, or gives the same pixels`(codestream: Codestream) throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            let whole = try codestream.file([codestream.bytes]).decode(at: path, reader: reader).values
            var refused = 0
            for length in 1..<codestream.bytes.count {
                do {
                    let cut = try codestream.file([codestream.bytes.prefix(length)]).decode(at: path, reader: reader)
                    if cut.slice.remarks.contains(where: \.isDoubtful) {
                        refused += 1
                    } else {
                        #expect(cut.values == whole, "cut to \(length) of \(codestream.bytes.count)")
                    }
                } catch let outcome as FileOutcome {
                    #expect(outcome.reason == .pixelDataIncomplete, "cut to \(length): \(outcome.detail)")
                    refused += 1
                }
            }
            // All but the end marker and padding.
            #expect(refused >= codestream.bytes.count - 4)
        }
    }

    @Test(arguments: kinds)
    func `one that is cut short and ended properly is refused, or gives the same pixels`(
        codestream: Codestream
    ) throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            let whole = try codestream.file([codestream.bytes]).decode(at: path, reader: reader).values
            var refused = 0
            for length in 1..<codestream.bytes.count - 2 {
                do {
                    let bytes = codestream.bytes.prefix(length) + [0xFF, 0xD9]
                    let cut = try codestream.file([bytes]).decode(at: path, reader: reader)
                    if cut.slice.remarks.contains(where: \.isDoubtful) {
                        refused += 1
                    } else {
                        #expect(cut.values == whole, "cut to \(length) of \(codestream.bytes.count)")
                    }
                } catch let outcome as FileOutcome {
                    #expect(
                        [.pixelDataIncomplete, .contentUnsupported].contains(outcome.reason),
                        "cut to \(length): \(outcome.detail)")
                    refused += 1
                }
            }
            #expect(refused >= codestream.bytes.count - 8)
        }
    }

    @Test(arguments: kinds)
    func `garbage behind the end is counted and changes no pixel`(codestream: Codestream) throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            let whole = try codestream.file([codestream.bytes]).decode(at: path, reader: reader).values
            let garbage = Data("not a pixel of this image: \u{FF}\u{D9}".utf8)
            let decoded = try codestream.file([codestream.bytes + garbage]).decode(at: path, reader: reader)
            #expect(decoded.values == whole)
            #expect((garbage.count...garbage.count + 2).contains(decoded.slice.trailingBytes))
        }
    }

    @Test func `a progressive stream without its last scans is refused`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            for codestream in Codestream.all where codestream.transferSyntax == .jpegProgressive {
                let starts = codestream.bytes.indices.dropLast().filter {
                    codestream.bytes[$0] == 0xFF && codestream.bytes[$0 + 1] == 0xDA
                }
                #expect(starts.count > 2)
                for start in starts {
                    let cut = codestream.bytes.prefix(upTo: start) + [0xFF, 0xD9]
                    let outcome = try #require(throws: FileOutcome.self) {
                        try codestream.file([cut]).decode(at: path, reader: reader)
                    }
                    #expect(outcome.reason == .pixelDataIncomplete, "\(outcome.detail)")
                }
            }
        }
    }

    @Test func `a lossy stream of fewer bits than are stored is refused, because nobody knows how they were scaled`()
        throws
    {
        let codestream = try #require(Codestream.all.first { $0.transferSyntax == .jpegBaseline })
        var file = codestream.file([codestream.bytes])
        file.bitsAllocated = 16
        file.bitsStored = 12
        try withTemporaryFolder { folder in
            let outcome = try #require(throws: FileOutcome.self) {
                try file.decode(at: folder.appending(path: "file").path, reader: reader)
            }
            #expect(outcome.reason == .contentUnsupported)
        }
    }

    @Test func `a lossy stream whose transfer syntax is lossless is refused`() throws {
        let codestream = try #require(Codestream.all.first { $0.transferSyntax == .jpegExtended })
        var file = codestream.file([codestream.bytes])
        file.transferSyntax = .jpegLossless
        try withTemporaryFolder { folder in
            let outcome = try #require(throws: FileOutcome.self) {
                try file.decode(at: folder.appending(path: "file").path, reader: reader)
            }
            #expect(outcome.reason == .contentUnsupported)
            #expect(outcome.detail.contains("lossy"))
        }
    }

    @Test(arguments: [
        ("1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264 High Profile, 1.2.840.10008.1.2.4.102"),
        ("1.2.840.10008.1.2.4.104", "MPEG-4 AVC/H.264 High Profile for 2D Video, 1.2.840.10008.1.2.4.104"),
        ("1.2.840.10008.1.2.4.110", "JPEG XL Lossless, 1.2.840.10008.1.2.4.110"),
        ("1.2.840.10008.1.2.4.204", "JPIP High-Throughput JPEG 2000 Referenced, 1.2.840.10008.1.2.4.204"),
        ("1.2.840.10008.1.2.7.1", "SMPTE ST 2110-20 Uncompressed Progressive Active Video, 1.2.840.10008.1.2.7.1"),
        ("1.2.826.0.1.3680043.99", "unknown transfer syntax 1.2.826.0.1.3680043.99"),
    ])
    func `what nothing here decodes is refused by name and UID`(uid: String, text: String) throws {
        try withTemporaryFolder { folder in
            let file = EncodedCT(transferSyntax: TransferSyntax(uid), pixelData: .fragments([Data(count: 64)]))
            let outcome = try #require(throws: FileOutcome.self) {
                try file.decode(at: folder.appending(path: "file").path, reader: reader)
            }
            #expect(outcome.reason == .transferSyntaxUnsupported)
            #expect(outcome.detail.hasPrefix(text))
        }
    }
}
