import Foundation
import GantryArrays
import GantryCore
import GantryGround
import GantryImages
import GantryTestSupport
import Testing

/// Pictures that lie beside the repository on some machines, and never inside it.
@Suite struct SharedImagesTests {
    private static let folder = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        .appending(path: "shared/data/images")

    /// Runs `body` with a file of the folder. Without one it says so, and fails in continuous integration.
    private func use(_ name: String, _ body: (String) throws -> Void) throws {
        let path = Self.folder.appending(path: name).path
        if FileManager.default.fileExists(atPath: path) { return try body(path) }
        print("skipped: \(name) of ../shared/data, which is not on this machine")
        #expect(ProcessInfo.processInfo.environment["CI"] != "true", "../shared/data must be there in CI")
    }

    /// Golden: `Golden/digest_shared.py`, with Pillow and NumPy.
    @Test func `3,000 JPEGs of CIFAR have Pillow's pixels`() throws {
        try use("cifar10-3000.tar") { archive in
            let folder = try TemporaryFolder()
            let tar = Process()
            tar.executableURL = URL(filePath: "/bin/tar")
            tar.arguments = ["-xf", archive, "-C", folder.path]
            try tar.run()
            tar.waitUntilExit()
            try #require(tar.terminationStatus == 0)
            let root = try #require(
                ["", "/cifar10-3000"].map { folder.path + $0 }.first {
                    FileManager.default.fileExists(atPath: $0 + "/train")
                })
            let listing = try ImageFolder.list(root)
            #expect(listing.classes.count == 10 && listing.classes.first == "airplane" && listing.others.isEmpty)
            #expect(listing.images.count { $0.side == .train } == 2000)
            #expect(listing.images.count { $0.side == .test } == 1000)
            var digest = SHA256()
            for outcome in try Pictures.reader().outcomes(below: root, of: listing.images.map(\.path)) {
                let picture = try outcome.get()
                #expect(picture.channels == 3 && picture.width == 32 && picture.height == 32)
                digest.update(picture.pixels.map { UInt8($0 / 257) })
            }
            let hexadecimal = digest.finalize().hexadecimal
            #expect(hexadecimal == "df6488978fbeb6d63a3fa5bb3f9df8565f55e55e23a540c194d7381f1a1c7468")
        }
    }

    @Test func `PneumoniaMNIST has NumPy's pixels and labels`() throws {
        try use("pneumoniamnist.npz") { path in
            let file = try MedMNISTFile(path: path)
            #expect(file.classCount == 2)
            #expect(DataSide.allCases.map { file.sides[$0]?.count } == [3882, 524, 624])
            var digest = SHA256()
            for side in DataSide.allCases {
                let side = try #require(file.sides[side])
                for index in 0..<side.count { digest.update(side.image(index).pixels.map { UInt8($0 / 257) }) }
                digest.update(side.labels.map { UInt8($0) })
            }
            let hexadecimal = digest.finalize().hexadecimal
            #expect(hexadecimal == "e9695a3bf805b97413472a0890ebae933ea41a71e386e3ec8f2d7bcada544cc8")
        }
    }
}
