import GantryGround
import Testing

/// Against the examples of the standards.
@Suite struct DigestTests {
    @Test func `SHA-256 is FIPS 180-4's, in one piece and in several`() {
        let expected = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        let text = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
        #expect(SHA256.hash(text.utf8).hexadecimal == expected)
        var hash = SHA256()
        hash.update(text.utf8.prefix(5))
        hash.update([])
        Array(text.utf8.dropFirst(5)).withUnsafeBytes { hash.update($0) }
        #expect(hash.finalize().hexadecimal == expected)
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(SHA256.hash([]).hexadecimal == nothing)
    }

    @Test func `HMAC-SHA256 is RFC 4231's`() {
        #expect(
            SHA256.authenticationCode(of: "what do ya want for nothing?".utf8, key: Array("Jefe".utf8)).hexadecimal
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func `Ed25519 is RFC 8032's`() throws {
        let privateKey = bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
        let publicKey = try #require(Ed25519.publicKey(to: privateKey))
        #expect(publicKey.hexadecimal == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        var signature = try #require(Ed25519.signature(of: [0x72], by: privateKey))
        #expect(
            signature.hexadecimal
                == "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
        #expect(Ed25519.isValid(signature, of: [0x72], by: publicKey))
        #expect(!Ed25519.isValid(signature, of: [0x73], by: publicKey))
        signature[3] ^= 1
        #expect(!Ed25519.isValid(signature, of: [0x72], by: publicKey))
    }

    @Test func `what is no key or no signature is refused`() {
        #expect(Ed25519.publicKey(to: []) == nil && Ed25519.signature(of: [1], by: [1, 2]) == nil)
        #expect(!Ed25519.isValid([], of: [1], by: [UInt8](repeating: 0, count: 32)))
        #expect(Ed25519.newPrivateKey() != Ed25519.newPrivateKey())
    }

    private func bytes(_ digits: String) -> [UInt8] {
        var rest = Substring(digits)
        var bytes: [UInt8] = []
        while !rest.isEmpty {
            bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
