import CGantryKernels
import GantryCore
import GantryInference
import GantryTensors
import Testing

/// How a layer is cut over workers, and that the cut changes no bit.
@Suite struct OutputPartsTests {
    /// Random numbers that are the same each time.
    private struct Draw {
        private var values: [Float]

        init(_ seed: UInt64) { values = SeededNumbers(seed: seed, name: "parts").values(8000, scale: 1).map(abs) }

        mutating func whole(_ range: ClosedRange<Int>) -> Int {
            range.lowerBound + Int(values.removeLast() * Float(range.count)) % range.count
        }
    }

    @Test func `parts cover every row of every panel once, whatever the layer and the number of workers`() {
        var draw = Draw(1)
        for _ in 0..<700 {
            let layer = OutputParts.Layer(
                rows: draw.whole(1...60), rowsTogether: [1, 4][draw.whole(0...1)], panels: draw.whole(1...70),
                panelsTogether: [1, 2, 4][draw.whole(0...2)], stepsOfRow: draw.whole(1...100_000),
                bytesOfRow: draw.whole(1...100_000), bytesOfPanel: draw.whole(1...1_000_000))
            let workers = draw.whole(1...20)
            let parts = OutputParts(layer, workers: workers)
            var covered = [Int](repeating: 0, count: layer.rows * layer.panels)
            for worker in 0..<workers {
                guard let part = parts[worker] else { continue }
                #expect(part.first_row < part.end_row && part.first_panel < part.end_panel)
                #expect(Int(part.first_row) % layer.rowsTogether == 0)
                #expect(Int(part.first_panel) % layer.panelsTogether == 0)
                for row in part.first_row..<part.end_row {
                    for panel in part.first_panel..<part.end_panel {
                        covered[Int(row) * layer.panels + Int(panel)] += 1
                    }
                }
            }
            #expect(parts[workers] == nil)
            #expect(covered.allSatisfy { $0 == 1 }, "\(layer), \(workers)")
        }
    }

    @Test func `many rows are cut into bands, many weights into slabs, and both among many workers`() {
        // 3x3 layers of 64 channels at 56x56 and of 512 at 7x7, panels of 32.
        let early = OutputParts.Layer(
            rows: 56, rowsTogether: 1, panels: 2, panelsTogether: 1, stepsOfRow: 56 * 64 * 9, bytesOfRow: 56 * 64 * 4,
            bytesOfPanel: 32 * 64 * 9 * 4)
        let late = OutputParts.Layer(
            rows: 7, rowsTogether: 1, panels: 16, panelsTogether: 1, stepsOfRow: 7 * 512 * 9, bytesOfRow: 7 * 512 * 4,
            bytesOfPanel: 32 * 512 * 9 * 4)
        for workers in [2, 4] {
            #expect(OutputParts(early, workers: workers).bands == workers)
            #expect(OutputParts(late, workers: workers).slabs == workers)
        }
        let cut = OutputParts(late, workers: 32)
        #expect(cut.bands > 1 && cut.slabs > 1)
    }

    /// Kernel, stride, padding; algorithm.
    private static let layers: [((Int32, Int32, Int32), ConvolutionTrial.Algorithm)] = [
        ((1, 1, 0), .direct), ((1, 2, 0), .direct), ((3, 1, 1), .direct), ((3, 2, 1), .direct), ((7, 2, 3), .direct),
        ((3, 1, 1), .winograd), ((3, 1, 1), .lateWinograd),
    ]

    private struct Case: CustomTestStringConvertible, Sendable {
        let kernels: ConvolutionKernels
        let precision: Precision
        var testDescription: String { "\(kernels.rawValue) \(precision.rawValue)" }

        func has(_ algorithm: ConvolutionTrial.Algorithm) -> Bool {
            switch algorithm {
            case .direct: true
            case .winograd: precision != .int8
            case .lateWinograd: precision == .f32
            }
        }
    }
    private static let cases = Precision.allCases.flatMap { precision in
        ConvolutionKernels.available(for: precision).filter { $0 != .openBLAS }.map {
            Case(kernels: $0, precision: precision)
        }
    }

    @Test(arguments: cases)
    private func `a convolution in parts is the whole one to the bit, each number written by one part`(_ one: Case) {
        for (index, layer) in Self.layers.enumerated() where one.has(layer.1) {
            for (size, channels) in [
                ((1, 1), (3, 8)), ((7, 7), (24, 100)), ((5, 9), (64, 64)), ((13, 31), (16, 200)), ((28, 28), (16, 33)),
                // Several panels of Winograd's weights lie together.
                ((9, 10), (136, 200)),
            ] as [((Int32, Int32), (Int32, Int32))] {
                let trial = ConvolutionTrial(
                    one.kernels, one.precision, window: layer.0, size: size, channels: channels)
                let whole = trial.output(layer.1)
                for (bands, slabs) in [(1, 2), (2, 1), (3, 1), (1, 3), (2, 2), (7, 5)] {
                    let parts = trial.parts(layer.1, bands: bands, slabs: slabs)
                    let outputs = parts.map { trial.output(layer.1, part: $0) }
                    #expect(
                        ConvolutionTrial.isWhole(whole, of: outputs, unwritten: trial.unwritten),
                        "\(index), \(size), \(channels), \(bands), \(slabs)")
                }
            }
        }
    }
}
