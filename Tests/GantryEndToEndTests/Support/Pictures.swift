import Foundation

/// Folders of small pictures, one a class, which a network of a few thousand weights can learn to tell apart: `low` has
/// its bright band below, `high` above.
enum Pictures {
    /// The classes, in their order.
    static let classes = ["high", "low"]

    /// Writes `count` pictures of each class below `folder`, each another.
    static func write(_ count: Int, to folder: URL, side: Int = 32, seed: Int = 0) throws {
        for (label, name) in classes.enumerated() {
            let own = folder.appending(path: name)
            try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
            for number in 0..<count {
                let pixels = picture(label, number: seed + number, side: side)
                try PNGFile.file(width: side, height: side, channels: 3, pixels: pixels)
                    .write(to: own.appending(path: "\(number).png"))
            }
        }
    }

    /// A picture of class `label`.
    static func picture(_ label: Int, number: Int, side: Int) -> [UInt8] {
        let noise = PNGFile.pattern(width: side, height: side, channels: 3, seed: 31 * number + label + 1)
        return noise.indices.map { index in
            let row = index / (3 * side)
            let isBand = (row < side / 2) == (label == 0)
            return UInt8(Int(noise[index]) / 4 + (isBand ? 150 : 20))
        }
    }
}
