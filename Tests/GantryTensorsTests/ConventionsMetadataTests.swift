import GantryTensors
import GantryTestSupport
import Testing

@Suite struct ConventionsMetadataTests {
    @Test(arguments: [nil, false, true] as [Bool?], [1e-5, 1.001e-5, 1e-3])
    func `conventions written to a safetensors file are read back`(_ isFirst: Bool?, _ epsilon: Double) throws {
        let conventions = NetworkConventions(strideOnFirstConvolution: isFirst, batchNormEpsilon: epsilon)
        let file = try TemporaryFile()
        try SafetensorsWriter(metadata: conventions.metadata).write([], to: file.path)
        #expect(try SafetensorsFile(path: file.path).conventions == conventions)
    }

    @Test func `what is rarely otherwise is kept too`() throws {
        let conventions = NetworkConventions(
            strideOnFirstConvolution: nil, batchNormEpsilon: 1e-3, stemStride: 1, stemPool: .nothing, padding: .same,
            shortcut: .zeros, activationOrder: .activationFirst)
        #expect(
            conventions.metadata == [
                "gantry.batch-norm-epsilon": "0.001", "gantry.stem-stride": "1", "gantry.stem-pool": "none",
                "gantry.padding": "same", "gantry.shortcut": "zeros", "gantry.activation-order": "relu-norm",
            ])
        let file = try TemporaryFile()
        try SafetensorsWriter(metadata: conventions.metadata).write([], to: file.path)
        #expect(try SafetensorsFile(path: file.path).conventions == conventions)
    }

    @Test func `the strings are those of files that were converted before`() throws {
        let file = try TemporaryFile()
        let metadata = ["gantry.batch-norm-epsilon": "1.001e-05", "gantry.stride": "first 1x1 (v1)", "format": "pt"]
        try SafetensorsWriter(metadata: metadata).write([], to: file.path)
        let expected = NetworkConventions(strideOnFirstConvolution: true, batchNormEpsilon: 1.001e-5)
        #expect(try SafetensorsFile(path: file.path).conventions == expected)
        #expect(expected.metadata == metadata.filter { $0.key != "format" })
    }

    @Test func `a file without these strings says nothing`() throws {
        let file = try TemporaryFile()
        try SafetensorsWriter(metadata: ["format": "pt"]).write([], to: file.path)
        #expect(try SafetensorsFile(path: file.path).conventions == nil)
    }

    static let wrong: [(metadata: [String: String], named: String)] = [
        (["gantry.batch-norm-epsilon": "small"], "small"), (["gantry.batch-norm-epsilon": "0"], "epsilon"),
        (["gantry.batch-norm-epsilon": "-1e-5"], "-1e-5"), (["gantry.batch-norm-epsilon": "nan"], "nan"),
        (["gantry.batch-norm-epsilon": "inf"], "inf"), (["gantry.stride": "3x3 (v1.5)"], "nothing"),
        (["gantry.batch-norm-epsilon": "1e-05", "gantry.stride": "5x5"], "5x5"),
        (["gantry.shortcut": "zeros"], "nothing"),
        (["gantry.batch-norm-epsilon": "1e-05", "gantry.shortcut": "ones"], "\"ones\" for gantry.shortcut"),
        (["gantry.batch-norm-epsilon": "1e-05", "gantry.stem-stride": "3"], "where it is 1 or 2"),
        (["gantry.batch-norm-epsilon": "1e-05", "gantry.stem-pool": "mean"], "where it is max or none"),
    ]

    @Test(arguments: wrong)
    func `a string that is not understood is refused`(_ metadata: [String: String], _ named: String) throws {
        let file = try TemporaryFile()
        try SafetensorsWriter(metadata: metadata).write([], to: file.path)
        let error = #expect(throws: WeightsError.self) { try SafetensorsFile(path: file.path) }
        #expect(error?.code == .malformedHeader && error?.subject == file.path)
        #expect(error?.explanation.contains(named) == true)
    }
}
