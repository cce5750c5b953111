import GantryTestSupport
import GantryCore
import GantryDICOM
import Testing

/// The port's rules on both readers.
struct StudyReaderConformanceTests {
    @Test func `the reader in memory keeps the port's rules`() throws {
        var files: [String: InMemoryStudyReader.File] = [:]
        for slice in StudyReaderConformance.series + StudyReaderConformance.copies + [StudyReaderConformance.changed] {
            files[slice.file] = .slice(slice)
        }
        for file in StudyReaderConformance.broken { files[file] = .broken(.notDICOM) }
        try StudyReaderConformance(reader: InMemoryStudyReader(folders: ["/made": files]), root: "/made").check()
    }

    @Test(arguments: [TransferSyntax.explicitVRLittleEndian, .jpegLSLossless, .rleLossless])
    func `the sandboxed reader keeps the port's rules`(transferSyntax: TransferSyntax) throws {
        let folder = try TemporaryFolder()
        for file in StudyReaderConformance.broken {
            try folder.write(file.hasSuffix("text.dcm") ? Array("no DICOM".utf8) : [], to: file)
        }
        try folder.write([], to: "copies/.keep")
        for slice in StudyReaderConformance.series + StudyReaderConformance.copies + [StudyReaderConformance.changed] {
            try slice.write(below: folder.path, transferSyntax: transferSyntax)
        }
        let reader = SandboxedStudyReader(executable: try builtExecutable())
        try StudyReaderConformance(reader: reader, root: folder.path).check()
    }
}
