/// Numbers from DICOM's text.
enum Numbers {
    /// An integer string; also `12.0`, as some scanners write it. Nil where it is no whole number.
    ///
    /// **Source** PS3.5 6.2 (VR IS).
    static func integer(_ text: String) -> Int? {
        if let number = Int(text) { return number }
        return decimal(text).flatMap { Int(exactly: $0) }
    }

    /// A decimal string. Nil where it is no finite number; the words and hexadecimal forms that Swift knows are none.
    ///
    /// **Source** PS3.5 6.2 (VR DS).
    static func decimal(_ text: String) -> Double? {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        }
        guard allowed, let number = Double(text), number.isFinite else { return nil }
        return number
    }
}
