/// Files that bring DCMTK into trouble, made from scratch.
enum BadBytes {
    private static let preamble = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)

    /// A meta header that declares implicit VR little endian.
    private static var implicitHeader: [UInt8] {
        let syntax = Array("1.2.840.10008.1.2\u{0}".utf8)
        let element: [UInt8] = [2, 0, 0x10, 0] + Array("UI".utf8) + [UInt8(syntax.count), 0] + syntax
        return preamble + [2, 0, 0, 0] + Array("UL".utf8) + [4, 0, UInt8(element.count), 0, 0, 0] + element
    }

    private static func shortElement(_ group: UInt16, _ element: UInt16, _ text: String) -> [UInt8] {
        let value = Array(text.utf8) + (text.utf8.count.isMultiple(of: 2) ? [] : [0])
        return bytes(group) + bytes(element) + [UInt8(value.count), 0, 0, 0] + value
    }

    private static func bytes(_ value: UInt16) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }

    private static var identity: [UInt8] {
        shortElement(0x0008, 0x0016, "1.2.840.10008.5.1.4.1.1.2") + shortElement(0x0008, 0x0018, "1.2.3.4.5")
            + shortElement(0x0020, 0x000D, "1.2.3") + shortElement(0x0020, 0x000E, "1.2.3.4")
    }

    /// A sequence in a sequence in a sequence..., `levels` deep, of undefined lengths: the stack of a recursive reader
    /// overflows.
    static func deeplyNested(levels: Int) -> [UInt8] {
        let level: [UInt8] =
            [0x40, 0, 0x30, 0xA7, 0xFF, 0xFF, 0xFF, 0xFF] + [0xFE, 0xFF, 0, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]
        var file = implicitHeader + identity
        file.reserveCapacity(file.count + levels * level.count)
        for _ in 0..<levels { file += level }
        return file
    }

    /// A text attribute that says it has almost 4 GiB.
    static var hugeLength: [UInt8] {
        implicitHeader + identity + [0x20, 0, 0, 0x40, 0xFE, 0xFF, 0xFF, 0xFE] + Array("short".utf8)
    }
}
