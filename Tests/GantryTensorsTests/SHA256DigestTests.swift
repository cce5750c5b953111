import GantryTensors
import GantryTestSupport
import Testing

@Suite struct SHA256DigestTests {
    /// FIPS 180-4 examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func `the digest is the standard's`(_ text: String, _ expected: String) throws {
        #expect(SHA256Digest(of: Array(text.utf8)).hexadecimal == expected)
        let file = try TemporaryFile(Array(text.utf8))
        #expect(try SHA256Digest(ofFile: file.path).hexadecimal == expected)
    }

    @Test func `a file longer than one piece has the digest of its bytes`() throws {
        for count in [1 << 20, 3 << 20 | 17] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let file = try TemporaryFile(bytes)
            #expect(try SHA256Digest(ofFile: file.path) == SHA256Digest(of: bytes))
        }
    }

    @Test func `a missing file is an error`() {
        #expect(throws: WeightsError.self) { try SHA256Digest(ofFile: "/none") }
    }
}
