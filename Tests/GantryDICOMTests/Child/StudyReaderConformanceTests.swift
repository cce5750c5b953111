import GantryTestSupport
import GantryCore
import GantryDICOM
import Testing

/// The port's rules on both readers.
struct StudyReaderConformanceTests {
    @Test func `the reader in memory keeps the port's rules`() throws {
        var content = InMemoryStudyReader.Content()
        content.roots = ["/made"]
        for slice in StudyReaderConformance.series + StudyReaderConformance.copies + [StudyReaderConformance.changed] {
            content.instances[slice.file] = try slice.instance()
            content.pixels[slice.file] = InMemoryStudyReader.Pixels(
                hounsfield: slice.hounsfield(.keep), isPadding: slice.hounsfield(.mask).map { $0 == 1 })
        }
        for file in StudyReaderConformance.broken { content.rejected[file] = .notDICOM }
        try StudyReaderConformance(reader: InMemoryStudyReader(content), root: "/made").check()
    }

    @Test(arguments: [TransferSyntax.explicitVRLittleEndian, .jpegLSLossless, .rleLossless], [1, 3])
    func `the sandboxed reader keeps the port's rules`(transferSyntax: TransferSyntax, threads: Int) throws {
        let folder = try TemporaryFolder()
        for file in StudyReaderConformance.broken {
            try folder.write(file.hasSuffix("text.dcm") ? Array("no DICOM".utf8) : [], to: file)
        }
        try folder.write([], to: "copies/.keep")
        for slice in StudyReaderConformance.series + StudyReaderConformance.copies + [StudyReaderConformance.changed] {
            try slice.write(below: folder.path, transferSyntax: transferSyntax)
        }
        let reader = SandboxedStudyReader(executable: try builtExecutable(), threads: threads)
        try StudyReaderConformance(reader: reader, root: folder.path).check()
    }
}

extension MadeSlice {
    /// What a scan finds of it.
    fileprivate func instance() throws -> SOPInstance {
        var instance = SOPInstance(
            file: file, sopInstanceUID: try required(UID(uid)),
            sopClassUID: try required(UID("1.2.840.10008.5.1.4.1.1.2")), studyInstanceUID: try required(UID("1.2.3")),
            seriesInstanceUID: try required(UID("1.2.3.4")), transferSyntax: .explicitVRLittleEndian)
        instance.pixels = PixelDescription(rows: rows, columns: columns, isSigned: true)
        return instance
    }
}
