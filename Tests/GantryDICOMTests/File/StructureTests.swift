import Foundation
import GantryCore
import GantryDICOM
import Testing

/// The walk over an object's structure: what it reads although it is odd, and what it refuses.
@Suite struct `Following the structure of a file` {
    /// Reads the header of these bytes. **Throws** `FileOutcome`.
    private func header(_ bytes: [UInt8], limits: ReaderLimits = ReaderLimits()) throws -> SOPInstance {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            try Data(bytes).write(to: URL(filePath: path))
            return try DICOMFileReader(limits: limits).header(openPath: path, file: "file")
        }
    }

    /// How reading these bytes ends.
    private func outcome(_ bytes: [UInt8], limits: ReaderLimits = ReaderLimits()) throws -> FileOutcome {
        try #require(throws: FileOutcome.self) { try header(bytes, limits: limits) }
    }

    private func expectWhole(_ instance: SOPInstance, _ comment: Comment? = nil) {
        #expect(instance.sopInstanceUID.value == "1.2.3.4.1", comment)
        #expect(instance.patient.patientID == "PATIENT-1", comment)
        #expect(instance.pixels?.rows == 5 && instance.pixels?.columns == 3, comment)
    }

    /// A data set in which `odd` stands between the identifiers and the rest.
    private func dataset(
        _ encoding: ObjectBytes.Encoding = .explicitLittleEndian, _ odd: (inout ObjectBytes) -> Void = { _ in }
    ) -> [UInt8] {
        var object = ObjectBytes(encoding)
        object.identity()
        odd(&object)
        object.rest()
        return object.bytes
    }

    /// The same with preamble and meta header.
    private func file(
        _ encoding: ObjectBytes.Encoding = .explicitLittleEndian, _ odd: (inout ObjectBytes) -> Void = { _ in }
    ) -> [UInt8] {
        ObjectBytes.fileHeader(encoding.rawValue) + dataset(encoding, odd)
    }

    @Test func `a file is read as it is written, whatever it declares`() throws {
        let declared: [String?] = [nil] + ObjectBytes.Encoding.allCases.map(\.rawValue) + ["1.2.840.10008.1.2.1.99"]
        for written in ObjectBytes.Encoding.allCases {
            for transferSyntax in declared {
                let instance = try header(ObjectBytes.fileHeader(transferSyntax) + dataset(written))
                expectWhole(instance, "\(transferSyntax ?? "nothing") declared, \(written.rawValue) written")
                #expect(instance.transferSyntax.uid == transferSyntax ?? written.rawValue)
            }
            let bare = try header(dataset(written))
            expectWhole(bare, "no meta header, \(written.rawValue)")
            #expect(bare.transferSyntax.uid == written.rawValue)
        }
    }

    @Test func `odd elements before the rest do not keep the rest from being read`() throws {
        let oddities: [String: (inout ObjectBytes) -> Void] = [
            "a stray delimiter": { $0.endSequence() },
            "an element of the meta header": { $0.text(0x0002, 0x0010, "UI", "1.2.3") },
            "an odd length": { $0.element(0x0008, 0x1030, "LO", Array("abc".utf8)) },
            "a sequence without items": { $0.element(0x0008, 0x1140, "SQ", []) },
            "a sequence whose delimiter is missing": {
                $0.element(0x0008, 0x1140, "SQ", [], length: ObjectBytes.undefined)
                $0.item()
                $0.text(0x0008, 0x1150, "UI", "1.2")
                $0.endItem()
            },
            "an item whose delimiter is missing": {
                $0.element(0x0008, 0x1140, "SQ", [], length: ObjectBytes.undefined)
                $0.item()
                $0.text(0x0008, 0x1150, "UI", "1.2")
                $0.endSequence()
            },
            "a sequence of known length that holds garbage": {
                $0.element(0x0008, 0x1140, "SQ", [UInt8](repeating: 0xA5, count: 30))
            },
        ]
        for encoding in ObjectBytes.Encoding.allCases {
            for (name, odd) in oddities { expectWhole(try header(file(encoding, odd)), "\(name), \(encoding)") }
        }
        let explicit: [String: (inout ObjectBytes) -> Void] = [
            "a value representation of a later standard": {
                $0.element(0x0008, 0x1030, "ZZ", [4, 0, 0, 0] + [1, 2, 3, 4], length: 0)
            },
            "a value representation of no letters": { $0.element(0x0008, 0x1030, "??", Array("abcd".utf8)) },
            "an element without value representation": {
                $0.append([8, 0, 0x30, 0x10, 4, 0, 0, 0] + Array("abcd".utf8))
            },
            "an unknown sequence with implicit items": {
                $0.element(0x0009, 0x1001, "UN", [], length: ObjectBytes.undefined)
                var inner = ObjectBytes(.implicitLittleEndian)
                inner.item()
                inner.text(0x0008, 0x1150, "UI", "1.2")
                inner.endItem()
                inner.endSequence()
                $0.append(inner.bytes)
            },
        ]
        for (name, odd) in explicit { expectWhole(try header(file(.explicitLittleEndian, odd)), "\(name)") }
        expectWhole(try header(file() + [UInt8](repeating: 0, count: 700)), "zeros at the end")
        let padding: [UInt8] = [0xFC, 0xFF, 0xFC, 0xFF] + Array("OB".utf8) + [0, 0, 4, 0, 0, 0, 1, 2, 3, 4]
        expectWhole(try header(file() + padding), "Data Set Trailing Padding")
    }

    @Test func `numbers of an unknown value representation are those of the data dictionary`() throws {
        var object = ObjectBytes()
        object.identity()
        object.rest()
        // Rows again, as UN, with the same value: no conflict.
        object.short(0x0028, 0x0010, 5, vr: "UN")
        expectWhole(try header(ObjectBytes.fileHeader(object.encoding.rawValue) + object.bytes))
    }

    @Test func `an attribute that stands there twice counts only where both agree`() throws {
        expectWhole(try header(file { $0.text(0x0010, 0x0020, "LO", "PATIENT-1") }))
        let other = try header(file { $0.text(0x0010, 0x0020, "LO", "PATIENT-2") })
        #expect(other.patient.patientID == nil)
        let outcome = try outcome(file { $0.text(0x0008, 0x0018, "UI", "1.2.3.4.9") })
        #expect(outcome.reason == .attributeInvalid)
        #expect(outcome.detail.contains("SOPInstanceUID (0008,0018)") && outcome.detail.contains("twice"))
    }

    @Test func `a length that leaves the file is damage, named with its tag and place`() throws {
        for encoding in ObjectBytes.Encoding.allCases {
            let bytes = file(encoding) { $0.element(0x0008, 0x1140, "SQ", [], length: 0x7FFF_FFF0) }
            let outcome = try outcome(bytes)
            #expect(outcome.reason == .damaged, "\(encoding)")
            #expect(outcome.detail.contains("(0008,1140) at byte"), "\(encoding)")
        }
        for count in [1, 4, 9, 13] {
            #expect(try outcome(Array(file().dropLast(count))).reason == .damaged, "\(count) bytes are missing")
        }
        #expect(try outcome(ObjectBytes.fileHeader("1.2.840.10008.1.2.1")).reason == .damaged)
    }

    @Test func `each cap is refused with what it is and the name of its setting`() throws {
        var limits = ReaderLimits()
        limits.mostElements = 12
        let elements = try outcome(file(), limits: limits)
        #expect(elements.reason == .limitExceeded)
        #expect(elements.detail.contains("12") && elements.detail.contains("most-elements"))

        let deflated = ObjectBytes.fileHeader("1.2.840.10008.1.2.1.99") + ObjectBytes.deflated(dataset())
        expectWhole(try header(deflated))
        limits = ReaderLimits()
        limits.mostInflatedBytes = 100
        let inflated = try outcome(deflated, limits: limits)
        #expect(inflated.reason == .limitExceeded)
        #expect(inflated.detail.contains("100") && inflated.detail.contains("most-inflated-mebibytes"))
        #expect(try outcome(Array(deflated.dropLast(40))).reason == .damaged)

        var object = ObjectBytes()
        object.append(file())
        object.element(0x7FE0, 0x0010, "OB", [], length: ObjectBytes.undefined)
        for _ in 0..<4 { object.element(0xFFFE, 0xE000, "", [1, 2]) }
        object.endSequence()
        limits = ReaderLimits()
        limits.mostFragments = 2
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            try Data(object.bytes).write(to: URL(filePath: path))
            // The offset table is no fragment.
            limits.mostFragments = 3
            _ = try DICOMFileReader(limits: limits).encodedPixelDigest(openPath: path, file: "file")
            limits.mostFragments = 2
            let reader = try DICOMFileReader(limits: limits)
            let fragments = try #require(throws: FileOutcome.self) {
                try reader.encodedPixelDigest(openPath: path, file: "file")
            }
            #expect(fragments.reason == .limitExceeded)
            #expect(fragments.detail.contains("2") && fragments.detail.contains("most-fragments"))
        }
    }

    @Test func `a DICOMDIR is told apart by its records and by its class`() throws {
        let byRecords = try outcome(file { $0.element(0x0004, 0x1220, "SQ", []) })
        #expect(byRecords.reason == .directoryRecord)
        var meta = ObjectBytes()
        meta.append([UInt8](repeating: 0, count: 128) + Array("DICM".utf8))
        meta.text(0x0002, 0x0002, "UI", "1.2.840.10008.1.3.10")
        meta.text(0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1")
        #expect(try outcome(meta.bytes + dataset()).reason == .directoryRecord)
    }
}
