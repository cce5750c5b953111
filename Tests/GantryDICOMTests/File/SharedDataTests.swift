import GantryTestSupport
import Foundation
import GantryCore
import GantryDICOM
import GantryGround
import Testing

@Suite struct `Reading the shared data` {
    let reader: DICOMFileReader

    init() throws { reader = try DICOMFileReader() }

    @Test func `every image has the attributes and the Hounsfield units that pydicom reads`() throws {
        let golden = try CSVTable(contentsOf: SharedData.golden.appending(path: "hounsfield.csv"))
        var expected = Dictionary(grouping: golden.rows, by: { $0["file"] ?? "" }).compactMapValues(\.first)
        try SharedData.require(expected.count) { folder in
            try withTemporaryFolder { temporary in
                for (path, name, row) in try SharedData.manifest(folder, unpackedBelow: temporary) {
                    guard let golden = expected.removeValue(forKey: name) else { continue }
                    let instance = try reader.header(openPath: path, file: name)
                    expectManifest(row, instance)
                    let decoded = try TestCT.hounsfield(path, reader: reader)
                    let digest = decoded.values.withUnsafeBytes { SHA256.hash($0).hexadecimal }
                    #expect(digest == golden["sha256"], "\(name): Hounsfield units")
                    #expect(decoded.values.min().map(String.init) == golden["smallest"], "\(name)")
                    #expect(decoded.values.max().map(String.init) == golden["largest"], "\(name)")
                }
            }
            #expect(expected.isEmpty, "not in the manifest: \(expected.keys.sorted())")
        }
    }

    @Test func `lossy JPEG differs from pydicom by one stored value at most`() throws {
        let rows = try CSVTable(contentsOf: SharedData.golden.appending(path: "lossy_samples.csv")).rows
        let files = Dictionary(grouping: rows, by: { $0["file"] ?? "" })
        #expect(files.count == 2)
        try SharedData.require(files.count) { folder in
            for (name, samples) in files {
                let path = folder.appending(path: name).path
                let instance = try reader.header(openPath: path, file: name)
                let rescale = try #require(instance.frames[0].rescale)
                let columns = try #require(instance.pixels).columns
                let values = try TestCT.hounsfield(path, reader: reader).values
                for sample in samples {
                    let row = try #require(Int(sample["row"] ?? ""))
                    let column = try #require(Int(sample["column"] ?? ""))
                    let stored = try #require(Double(sample["stored"] ?? ""))
                    let expected = stored * rescale.rescaleSlope + rescale.rescaleIntercept
                    // One stored value, and half a unit from rounding to whole Hounsfield units.
                    let difference = abs(Double(values[row * columns + column]) - expected)
                    #expect(difference <= rescale.rescaleSlope + 0.5, "\(name) \(row), \(column)")
                }
            }
        }
    }

    @Test func `every file that is no plain CT image comes to the end it should`() throws {
        let table = try CSVTable(contentsOf: SharedData.golden.appending(path: "outcomes.csv"))
        try SharedData.require(table.rows.count) { folder in
            for row in table.rows {
                let name = try #require(row["file"])
                let (header, decoding) = ends(folder.appending(path: name).path, name)
                #expect(header == row["header"], "\(name): header")
                #expect(decoding == row["decoding"], "\(name): decoding")
            }
        }
    }

    /// How header and decoding of a file end: a reason, `image`, `no image`, `decoded` or nothing.
    private func ends(_ path: String, _ name: String) -> (header: String, decoding: String) {
        do throws(FileOutcome) {
            let instance = try reader.header(openPath: path, file: name)
            guard let pixels = instance.pixels, let source = TestCT.source(instance) else { return ("no image", "") }
            var values = [Int16](repeating: 0, count: pixels.rows * pixels.columns)
            do throws(FileOutcome) {
                _ = try values.withUnsafeMutableBufferPointer { (buffer) throws(FileOutcome) in
                    try reader.decode(openPath: path, source: source, padding: .air, into: buffer)
                }
                return ("image", "decoded")
            } catch {
                return ("image", error.reason.rawValue)
            }
        } catch {
            return (error.reason.rawValue, "")
        }
    }

    /// Compares an instance with its row of MANIFEST.csv, which pydicom wrote.
    private func expectManifest(_ row: [String: String], _ instance: SOPInstance) {
        let name = instance.file
        let pixels = instance.pixels
        #expect(instance.transferSyntax.uid == row["ts"], "\(name)")
        #expect(instance.sopClassUID.value == row["sop"], "\(name)")
        #expect(instance.series.modality == row["modality"], "\(name)")
        #expect(pixels.map { String($0.rows) } == row["rows"], "\(name)")
        #expect(pixels.map { String($0.columns) } == row["cols"], "\(name)")
        #expect(pixels?.photometricInterpretation == row["photometric"], "\(name)")
        #expect(pixels.map { String($0.bitsAllocated) } == row["ba"], "\(name)")
        #expect(pixels.map { String($0.bitsStored) } == row["bs"], "\(name)")
        #expect(pixels.map { $0.isSigned ? "1" : "0" } == row["pr"], "\(name)")
        #expect(instance.frames[0].rescale?.rescaleSlope == numbers(row["slope"]).first, "\(name)")
        #expect(instance.frames[0].rescale?.rescaleIntercept == numbers(row["intercept"]).first, "\(name)")
        #expect(instance.gantryDetectorTiltDegrees == numbers(row["tilt"]).first, "\(name)")
        #expect(instance.frames[0].sliceThicknessMillimetres == numbers(row["thk"]).first, "\(name)")
        #expect(instance.instanceNumber.map(Double.init) == numbers(row["instance"]).first, "\(name)")
        #expect((instance.series.patientPosition ?? "") == row["pos"], "\(name)")
        let pad = numbers(row["pad"]).first.map { $0 > 32767 && pixels?.isSigned == true ? $0 - 65536 : $0 }
        #expect(pixels?.pixelPaddingValue.map(Double.init) == pad, "\(name)")
        if let plane = instance.frames[0].plane {
            let position = plane.imagePositionPatient
            #expect([position.x, position.y, position.z] == numbers(row["ipp"]), "\(name)")
            #expect(
                [plane.rowSpacingMillimetres, plane.columnSpacingMillimetres] == numbers(row["spacing"]), "\(name)")
        }
        let types = (row["imagetype"] ?? "").filter { !"[]' ".contains($0) }.split(separator: ",").map(String.init)
        #expect(instance.frames[0].imageType.map { $0.filter { $0 != " " } } == types, "\(name)")
    }

    /// The numbers of a cell: one, or several as Python writes a list.
    private func numbers(_ cell: String?) -> [Double] {
        (cell ?? "").split(whereSeparator: { "[], '".contains($0) }).compactMap { Double($0) }
    }
}
