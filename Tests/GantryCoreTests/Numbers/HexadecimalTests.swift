import GantryCore
import Testing

@Suite struct HexadecimalTests {
    @Test func `digits are told and written`() {
        #expect(Hexadecimal.isLowerCase("0123456789abcdef", digits: 16))
        #expect(!Hexadecimal.isLowerCase("0123456789abcdeF", digits: 16))
        #expect(!Hexadecimal.isLowerCase("0123456789abcde", digits: 16))
        #expect(Hexadecimal.text(0x1F as UInt16, digits: 4) == "001f")
        #expect(Hexadecimal.text(0xAB as UInt8, digits: 2, uppercase: true) == "AB")
        #expect(Hexadecimal.text(0x1_0000 as UInt32, digits: 4) == "10000")
    }
}
