import Foundation
import GantryCore
import GantryInference
import Testing

/// How rough an input is, against NumPy (`Golden/make_texture_golden.py`).
@Suite struct InputTextureTests {
    private struct Golden: Decodable {
        let seed: UInt64
        let channels: Int
        let height: Int
        let width: Int
        let scale: Double
        let texture: [Double]
    }

    @Test func `the texture is NumPy's to 1e-5, also of what has no neighbours or does not vary`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/texture.json")
        let cases = try JSONDecoder().decode([Golden].self, from: Data(contentsOf: file))
        #expect(cases.count == 6)
        for golden in cases {
            let input = (0..<golden.channels * golden.height * golden.width).map { index in
                let number = Elementary.splitMix64(seed: golden.seed, counter: UInt64(index)) >> 11
                return Float(golden.scale * Double(number) * 0x1p-53)
            }
            let found = InputTexture.values(
                of: input, channels: golden.channels, height: golden.height, width: golden.width)
            #expect(found.count == golden.texture.count)
            for (own, expected) in zip(found, golden.texture) {
                // Logarithms: a relative difference of what is measured.
                #expect(abs(Double(own) - expected) < 1e-5, "\(golden.seed): \(found), \(golden.texture)")
            }
            // Of a part of an array as of the array.
            let part = [Float(7)] + input + [7]
            #expect(
                InputTexture.values(
                    of: part.dropFirst().dropLast(), channels: golden.channels, height: golden.height,
                    width: golden.width) == found)
        }
    }

    @Test func `what is no number has no texture`() {
        var input = [Float](repeating: 0, count: 25)
        input[12] = .nan
        #expect(InputTexture.values(of: input, channels: 1, height: 5, width: 5).allSatisfy { !$0.isFinite })
    }
}
