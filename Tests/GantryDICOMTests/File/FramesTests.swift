import Foundation
import GantryCore
import GantryDICOM
import Testing

/// Multi-frame CT, against what pydicom reads of the same objects (Golden/write_frames.py).
@Suite struct `Reading functional groups` {
    let reader: DICOMFileReader
    private static let folder = SharedData.golden.appending(path: "frames")

    init() throws { reader = try DICOMFileReader() }

    /// What pydicom reads of one frame.
    struct GoldenFrame: Decodable {
        var imageType: [String]
        var position: [Double]?
        var orientation: [Double]?
        var spacing: [Double]?
        var thickness: [Double]?
        var rescale: [Double]?
        var acquisitionDateTime: String
        var acquisitionNumber: Int
        var stackID: String?
        var temporalPosition: Int?
    }

    /// Calls `body` with the path of a file of the golden folder.
    private func with<Result>(_ name: String, _ body: (String) throws -> Result) throws -> Result {
        let encoded = try Data(contentsOf: Self.folder.appending(path: name + ".dcm.base64"))
        let bytes = try #require(Data(base64Encoded: encoded, options: .ignoreUnknownCharacters))
        return try withTemporaryFolder { folder in
            let path = folder.appending(path: "file.dcm")
            try bytes.write(to: path)
            return try body(path.path)
        }
    }

    private func golden(_ name: String) throws -> [GoldenFrame] {
        let data = try Data(contentsOf: Self.folder.appending(path: "frames.json"))
        return try #require(try JSONDecoder().decode([String: [GoldenFrame]].self, from: data)[name])
    }

    @Test(arguments: [("enhanced", 8), ("enhanced-implicit", 8), ("legacy", 3)])
    func `each frame is what its functional groups say, its own before the shared ones`(
        name: String, count: Int
    ) throws {
        let instance = try with(name) { try reader.header(openPath: $0, file: name) }
        let expected = try golden(name)
        #expect(instance.frames.count == count)
        #expect(expected.count == count)
        for (frame, golden) in zip(instance.frames, expected) {
            let plane = try #require(frame.plane)
            #expect(frame.imageType == golden.imageType)
            let position = plane.imagePositionPatient
            #expect([position.x, position.y, position.z] == golden.position)
            let directions = [plane.rowDirection, plane.columnDirection].flatMap { [$0.x, $0.y, $0.z] }
            // Directions are normalised; the file has six decimals of them.
            #expect(zip(directions, try #require(golden.orientation)).allSatisfy { abs($0 - $1) < 1e-6 })
            #expect([plane.rowSpacingMillimetres, plane.columnSpacingMillimetres] == golden.spacing)
            #expect(frame.sliceThicknessMillimetres.map { [$0] } == golden.thickness)
            #expect(frame.rescale.map { [$0.rescaleSlope, $0.rescaleIntercept] } == golden.rescale)
            #expect(frame.rescale?.rescaleType == "HU")
            // The offset from UTC is left out.
            #expect(frame.acquisitionDateTime.map { golden.acquisitionDateTime.hasPrefix($0) } == true)
            #expect(frame.acquisitionDateTime?.contains("+") == false)
            #expect(frame.acquisitionNumber == golden.acquisitionNumber)
            #expect(frame.stackID == golden.stackID)
            #expect(frame.temporalPosition == golden.temporalPosition)
        }
    }

    @Test func `series attributes of a legacy converted object come from its unassigned groups`() throws {
        let instance = try with("legacy") { try reader.header(openPath: $0, file: "legacy") }
        #expect(instance.series.convolutionKernel == "B60f")
        #expect(instance.series.kilovoltPeak == 120)
        #expect(instance.gantryDetectorTiltDegrees == 0)
    }

    @Test(arguments: [("too-few-groups", 8, 9), ("too-many-groups", 3, 2)])
    func `functional groups of another number of frames are an error that names both numbers`(
        name: String, groups: Int, frames: Int
    ) throws {
        let outcome = #expect(throws: FileOutcome.self) {
            try with(name) { try reader.header(openPath: $0, file: name) }
        }
        #expect(outcome?.reason == .attributeInvalid)
        #expect(outcome?.detail.contains("has \(groups) items") == true)
        #expect(outcome?.detail.contains("(0028,0008) is \(frames)") == true)
    }

    @Test func `frames beyond the cap are refused by the name of the setting`() throws {
        var limits = ReaderLimits()
        limits.mostFrames = 2
        let limited = try DICOMFileReader(limits: limits)
        let outcome = #expect(throws: FileOutcome.self) {
            try with("legacy") { try limited.header(openPath: $0, file: "legacy") }
        }
        #expect(outcome?.reason == .limitExceeded)
        #expect(outcome?.detail.contains("3 frames") == true && outcome?.detail.contains("most-frames") == true)
    }

    @Test func `each frame is decoded with its own rescale`() throws {
        try with("enhanced") { path in
            let instance = try reader.header(openPath: path, file: "enhanced")
            for (index, frame) in instance.frames.enumerated() {
                let rescale = try #require(frame.rescale)
                let plane = try #require(frame.plane)
                let source = SliceSource(
                    file: "enhanced", sopInstanceUID: instance.sopInstanceUID, frameNumber: index + 1,
                    instanceNumber: nil, positionMillimetres: 0, rows: 4, columns: 3, plane: plane)
                var values = [Int16](repeating: 0x5A5A, count: 12)
                _ = try values.withUnsafeMutableBufferPointer { buffer in
                    try reader.decode(openPath: path, source: source, padding: .keep, into: buffer)
                }
                let expected = (0..<12).map { pixel in
                    let stored = Double(100 * (index + 1) + pixel)
                    return Int16((stored * rescale.rescaleSlope + rescale.rescaleIntercept).rounded(.toNearestOrEven))
                }
                #expect(values == expected, "frame \(index + 1)")
            }
        }
    }
}
