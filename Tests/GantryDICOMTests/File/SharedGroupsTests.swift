import GantryCore
import GantryDICOM
import GantryDICOMWriting
import Testing

/// Functional groups that stand with the frames and in the shared ones too.
@Suite struct `Shared functional groups beside those of the frames` {
    let reader: DICOMFileReader
    let writer: DICOMObjectWriter

    init() throws {
        reader = try DICOMFileReader()
        writer = try DICOMObjectWriter()
    }

    private static func group(_ keyword: String, _ elements: [(String, String)]) -> DICOMElement {
        DICOMElement(keyword, items: [elements.map { DICOMElement($0.0, $0.1) }])
    }

    private func with<Result>(
        frames: [[DICOMElement]], shared: [DICOMElement], _ body: (String) throws -> Result
    ) throws -> Result {
        let top = TestCT.elements(
            [
                DICOMElement("SharedFunctionalGroupsSequence", items: [shared]),
                DICOMElement("PerFrameFunctionalGroupsSequence", items: frames),
            ],
            without: [
                "SOPClassUID", "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "RescaleSlope",
                "RescaleIntercept",
            ])
        let pixels = DICOMPixelData(
            rows: 2, columns: 3, frames: frames.count, isSigned: true,
            values: (0..<frames.count * 6).map { UInt16($0) })
        return try withTemporaryFolder { folder in
            let path = folder.appending(path: "frames.dcm").path
            let elements = top + [DICOMElement("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2.1")]
            try writer.write(
                DICOMObject(transferSyntax: .explicitVRLittleEndian, elements: elements, pixelData: pixels), to: path)
            return try body(path)
        }
    }

    private func position(_ z: Int) -> DICOMElement {
        Self.group("PlanePositionSequence", [("ImagePositionPatient", "-10\\-20\\\(z)")])
    }

    private let orientation = group("PlaneOrientationSequence", [("ImageOrientationPatient", "1\\0\\0\\0\\1\\0")])
    private let rescale = group(
        "PixelValueTransformationSequence",
        [("RescaleIntercept", "-1024"), ("RescaleSlope", "1"), ("RescaleType", "HU")])
    private let measures = group("PixelMeasuresSequence", [("PixelSpacing", "0.75\\0.5"), ("SliceThickness", "2.5")])

    @Test func `an attribute that the frame's group lacks, or leaves empty, is the shared one`() throws {
        let frames = [
            [position(0), Self.group("PixelMeasuresSequence", [("SpacingBetweenSlices", "2")])],
            [position(2), Self.group("PixelMeasuresSequence", [("PixelSpacing", ""), ("SliceThickness", "3")])],
            [position(4), Self.group("PixelValueTransformationSequence", [("RescaleIntercept", "-1000")])],
        ]
        try with(frames: frames, shared: [orientation, rescale, measures]) { path in
            let instance = try reader.header(openPath: path, file: "frames")
            #expect(instance.frames.compactMap { $0.plane?.rowSpacingMillimetres } == [0.75, 0.75, 0.75])
            #expect(instance.frames.compactMap { $0.plane?.columnSpacingMillimetres } == [0.5, 0.5, 0.5])
            #expect(instance.frames.compactMap(\.sliceThicknessMillimetres) == [2.5, 3, 2.5])
            let intercepts: [Double] = [-1024, -1024, -1000]
            #expect(instance.frames.compactMap { $0.rescale?.rescaleIntercept } == intercepts)
            #expect(instance.frames.compactMap { $0.rescale?.rescaleSlope } == [1, 1, 1])
        }
    }

    @Test func `a rescale of its own that is another than the shared one is taken, and remarked`() throws {
        func own(_ intercept: String, _ type: String = "HU") -> DICOMElement {
            Self.group(
                "PixelValueTransformationSequence",
                [("RescaleIntercept", intercept), ("RescaleSlope", "1"), ("RescaleType", type)])
        }
        let frames = [
            [position(0)], [position(2), own("-1024.0")], [position(4), own("-1000")],
            [position(6), own("-1024", "hu")],
        ]
        try with(frames: frames, shared: [orientation, rescale, measures]) { path in
            let instance = try reader.header(openPath: path, file: "frames")
            var firstValues: [Int16] = []
            var remarks: [[SliceRemark]] = []
            for (index, frame) in instance.frames.enumerated() {
                let source = SliceSource(
                    file: "frames", sopInstanceUID: instance.sopInstanceUID, frameNumber: index + 1,
                    instanceNumber: nil, positionMillimetres: 0, rows: 2, columns: 3, plane: try #require(frame.plane))
                var values = [Int16](repeating: 0x5A5A, count: 6)
                let slice = try values.withUnsafeMutableBufferPointer { buffer in
                    try reader.decode(openPath: path, source: source, padding: .keep, into: buffer)
                }
                firstValues.append(values[0])
                remarks.append(slice.remarks)
            }
            let expected: [Int16] = [-1024, -1018, -988, -1006]
            #expect(firstValues == expected)
            let remark = SliceRemark(.rescaleDiffers, count: 1, ofPixels: 6)
            let expectedRemarks: [[SliceRemark]] = [[], [], [remark], []]
            #expect(remarks == expectedRemarks)
            #expect(!remark.isDoubtful)
        }
    }

    @Test func `frames are found by their number, however many there are`() throws {
        let count = 300
        let frames = (0..<count).map { number in
            [
                position(number),
                Self.group(
                    "PixelValueTransformationSequence", [("RescaleIntercept", "\(-number)"), ("RescaleSlope", "1")]),
            ]
        }
        try with(frames: frames, shared: [orientation, measures]) { path in
            let instance = try reader.header(openPath: path, file: "frames")
            let heights: [Double] = (0..<count).map { Double($0) }
            #expect(instance.frames.compactMap { $0.plane?.imagePositionPatient.z } == heights)
            #expect(instance.frames.compactMap { $0.rescale.map { -$0.rescaleIntercept } } == heights)
        }
    }
}
