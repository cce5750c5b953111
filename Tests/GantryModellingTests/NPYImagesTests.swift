import GantryArrays
import GantryModelling
import GantryTestSupport
import Testing

@Suite struct NPYImagesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func file(_ bytes: some Sequence<UInt8>) throws -> String {
        try folder.write(bytes, to: "x.npy")
        return folder.path + "/x.npy"
    }

    @Test func `images have four dimensions and the network's channels, and NHWC is recognised`() throws {
        let numbers = [Float](repeating: 0.5, count: 24)
        let images = try NPYFile.images(file(NPYFile.data(shape: [2, 3, 2, 2], values: numbers)), channels: 3)
        #expect(images.count == 2 && images.channels == 3 && images.height == 2 && images.width == 2)
        for (shape, isTurned) in [([24], false), ([2, 2, 2, 3], true), ([4, 1, 2, 3], true), ([0, 3, 0, 2], false)] {
            let path = try file(
                NPYFile.data(shape: shape, values: Array(numbers.prefix(shape.reduce(1, *)))))
            let fault = #expect(throws: ModellingFault.self) { try NPYFile.images(path, channels: 3) }
            #expect(fault?.code == .misshapen)
            #expect(
                fault?.description.hasPrefix(
                    "\(path): has shape \(shape); expected [N, 3, H, W], H and W at least 1.") == true)
            #expect(fault?.explanation.hasSuffix("Is it NHWC? numpy.transpose(x, (0, 3, 1, 2)) turns it.") == isTurned)
        }
    }

    @Test func `what is no array is the workshop's fault`() throws {
        let path = try file("no array".utf8)
        let fault = #expect(throws: ModellingFault.self) { try NPYFile.images(path, channels: 3) }
        #expect(fault?.code == .malformed && fault?.subject == path)
        let absent = #expect(throws: ModellingFault.self) { try NPYFile.images(path + "y", channels: 3) }
        #expect(absent?.code == .cannotRead)
    }
}
