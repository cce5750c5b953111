import GantryCore
import Testing

@Suite struct PathTextTests {
    @Test(
        arguments: [
            ([], ""), (Array("a/é/日本".utf8), "a/é/日本"), ([0x4D, 0xFC, 0x6C], #"M\xFCl"#),
            ([0xC3], #"\xC3"#), ([0xC3, 0x41], #"\xC3A"#), ([0xE6, 0x97], #"\xE6\x97"#),
            ([0xFF, 0x2F, 0xFE], #"\xFF/\xFE"#),
            // Surrogates, characters written too long, and beyond Unicode.
            ([0xED, 0xA0, 0x80], #"\xED\xA0\x80"#), ([0xC0, 0xAF], #"\xC0\xAF"#),
            ([0xF5, 0x80, 0x80, 0x80], #"\xF5\x80\x80\x80"#),
            // What looks like an escape.
            (Array(#"\xFF"#.utf8), #"\x5CxFF"#), (Array(#"\x5C"#.utf8), #"\x5Cx5C"#),
            (Array(#"a\b\x41\xff"#.utf8), #"a\b\x41\xff"#),
            (Array(#"\x5CxFF"#.utf8), #"\x5Cx5CxFF"#), (Array(#"\\xFF"#.utf8), #"\\x5CxFF"#),
        ] as [([UInt8], String)])
    func `every path has a text, and the text gives its bytes back`(bytes: [UInt8], text: String) {
        #expect(Array(PathText.text(ofBytes: bytes).utf8) == Array(text.utf8))
        #expect(PathText.bytes(of: text) == bytes)
    }

    @Test func `bytes of every kind come back`() {
        var state: UInt64 = 1
        let alphabet: [UInt8] = Array(#"\x5CF8ée/"#.utf8) + [0x80, 0xC3, 0xE2, 0xF0, 0xFF, 0x9F]
        var texts: Set<[UInt8]> = []
        var paths: Set<[UInt8]> = []
        for _ in 0..<2000 {
            let bytes = (0..<9).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return alphabet[Int(state >> 33) % alphabet.count]
            }
            let text = PathText.text(ofBytes: bytes)
            #expect(PathText.bytes(of: text) == bytes)
            paths.insert(bytes)
            texts.insert(Array(text.utf8))
        }
        #expect(texts.count == paths.count)
    }
}
