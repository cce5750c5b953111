import Foundation
import GantryCore
import Testing

/// A small image that another program encoded: a row of codestreams.base64.csv, which `write_codestreams.py` writes.
struct Codestream: Sendable, CustomTestStringConvertible {
    static let rows = 23
    static let columns = 29

    var name: String
    var transferSyntax: TransferSyntax
    var bitsStored: Int
    var isSigned: Bool
    /// From 0.
    var frame: Int
    /// How far a decoded value may lie from the stored one: 0 where the encoding is lossless, otherwise what the
    /// encoder's own program decodes, and one for rounding.
    var tolerance: Int
    var bytes: Data

    var testDescription: String { "\(name), frame \(frame + 1)" }

    /// All of them; empty where the file is broken, which the first test finds.
    static let all: [Codestream] = {
        let table = try? CSVTable(contentsOf: SharedData.golden.appending(path: "codestreams.base64.csv"))
        return (table?.rows ?? []).compactMap(Codestream.init)
    }()

    /// The three frames of this name.
    static func frames(_ name: String) -> [Codestream] {
        all.filter { $0.name == name }.sorted { $0.frame < $1.frame }
    }

    private init?(_ row: [String: String]) {
        guard let name = row["name"], let uid = row["transferSyntax"],
            let bits = row["bitsStored"].flatMap({ Int($0) }),
            let frame = row["frame"].flatMap({ Int($0) }), let tolerance = row["tolerance"].flatMap({ Int($0) }),
            let bytes = Data(base64Encoded: row["base64"] ?? "")
        else { return nil }
        self.name = name
        transferSyntax = TransferSyntax(uid)
        bitsStored = bits
        isSigned = row["isSigned"] == "1"
        self.frame = frame
        self.tolerance = tolerance
        self.bytes = bytes
    }

    /// The stored values that were encoded; the script has the same formula.
    var stored: [Int] { Self.stored(bitsStored: bitsStored, isSigned: isSigned, frame: frame) }

    static func stored(bitsStored: Int, isSigned: Bool, frame: Int) -> [Int] {
        let range = 1 << bitsStored
        return (0..<rows * columns).map { index in
            let (row, column) = (index / columns, index % columns)
            let smooth = row * 37 + column * 11 + frame * 101 + row * column % 23 * 17
            let value = ((row * 7 + column * 13 + frame) % 41 == 0 ? smooth * 8191 : smooth) % range
            return isSigned ? value - range / 2 : value
        }
    }

    /// Hounsfield units with slope 1 and this intercept.
    func hounsfield(intercept: Int) -> [Int16] { stored.map { Int16(clamping: $0 + intercept) } }

    /// An intercept with which all values fit.
    var intercept: Int { isSigned || bitsStored < 16 ? 0 : -32768 }

    /// A file with these fragments as its pixel data.
    func file(_ fragments: [Data], offsets: [UInt32] = [], numberOfFrames: Int? = nil) -> EncodedCT {
        EncodedCT(
            transferSyntax: transferSyntax, bitsAllocated: bitsStored <= 8 ? 8 : 16, bitsStored: bitsStored,
            isSigned: isSigned, numberOfFrames: numberOfFrames, rescaleIntercept: "\(intercept)",
            pixelData: .fragments(fragments.map(\.evenLength), offsets: offsets))
    }
}

extension Data {
    /// With a zero byte at the end where its length is odd.
    var evenLength: Data { count % 2 == 0 ? self : self + [0] }
}
