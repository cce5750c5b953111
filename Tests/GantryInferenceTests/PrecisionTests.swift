import CGantryKernels
import Foundation
import GantryCore
import GantryInference
import GantryTraining
import GantryTensors
import Testing

/// Networks in bf16 and int8 beside the same in f32.
@Suite struct PrecisionTests {
    /// Float32's logits against another network's: the largest difference over the largest magnitude.
    private func error(_ found: ScoreMatrix, _ expected: ScoreMatrix) -> Float {
        let largest = expected.values.map(abs).max() ?? 0
        return zip(found.values, expected.values).map { abs($0 - $1) }.reduce(0) { $1 <= $0 ? $0 : $1 } / largest
    }

    static let architectures = [
        ResidualNetworkTests.small,
        ResidualArchitecture(block: .basic, blocksPerStage: [1, 1], baseWidth: 24, classes: 1000),
        ResidualArchitecture(block: .basic, blocksPerStage: [2, 1], baseWidth: 16, stem: .cifar, classes: 4),
        ResidualArchitecture(
            block: .bottleneck, blocksPerStage: [1, 2], baseWidth: 16, stridePosition: .firstConvolution,
            hasConvolutionBias: true, classes: 7),
        ResidualArchitecture(
            block: .bottleneck, blocksPerStage: [1, 2], baseWidth: 16, innerWidth: 32, groups: 8, classes: 3),
        ResidualArchitecture(
            block: .bottleneck, blocksPerStage: [1, 1], baseWidth: 12, innerWidth: 12, groups: 6, classes: 2),
        ResidualArchitecture(
            block: .basic, blocksPerStage: [1, 2], baseWidth: 12, stem: .cifar, shortcut: .zeros, classes: 4),
        ResidualArchitecture(
            block: .basic, blocksPerStage: [1, 1], baseWidth: 16, padding: .same, shortcut: .convolution,
            hasConvolutionBias: true, classes: 3),
    ]

    private func quantized(_ architecture: ResidualArchitecture, _ images: ImageBatch) throws -> QuantizedNetwork {
        try NetworkQuantization(
            architecture: architecture, weights: GoldenNetwork.tensors(architecture), workers: 2
        ).quantized(on: images)
    }

    @Test(arguments: architectures) func `logits in bfloat16 are near those of Float32`(
        _ architecture: ResidualArchitecture
    ) throws {
        let images = try GoldenNetwork.images(3, height: 64, width: 96)
        let exact = try GoldenNetwork.network(architecture).logits(images, workers: 2)
        let network = try ResidualNetwork(
            architecture: architecture, weights: GoldenNetwork.tensors(architecture), precision: .bf16)
        let error = error(try network.logits(images, workers: 2), exact)
        // Eight bits of fraction: each layer rounds by 2^-9, and some of it averages out.
        #expect(error < 0.02)
        // Were it computed in Float32 after all, it would agree to 1e-5.
        let isRounded = error > 1e-4
        #expect(isRounded == (network.arithmetic == .bf16))
    }

    @Test(arguments: architectures) func `logits in 8 bits are near those of Float32`(
        _ architecture: ResidualArchitecture
    ) throws {
        let images = try GoldenNetwork.images(6, height: 64, width: 96)
        let exact = try GoldenNetwork.network(architecture).logits(images, workers: 2)
        let network = try ResidualNetwork(try quantized(architecture, images))
        #expect(error(try network.logits(images, workers: 2), exact) < 0.1)
    }

