import Foundation
import GantryPipeline
import Testing

struct BundleManifestTests {
    /// SHA-256 of "abc", FIPS 180-2 appendix B.1.
    private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("manifest-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private func fault(_ body: () throws(BundleFault) -> Void) -> BundleFault? {
        do throws(BundleFault) {
            try body()
            return nil
        } catch { return error }
    }

    @Test func `files are listed by their paths below the bundle, as sha256sum writes them`() throws {
        try withFolder { folder in
            try write("abc", folder + "/b.txt")
            try FileManager.default.createDirectory(atPath: folder + "/figures", withIntermediateDirectories: false)
            try write("abc", folder + "/figures/a.png")
            try write("of another time", folder + "/SHA256SUMS")
            try write("of another time", folder + "/SHA256SUMS.sig")
            let manifest = try BundleManifest(of: folder)
            #expect(manifest.text == "\(Self.abc)  b.txt\n\(Self.abc)  figures/a.png\n")
            #expect(try BundleManifest(manifest.text, folder: folder) == manifest)
            #expect(try BundleManifest("\(Self.abc) *b.txt\n", folder: folder).digests == ["b.txt": Self.abc])
            try manifest.check(folder)
        }
    }

    @Test func `a bundle that is named by a link is the one that the link leads to`() throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder + "/bundle", withIntermediateDirectories: false)
            try write("abc", folder + "/bundle/b.txt")
            try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "bundle")
            let manifest = try BundleManifest(of: folder + "/link")
            #expect(manifest.digests == ["b.txt": Self.abc])
            try manifest.check(folder + "/link")
        }
    }

    @Test(arguments: [
        "abc  b", String(repeating: "G", count: 64) + "  b", "\(abc) b", "\(abc)  ", "\(abc)  /etc/passwd",
        "\(abc)  ../b", "\(abc)  a/../b", "\(abc)  a//b", "\(abc)  a\\nb", "\(abc)  b\n\(abc)  b", "\u{0}",
    ])
    func `a list that sha256sum would not write is refused, with the line`(text: String) {
        let found = fault { () throws(BundleFault) in _ = try BundleManifest(text, folder: "f") }
        #expect(found?.code == .manifestInvalid && found?.explanation.contains("line ") == true)
    }

    @Test func `everything altered, missing and added is named at once`() throws {
        try withFolder { folder in
            for name in ["altered", "missing", "same"] { try write("abc", folder + "/" + name) }
            let manifest = try BundleManifest(of: folder)
            try write("abd", folder + "/altered")
            try FileManager.default.removeItem(atPath: folder + "/missing")
            try write("", folder + "/added")
            let found = fault { () throws(BundleFault) in try manifest.check(folder) }
            #expect(found?.code == .contentAltered)
            #expect(
                found?.explanation.hasSuffix("missing is missing, added is not listed, altered is altered") == true,
                "\(found?.explanation ?? "")")
        }
    }

    @Test func `a link to a folder, and a pipe, cannot hide in a bundle`() throws {
        try withFolder { folder in
            try write("abc", folder + "/a")
            let manifest = try BundleManifest(of: folder)
            try FileManager.default.createSymbolicLink(atPath: folder + "/b", withDestinationPath: "/usr")
            #expect(fault { () throws(BundleFault) in try manifest.check(folder) }?.code == .manifestInvalid)
            try FileManager.default.removeItem(atPath: folder + "/b")
            try #require(mkfifo(folder + "/c", 0o600) == 0)
            #expect(fault { () throws(BundleFault) in try manifest.check(folder) }?.code == .manifestInvalid)
            try FileManager.default.removeItem(atPath: folder + "/c")
            // A pipe in the list's own place ends the reading too.
            try #require(mkfifo(folder + "/SHA256SUMS", 0o600) == 0)
            #expect(fault { () throws(BundleFault) in _ = try BundleManifest.read(folder) }?.code == .fileUnreadable)
            try #require(mkfifo(folder + "/pipeline.yaml", 0o600) == 0)
            let definition = fault { () throws(BundleFault) in _ = try PipelineBundle.definition(folder: folder) }
            #expect(definition?.code == .definitionUnreadable)
        }
    }

    /// RFC 8410, section 10.3 (private) and 10.1 (public): the same pair.
    private static let rfcPrivate = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
        -----END PRIVATE KEY-----
        """
    private static let rfcPublic = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
        -----END PUBLIC KEY-----
        """

    @Test func `the standard's own pair of keys signs and verifies; another key, and another list, do not`() throws {
        try withFolder { folder in
            let keys = folder + "-keys"
            try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: false)
            defer { try? FileManager.default.removeItem(atPath: keys) }
            try write(Self.rfcPrivate, keys + "/private")
            try write(Self.rfcPublic, keys + "/public")
            let other = SigningKey()
            try write(other.publicPEM, keys + "/other")
            let key = try SigningKey(path: keys + "/private")
            #expect(key.publicPEM.filter { !$0.isWhitespace } == Self.rfcPublic.filter { !$0.isWhitespace })

            try write("abc", folder + "/a")
            let sealed = try BundleSeal.seal(folder, with: key)
            #expect(try TrustedKeys(paths: [keys + "/public"]).manifest(of: folder) == sealed)
            #expect(try TrustedKeys(paths: [keys + "/other", keys + "/public"]).manifest(of: folder) == sealed)
            func refused(_ name: String) throws -> BundleFaultCode? {
                let trusted = try TrustedKeys(paths: [keys + "/" + name])
                return fault { () throws(BundleFault) in _ = try trusted.manifest(of: folder) }?.code
            }
            #expect(try refused("other") == .signatureInvalid)
            try write(sealed.text + "\(Self.abc)  b\n", folder + "/SHA256SUMS")
            #expect(try refused("public") == .signatureInvalid)
            try write("short", folder + "/SHA256SUMS.sig")
            #expect(try refused("public") == .signatureInvalid)
            #expect(try BundleSeal.renew(folder), "it was signed")
            #expect(try refused("public") == .notSealed)
            #expect(try BundleSeal.renew(folder) == false, "it was not")
        }
    }

    @Test func `what is no key is refused`() throws {
        try withFolder { folder in
            let pem = folder + "/key"
            for text in [
                "", "-----BEGIN PUBLIC KEY-----", Self.rfcPrivate,
                "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----",
                Self.rfcPublic.replacingOccurrences(of: "MCow", with: "MCox"),
            ] {
                try write(text, pem)
                let found = fault { () throws(BundleFault) in _ = try TrustedKeys(paths: [pem]) }
                #expect(found?.code == .keyInvalid && found?.subject == pem, "\(text)")
            }
            try write(Self.rfcPublic, pem)
            #expect(fault { () throws(BundleFault) in _ = try SigningKey(path: pem) }?.code == .keyInvalid)
            let absent = fault { () throws(BundleFault) in _ = try TrustedKeys(paths: [folder + "/none"]) }
            #expect(absent?.code == .fileUnreadable)
        }
    }
}
