import GantryTestSupport
import Foundation
import GantryCore
import GantryDICOM
import GantryDICOMWriting
import Testing

@Suite struct `Reading headers` {
    let reader: DICOMFileReader

    init() throws { reader = try DICOMFileReader() }

    @Test(arguments: [
        ("SOPInstanceUID", "(0008,0018)"), ("StudyInstanceUID", "(0020,000D)"), ("SeriesInstanceUID", "(0020,000E)"),
    ])
    func `an absent or invalid identifier is named with its tag`(keyword: String, tag: String) throws {
        let valid = try #require(TestCT.elements().first { $0.keyword == keyword }?.text)
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file.dcm").path
            try write(TestCT.elements(), to: path)
            var data = try Data(contentsOf: URL(filePath: path))
            // The data set's own value: the last one of this text.
            let range = try #require(data.range(of: Data(valid.utf8), options: .backwards))
            data.replaceSubrange(range, with: Data(valid.replacing(".0.", with: "..0").utf8))
            try data.write(to: URL(filePath: path))
            let invalid = try #require(throws: FileOutcome.self) { try reader.header(openPath: path, file: "f") }
            #expect(invalid.reason == .attributeInvalid)
            #expect(invalid.detail.contains(keyword) && invalid.detail.contains(tag))

            data.replaceSubrange(range, with: Data(repeating: 0, count: valid.utf8.count))
            try data.write(to: URL(filePath: path))
            let empty = try #require(throws: FileOutcome.self) { try reader.header(openPath: path, file: "f") }
            #expect([.attributeInvalid, .attributeMissing].contains(empty.reason))
            #expect(empty.detail.contains(tag))
        }
    }

    @Test func `an element that is not there is missing`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file.dcm").path
            try write(TestCT.elements(without: ["StudyInstanceUID"]), to: path)
            let outcome = try #require(throws: FileOutcome.self) { try reader.header(openPath: path, file: "f") }
            #expect(outcome.reason == .attributeMissing)
            #expect(outcome.detail.contains("StudyInstanceUID (0020,000D)"))
        }
    }

    @Test(arguments: [
        Data(), Data("hello".utf8), Data(repeating: 0, count: 4096), Data((0..<4096).map { UInt8($0 & 0xFF) }),
    ])
    func `what is not DICOM is called that`(bytes: Data) throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            try bytes.write(to: URL(filePath: path))
            let outcome = try #require(throws: FileOutcome.self) { try reader.header(openPath: path, file: "f") }
            #expect(outcome.reason == .notDICOM)
        }
    }

    @Test func `a file that does not exist, a folder and a device are refused`() throws {
        try withTemporaryFolder { folder in
            for (path, reason) in [
                (folder.appending(path: "absent").path, FileReason.unreadable),
                (folder.path, .notRegularFile), ("/dev/null", .notRegularFile),
            ] {
                let outcome = try #require(throws: FileOutcome.self) { try reader.header(openPath: path, file: "f") }
                #expect(outcome.reason == reason)
                #expect(outcome.file == "f")
            }
        }
    }

    @Test func `an open descriptor can be read through its path`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file.dcm").path
            try write(TestCT.elements(), to: path)
            let handle = try #require(FileHandle(forReadingAtPath: path))
            let openPath = "/proc/self/fd/\(handle.fileDescriptor)"
            let instance = try reader.header(openPath: openPath, file: "a/b.dcm")
            #expect(instance.file == "a/b.dcm")
            #expect(try TestCT.hounsfield(openPath, reader: reader).values.count == TestCT.rows * TestCT.columns)
        }
    }

    @Test func `an unknown transfer syntax is read, and refused by name and UID when decoded`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file.dcm").path
            try write(TestCT.elements(), to: path, transferSyntax: .jpegLosslessSV1)
            var data = try Data(contentsOf: URL(filePath: path))
            let range = try #require(data.range(of: Data("1.2.840.10008.1.2.4.70".utf8)))
            for (uid, name) in [
                ("1.2.840.10008.1.2.4.94", "JPIP Referenced"), ("1.2.840.10008.1.2.4.99", "unknown"),
            ] {
                data.replaceSubrange(range, with: Data(uid.utf8))
                try data.write(to: URL(filePath: path))
                let instance = try reader.header(openPath: path, file: "f")
                #expect(instance.transferSyntax.uid == uid)
                let outcome = try #require(throws: FileOutcome.self) { try TestCT.hounsfield(path, reader: reader) }
                #expect(outcome.reason == .transferSyntaxUnsupported)
                #expect(outcome.detail.contains(uid) && outcome.detail.contains(name))
            }
        }
    }

    @Test(arguments: [
        ("ImagePositionPatient", "1\\2"), ("ImageOrientationPatient", "1\\0\\0\\1\\0\\0"), ("PixelSpacing", "0\\1"),
    ])
    func `a plane needs position, orientation and spacing`(keyword: String, value: String) throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file.dcm").path
            try write(TestCT.elements(), to: path)
            #expect(try reader.header(openPath: path, file: "f").frames[0].plane != nil)
            try write(TestCT.elements(without: [keyword]), to: path)
            #expect(try reader.header(openPath: path, file: "f").frames[0].plane == nil)
            if keyword != "ImagePositionPatient" {
                try write(TestCT.elements([DICOMElement(keyword, value)]), to: path)
                #expect(try reader.header(openPath: path, file: "f").frames[0].plane == nil)
            }
        }
    }

    @Test func `a CT image without its image pixel module is refused, another object is an instance`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file.dcm").path
            let writer = try DICOMObjectWriter()
            try writer.write(
                DICOMObject(transferSyntax: .explicitVRLittleEndian, elements: TestCT.elements()), to: path)
            let outcome = try #require(throws: FileOutcome.self) { try reader.header(openPath: path, file: "f") }
            #expect(outcome.reason == .attributeMissing)
            let report = TestCT.elements([DICOMElement("SOPClassUID", "1.2.840.10008.5.1.4.1.1.88.11")])
            try writer.write(DICOMObject(transferSyntax: .explicitVRLittleEndian, elements: report), to: path)
            #expect(try reader.header(openPath: path, file: "f").pixels == nil)
        }
    }

    private func write(
        _ elements: [DICOMElement], to path: String, transferSyntax: TransferSyntax = .explicitVRLittleEndian
    ) throws {
        let pixels = DICOMPixelData(
            rows: TestCT.rows, columns: TestCT.columns, bitsStored: 12, isSigned: false,
            values: TestCT.patterns(bitsStored: 12, isSigned: false))
        try DICOMObjectWriter().write(
            DICOMObject(transferSyntax: transferSyntax, elements: elements, pixelData: pixels), to: path)
    }
}
