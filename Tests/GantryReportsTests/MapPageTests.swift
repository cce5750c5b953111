import CPNG
import Foundation
import GantryCore
import GantryReports
import Testing

/// Maps of where the network looked, in `report.html` and `report.json`.
@Suite struct MapPageTests {
    static func explained() throws -> StudyRecord {
        var record = try SampleRecord.study()
        for index in record.result.keyPictures.indices {
            let values = (0..<49).map { Float($0 % 7) * Float(index + 1) / 10 }
            record.result.keyPictures[index].explanation = SliceExplanation(
                map: try #require(ActivationMap(rows: 7, columns: 7, values: values)),
                outsideBodyShare: index == 0 ? 0.1234 : nil)
        }
        return record
    }

    @Test func `a switch without script lays the map over each picture, its scale beside it`() throws {
        let page = try StudyPageTests.page(try Self.explained())
        let pictures = try #require(page.id("pictures"))
        let box = try #require(pictures.elements("input").first)
        #expect(box.attributes["type"] == "checkbox" && box.attributes["id"] == "show-maps")
        #expect(box.attributes["checked"] == nil, "the slice itself comes first")
        let label = try #require(pictures.elements("label").first)
        #expect(label.attributes["for"] == "show-maps" && label.text.contains("where the network looked"))
        #expect(pictures.with("map").count == 3)
        // The largest number of any of the maps: one scale.
        #expect(pictures.with("map-scale").first?.text == "01.80")
        #expect(pictures.with("map-key").first?.text.contains("7 x 7 parts") == true)
        let figures = pictures.elements("figure")
        #expect(figures[0].text.contains("12.3 % of the map outside the body"))
        #expect(!figures[1].text.contains("outside the body"))
        #expect(page.elements("script").isEmpty)
    }

    @Test func `a study without maps has no switch`() throws {
        let page = try StudyPageTests.page(try SampleRecord.study())
        #expect(page.elements("input").isEmpty && page.with("map").isEmpty && page.with("map-key").isEmpty)
    }

    @Test func `what was 0 is not coloured, and colours are those of one scale for all slices`() throws {
        let record = try Self.explained()
        let page = try StudyPageTests.page(record)
        for (index, image) in page.with("map").enumerated() {
            let picture = try Self.decode(try #require(image.attributes["src"]))
            #expect((picture.rows, picture.columns) == (160, 160))
            // The first column of parts is 0, the last one the largest of this map: 0.6, 1.2 and 1.8 of 1.8.
            #expect(picture.pixel(80, 2).w == 0)
            let step = Int((Double(index + 1) / 3 * 255).rounded())
            let colour = ColourScale.cividis[step]
            let pixel = picture.pixel(80, 157)
            #expect(SIMD3(pixel.x, pixel.y, pixel.z) == colour, "map \(index)")
            #expect(pixel.w == 153)
        }
    }

    @Test func `the share outside the body is a number of the JSON`() throws {
        let folder = try TemporaryFolder()
        let record = try Self.explained()
        let paths = try FolderReportWriter(outputFolder: folder.path).write(record, patientRecords: [record]).paths
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(folder.text(paths[0]).utf8)) as? [String: Any])
        let pictures = try #require(json["keyPictures"] as? [[String: Any]])
        let maps = pictures.compactMap { $0["map"] as? [String: Any] }
        #expect(maps.count == 3)
        #expect(maps[0]["outsideBodyShare"] as? Double == 0.1234 && maps[1]["outsideBodyShare"] == nil)
        #expect(maps.map { $0["rows"] as? Int } == [7, 7, 7])
        #expect((maps[2]["largest"] as? Double).map { abs($0 - 1.8) < 1e-6 } == true)
    }

    private struct Decoded {
        var rows: Int
        var columns: Int
        var pixels: [UInt8]

        func pixel(_ row: Int, _ column: Int) -> SIMD4<UInt8> {
            let first = (row * columns + column) * 4
            return SIMD4(pixels[first], pixels[first + 1], pixels[first + 2], pixels[first + 3])
        }
    }

    private struct NotDecoded: Error {}

    private static func decode(_ source: String) throws -> Decoded {
        let prefix = "data:image/png;base64,"
        try #require(source.hasPrefix(prefix))
        let file = [UInt8](try #require(Data(base64Encoded: String(source.dropFirst(prefix.count)))))
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        guard png_image_begin_read_from_memory(&image, file, file.count) != 0 else { throw NotDecoded() }
        image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA)
        var pixels = [UInt8](repeating: 0, count: 4 * Int(image.width) * Int(image.height))
        guard png_image_finish_read(&image, nil, &pixels, 0, nil) != 0 else { throw NotDecoded() }
        return Decoded(rows: Int(image.height), columns: Int(image.width), pixels: pixels)
    }
}
