import Foundation
import Testing

extension EndToEnd {
    @Suite struct `Asking a second reader` {
        /// A folder of ten small slices.
        private func phantom(in folder: URL) throws -> URL {
            let phantom = folder.appending(path: "phantom")
            let end = try Executable.run(
                ["phantom", "--output", phantom.path, "--studies", "1", "--slices", "12", "--matrix", "32"])
            try #require(end.status == 0, "\(end.description)")
            try FileManager.default.removeItem(at: phantom.appending(path: "truth.csv"))
            return phantom
        }

        @Test func `inspect shows what DCMTK says of one file, for people and for programs`() throws {
            try TemporaryFolder.use { folder in
                let phantom = try phantom(in: folder)
                let name = try #require(
                    try FileManager.default.subpathsOfDirectory(atPath: phantom.path).sorted().last {
                        $0.hasSuffix(".dcm")
                    })
                let file = phantom.appending(path: name).path
                let end = try Executable.run(["inspect", file, "--second-opinion"])
                #expect(end.output.contains("second reader"), "\(end.description)")
                #expect(end.output.contains("DCMTK read 1 slice again"))
                let without = try Executable.run(["inspect", file])
                #expect(!without.output.contains("DCMTK"))
                let json = try Executable.run(["inspect", file, "--second-opinion", "--json"])
                let lines = try json.output.split(separator: "\n").map { try JSON(parsing: Data($0.utf8)) }
                let slices = try #require(lines.first)["secondOpinion"]["slices"].list
                #expect(slices.count == 1)
                #expect(slices.first?["compared"].text == "pixels")
                #expect(slices.first?["differences"].list.isEmpty == true)
                let folderEnd = try Executable.run(["inspect", phantom.path, "--second-opinion"])
                #expect(folderEnd.status == 64)
            }
        }

        @Test func `extract compares every slice it writes, and says so beside the array`() throws {
            try TemporaryFolder.use { folder in
                let phantom = try phantom(in: folder)
                let output = folder.appending(path: "out")
                let end = try Executable.run(
                    ["extract", phantom.path, "--output", output.path, "--second-opinion"])
                #expect(end.status == 0, "\(end.description)")
                #expect(end.errors.contains("DCMTK read 12 slices again: 12 compared in attributes and every pixel"))
                let name = try #require(
                    try FileManager.default.contentsOfDirectory(atPath: output.path).first { $0.hasSuffix(".json") })
                let about = try JSON(contentsOf: output.appending(path: name))
                #expect(about["secondOpinion"]["slices"].list.count == 12)
                #expect(about["secondOpinion"]["extent"].text == "all")
            }
        }

        /// Splits the one fragment of the file's pixel data into two of odd length, which the standard does not allow:
        /// DCMTK puts a zero behind the first, Gantry joins them as they stand (docs/what-is-read.md).
        private func splitFragment(of file: URL) throws {
            var bytes = try Data(contentsOf: file)
            let item = Data([0xFE, 0xFF, 0x00, 0xE0])
            func length(_ count: Int) -> Data {
                withUnsafeBytes(of: UInt32(count).littleEndian) { Data($0) }
            }
            let pixelData = try #require(
                bytes.range(of: Data([0xE0, 0x7F, 0x10, 0x00, 0x4F, 0x42, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF])))
            let table = try #require(bytes.range(of: item, in: pixelData.upperBound..<bytes.endIndex))
            let fragment = try #require(bytes.range(of: item, in: table.upperBound..<bytes.endIndex))
            let frame = fragment.upperBound + 4
            let count = bytes[fragment.upperBound..<frame].reversed().reduce(0) { $0 << 8 | Int($1) }
            let first = count / 2 | 1
            bytes.replaceSubrange(
                fragment.lowerBound..<frame + first,
                with: item + length(first) + bytes[frame..<frame + first] + item + length(count - first))
            try bytes.write(to: file)
        }

        /// The report of a study of 16 slices in lossless JPEG.
        private func report(splitting: Bool) throws -> JSON {
            try RunFolder.use { folder in
                let made = try Executable.run(
                    ["phantom", "--output", folder.input.path, "--seed", "7", "--studies", "1", "--slices", "16"]
                        + ["--matrix", "64", "--transfer-syntax", "1.2.840.10008.1.2.4.70"])
                try #require(made.status == 0, "\(made.description)")
                try FileManager.default.removeItem(at: folder.input.appending(path: "truth.csv"))
                let files = folder.input.filesBelow.filter { $0.pathExtension == "dcm" }
                #expect(files.count == 16)
                if splitting { for file in files { try splitFragment(of: file) } }
                let end = try Executable.run(folder.ingest())
                #expect(end.status == 0, "\(end.description)")
                return try #require(try folder.reports().values.first, "\(end.description)")
            }
        }

        @Test func `a study that the two decode differently is indeterminate, and says so with both values`() throws {
            func difference(_ report: JSON) -> JSON? {
                report["qualityFindings"].list.first { $0["code"].text == "secondOpinionDiffers" }
            }
            #expect(try difference(report(splitting: false)) == nil)
            let report = try report(splitting: true)
            #expect(report["verdict"]["finding"].text == "indeterminate")
            let finding = try #require(difference(report))
            #expect(finding["isFailure"].flag == true)
            let detail = try #require(finding["detail"].text)
            #expect(detail.contains("HounsfieldValue is ") && detail.contains(" HU by Gantry's reader and "))
        }
    }
}
