import GantryTestSupport
import Foundation
import GantryCore
import GantryDICOM
import GantryDICOMWriting
import Testing

@Suite struct `Text in every character set` {
    let reader: DICOMFileReader

    init() throws { reader = try DICOMFileReader() }

    @Test func `names written by pydicom in other character sets are read as UTF-8`() throws {
        let table = try CSVTable(contentsOf: SharedData.golden.appending(path: "names.dcm.base64.csv"))
        #expect(table.rows.count == 31)
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "name.dcm").path
            for row in table.rows {
                let bytes = try #require(Data(base64Encoded: row["base64"] ?? ""))
                try bytes.write(to: URL(filePath: path))
                let instance = try reader.header(openPath: path, file: "name.dcm")
                #expect(instance.patient.patientName == row["name"], "\(row["characterSet"] ?? "")")
                #expect(instance.pixels == nil)
            }
        }
    }

    @Test(arguments: [
        // Declared ASCII, written in UTF-8: kept, because nothing else looks like UTF-8.
        ("", Array("Grün".utf8), "Grün"),
        // Declared ASCII, written in Latin-1: which letter it was is not known.
        ("", [0x47, 0x72, 0xFC, 0x6E], "Gr\u{FFFD}n"),
        // A character set that does not exist.
        ("ISO_IR 999", [0x47, 0x72, 0xFC, 0x6E], "Gr\u{FFFD}n"),
        // What steers a terminal or turns the writing direction.
        ("ISO_IR 192", Array("A\u{1B}[2J\u{202E}B".utf8), "A\u{FFFD}[2J\u{FFFD}B"),
    ])
    func `text that does not fit its character set is repaired and safe to print`(
        characterSet: String, bytes: [UInt8], expected: String
    ) throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "name.dcm").path
            let placeholder = String(repeating: "X", count: bytes.count)
            var elements = TestCT.elements([DICOMElement("PatientName", placeholder)])
            if !characterSet.isEmpty { elements.append(DICOMElement("SpecificCharacterSet", characterSet)) }
            try DICOMObjectWriter().write(
                DICOMObject(transferSyntax: .explicitVRLittleEndian, elements: elements, pixelData: nil), to: path)
            var data = try Data(contentsOf: URL(filePath: path))
            let range = try #require(data.range(of: Data(placeholder.utf8)))
            data.replaceSubrange(range, with: bytes)
            try data.write(to: URL(filePath: path))
            // A CT without its image would be refused: make it another object.
            data.replaceSubrange(
                try #require(data.range(of: Data("5.1.4.1.1.2\0".utf8), options: .backwards)),
                with: Data("5.1.4.1.1.7\0".utf8))
            try data.write(to: URL(filePath: path))
            let instance = try reader.header(openPath: path, file: "name.dcm")
            #expect(instance.patient.patientName == expected)
        }
    }
}