    @Test(arguments: architectures) func `no four of 8-bit weights adds up to more than 128`(
        _ architecture: ResidualArchitecture
    ) throws {
        let images = try GoldenNetwork.images(2, height: 64, width: 96)
        let quantized = try quantized(architecture, images)
        for unit in architecture.units {
            let weights = try quantized.weights(of: unit)
            var shape = gantry_convolution(
                input_channels: Int32(unit.inputChannels), output_channels: Int32(unit.outputChannels),
                groups: Int32(unit.groups), kernel: Int32(unit.kernel), stride: Int32(unit.stride),
                padding: Int32(unit.padding), element: Precision.int8.element,
                is_dense: unit == architecture.stemUnit, transforms_late: false, has_small_fours: false)
            for kernels in [ConvolutionKernels.avx2, .avx512VNNI] {
                let count = gantry_direct_weight_count(kernels.cpu, &shape)
                var packed = [UInt32](repeating: 0, count: Int(count))
                gantry_pack_direct_int8(kernels.cpu, &shape, weights.weights, &packed)
                // Where a word is left over, none are taken together.
                let panel = Int(gantry_panel_width(kernels.cpu, Precision.int8.element))
                let padded = (unit.outputChannels + panel - 1) / panel * panel
                let segments = shape.is_dense ? unit.kernel : unit.kernel * unit.kernel
                let hasWholeSteps = Int(count) / padded / segments % 2 == 0
                #expect(gantry_has_small_fours(kernels.cpu, &shape, packed) == hasWholeSteps, "\(unit.name)")
            }
            // And no scale is larger than it must be.
            #expect(
                Self.largest(of: weights.weights, unit, isDense: shape.is_dense).allSatisfy {
                    $0.weight == 127 || unit.groups > 1 || $0.four >= 125
                }, "\(unit.name)")
        }
    }

    /// The largest weight's and the largest four's magnitudes, of each output channel of a convolution without groups.
    private static func largest(
        of weights: [Int8], _ unit: ConvolutionUnit, isDense: Bool
    ) -> [(weight: Int, four: Int)] {
        let area = unit.kernel * unit.kernel
        return (0..<unit.outputChannels).map { output in
            let own = weights[output * unit.fanIn..<(output + 1) * unit.fanIn].map { abs(Int($0)) }
            let fours = Dictionary(grouping: own.indices) { index in
                let (channel, tap) = (index / area, index % area)
                let place = isDense ? tap % unit.kernel * unit.inputChannels + channel : channel
                return [isDense ? tap / unit.kernel : tap, place / 8, place % 4 / 2]
            }
            return (own.max() ?? 0, fours.values.map { $0.reduce(0) { $0 + own[$1] } }.max() ?? 0)
        }
    }

    @Test(arguments: architectures) func `early maps' means in fewer bits are near those of Float32`(
        _ architecture: ResidualArchitecture
    ) throws {
        let images = try GoldenNetwork.images(6, height: 64, width: 96)
        let exact = try GoldenNetwork.network(architecture).outputs(images, workers: 2).early
        let rounded = try ResidualNetwork(
            architecture: architecture, weights: GoldenNetwork.tensors(architecture), precision: .bf16)
        let quantized = try quantized(architecture, images)
        let own = try ResidualNetwork(quantized).outputs(images, workers: 2).early
        #expect(error(try rounded.outputs(images, workers: 3).early, exact) < 0.01)
        #expect(error(own, exact) < 0.05)
        for kernels in ConvolutionKernels.available(for: .int8) {
            let other = try ResidualNetwork(quantized, kernels: kernels).outputs(images, workers: 3).early
            #expect(other == own)
        }
    }

    @Test
    func
        `8-bit logits are the same to the bit with every instruction set, in any company, and near the real weights`()
        throws
    {
        let images = try GoldenNetwork.images(7, height: 96, width: 80)
        let quantized = try quantized(ResidualNetworkTests.small, images)
        let sets = ConvolutionKernels.available(for: .int8)
        let results = try sets.map { try ResidualNetwork(quantized, kernels: $0).logits(images, workers: 2) }
        #expect(Set(results).count == 1)
        let reference = try #require(results.first)
        #expect(Set(reference.values).count == reference.values.count)
        let network = try ResidualNetwork(quantized)
        for workers in [1, 3, 16] { #expect(try network.logits(images, workers: workers) == reference) }
        for index in 0..<images.count {
            let first = index * images.elementsPerImage
            let alone = try #require(
                ImageBatch(
                    count: 1, channels: 3, height: 96, width: 80,
                    values: Array(images.values[first..<first + images.elementsPerImage])))
            #expect(try network.logits(alone, workers: 2).values == Array(reference[index]))
        }
        // OpenBLAS computes with the same weights as real numbers: what is left is the rounding of the maps.
        let real = try ResidualNetwork(quantized, kernels: .openBLAS)
        #expect(real.arithmetic == .f32)
        #expect(error(try real.logits(images, workers: 2), reference) < 0.05)
    }

    @Test(arguments: ConvolutionKernels.available(for: .bf16))
    func `a result in bfloat16 is the same bit for bit whatever the batch and the number of workers`(
        _ kernels: ConvolutionKernels
    ) throws {
        let architecture = ResidualNetworkTests.small
        let network = try ResidualNetwork(
            architecture: architecture, weights: GoldenNetwork.tensors(architecture), precision: .bf16,
            kernels: kernels)
        let images = try GoldenNetwork.images(7, height: 96, width: 80)
        let reference = try network.logits(images, workers: 1)
        for workers in [2, 3, 16] { #expect(try network.logits(images, workers: workers) == reference) }
        #expect(Set(reference.values).count == reference.values.count)
    }

    @Test(arguments: ConvolutionKernels.available(for: .bf16))
    func `an image whose rows fill cache lines to the last, so that a word reaches past the image, gives numbers`(
        _ kernels: ConvolutionKernels
    ) throws {
        let architecture = ResidualArchitecture(
            block: .basic, blocksPerStage: [1], baseWidth: 8, stem: .cifar, classes: 2)
        let network = try ResidualNetwork(
            architecture: architecture, weights: GoldenNetwork.tensors(architecture), precision: .bf16,
            kernels: kernels)
        for _ in 0..<8 {
            let logits = try network.logits(GoldenNetwork.images(1, height: 62, width: 62), workers: 1)
            let isFinite = logits.values.allSatisfy { $0.isFinite }
            #expect(isFinite)
        }
    }

    @Test func `a quantised network is the same after it was written and read`() throws {
        let images = try GoldenNetwork.images(4, height: 64, width: 64)
        let quantized = try quantized(ResidualNetworkTests.small, images)
        try withTemporaryFile { path in
            try quantized.write(to: path)
            let again = try QuantizedNetwork(
                architecture: ResidualNetworkTests.small, file: SafetensorsFile(path: path))
            let (before, after) = (try ResidualNetwork(quantized), try ResidualNetwork(again))
            #expect(try before.logits(images, workers: 1) == after.logits(images, workers: 1))
        }
    }

    @Test func `a quantised network does not depend on the number of workers`() throws {
        let images = try GoldenNetwork.images(5, height: 48, width: 48)
        let architecture = ResidualNetworkTests.small
        let files = try [1, 4].map { workers in
            try withTemporaryFile { path in
                try NetworkQuantization(
                    architecture: architecture, weights: GoldenNetwork.tensors(architecture), workers: workers
                ).quantized(on: images).write(to: path)
                return try Data(contentsOf: URL(fileURLWithPath: path))
            }
        }
        #expect(files[0] == files[1])
    }

    @Test func `a quantised file of another architecture, or with a scale of zero, is refused by the tensor's name`()
        throws
    {
        let images = try GoldenNetwork.images(2, height: 48, width: 48)
        let quantized = try quantized(ResidualNetworkTests.small, images)
        try withTemporaryFile { path in
            try quantized.write(to: path)
            var other = ResidualNetworkTests.small
            other.classes = 4
            let mismatch = #expect(throws: WeightsError.self) {
                try QuantizedNetwork(architecture: other, file: SafetensorsFile(path: path))
            }
            #expect(mismatch?.code == .architectureMismatch)
            #expect(mismatch?.description.contains("fc.weight") == true)

            // The first scale of the file becomes zero.
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            let headerCount = Int(bytes[0]) + Int(bytes[1]) << 8
            let header = String(decoding: bytes[8..<8 + headerCount], as: UTF8.self)
            let offset = try #require(
                header.firstMatch(of: /"layer1\.0\.conv1\.input_scale".*?"data_offsets":\[(\d+)/).flatMap { Int($0.1) })
            let start = 8 + header.utf8.count + offset
            bytes.replaceSubrange(start..<start + 4, with: [0, 0, 0, 0])
            try bytes.write(to: URL(fileURLWithPath: path))
            let fault = #expect(throws: WeightsError.self) {
                try QuantizedNetwork(architecture: ResidualNetworkTests.small, file: SafetensorsFile(path: path))
            }
            #expect(fault?.code == .unusableValue)
            #expect(fault?.description.contains("layer1.0.conv1") == true)

            // A zero point that is no whole number, or that no integer holds.
            for bad in [Float(1e30), 0.5, -3] {
                try quantized.write(to: path)
                var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
                let place = try #require(
                    header.firstMatch(of: /"conv1\.input_zero_point".*?"data_offsets":\[(\d+)/).flatMap { Int($0.1) })
                let start = 8 + header.utf8.count + place
                withUnsafeBytes(of: bad.bitPattern.littleEndian) { bytes.replaceSubrange(start..<start + 4, with: $0) }
                try bytes.write(to: URL(fileURLWithPath: path))
                let fault = #expect(throws: WeightsError.self) {
                    try QuantizedNetwork(architecture: ResidualNetworkTests.small, file: SafetensorsFile(path: path))
                }
                #expect(fault?.code == .unusableValue)
                #expect(fault?.description.contains("conv1.input_zero_point") == true)
            }
        }
    }

    private func withTemporaryFile<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder.appendingPathComponent("model.int8.safetensors").path)
    }
}
