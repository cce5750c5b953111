import GantryCore
import Testing

@Suite struct RelativePathTests {
    @Test func `a path is its folder and its name, whose slash is a byte`() {
        #expect(RelativePath.split("CT/1/image.dcm") == ("CT/1", "image.dcm"))
        #expect(RelativePath.split("image.dcm") == ("", "image.dcm"))
        #expect(RelativePath.split("CT/1/") == ("CT/1", ""))
        // A name that begins with a combining character: to Unicode the slash before it is another letter.
        #expect(RelativePath.folder(of: "CT/1/\u{301}.dcm") == "CT/1")
        #expect(RelativePath.name(of: "CT/1/\u{301}.dcm") == "\u{301}.dcm")
    }

    @Test func `the system finds each path in a folder that has a name`() {
        #expect(RelativePath.enclosingFolder(of: "CT/1/image.dcm") == "CT/1")
        #expect(RelativePath.enclosingFolder(of: "/data/image.dcm") == "/data")
        #expect(RelativePath.enclosingFolder(of: "/image.dcm") == "/")
        #expect(RelativePath.enclosingFolder(of: "image.dcm") == ".")
    }

    @Test func `what is joined has one slash between, and none where one side is empty`() {
        #expect(RelativePath.joined("CT", "1/image.dcm") == "CT/1/image.dcm")
        #expect(RelativePath.joined("/data/", "CT") == "/data/CT")
        #expect(RelativePath.joined("", "CT") == "CT")
        #expect(RelativePath.joined("/data", "") == "/data")
    }

    @Test func `files have a deepest folder in common, of whole names`() {
        #expect(RelativePath.commonFolder(of: ["a/b/1", "a/b/c/2"]) == "a/b")
        #expect(RelativePath.commonFolder(of: ["a/b/1"]) == "a/b")
        #expect(RelativePath.commonFolder(of: ["ab/1", "ac/1"]) == "")
        #expect(RelativePath.commonFolder(of: ["/data/one/", "/data/two/"]) == "/data")
        #expect(RelativePath.commonFolder(of: [String]()) == "")
        // Composed and decomposed: one text to Unicode, two folders.
        #expect(RelativePath.commonFolder(of: ["a/\u{E9}/1", "a/e\u{301}/1"]) == "a")
    }
}
