import GantryCore
import GantryImages
import GantryTestSupport
import Testing

@Suite struct ImageFolderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ paths: [String]) throws { for path in paths { try folder.write([1], to: path) } }

    private func refusal(_ path: String = "") -> ImageFault? {
        #expect(throws: ImageFault.self) { try ImageFolder.list(folder.path + path) }
    }

    @Test func `classes are the folders and pictures what is in them, both in the order of their bytes`() throws {
        try write([
            "dog/b.png", "dog/a.JPEG", "dog/sub/c.jpg", "dog/Z.Png", "cat/10.png", "cat/9.png", "Zebra/1.jpg",
            "cat/notes.txt", "cat/picture.bmp", "readme.md", ".hidden/1.png", "cat/.thumb.png", "loose.png",
        ])
        let listing = try ImageFolder.list(folder.path)
        #expect(listing.path == folder.path)
        #expect(listing.classes == ["Zebra", "cat", "dog"])
        #expect(
            listing.images.map(\.path) == [
                "Zebra/1.jpg", "cat/10.png", "cat/9.png", "dog/Z.Png", "dog/a.JPEG", "dog/b.png", "dog/sub/c.jpg",
            ])
        #expect(listing.images.map(\.classIndex) == [0, 1, 1, 2, 2, 2, 2])
        #expect(listing.images.allSatisfy { $0.side == nil })
        #expect(listing.others == ["cat/notes.txt", "cat/picture.bmp", "loose.png", "readme.md"])
    }

    @Test(arguments: ["val", "valid", "validation"]) func `sides may stand above the classes`(name: String) throws {
        try write([
            "train/a/1.png", "train/b/2.png", "\(name)/b/3.png", "test/a/4.png", "test/empty/no.txt", "train/loose.png",
            "unrelated/5.png", "list.csv",
        ])
        let listing = try ImageFolder.list(folder.path)
        #expect(listing.classes == ["a", "b"])
        #expect(listing.images.map(\.path) == ["train/a/1.png", "train/b/2.png", "\(name)/b/3.png", "test/a/4.png"])
        #expect(listing.images.map(\.side) == [.train, .train, .validation, .test])
        #expect(listing.images.map(\.classIndex) == [0, 1, 1, 0])
        #expect(listing.others == ["list.csv", "test/empty/no.txt", "train/loose.png", "unrelated/5.png"])
    }

    @Test func `train may be a class, and so may test`() throws {
        try write(["bus/1.png", "train/2.png", "control/3.png"])
        #expect(try ImageFolder.list(folder.path).classes == ["bus", "control", "train"])
        try write(["more/control/1.png", "more/test/2.png"])
        #expect(try ImageFolder.list(folder.path + "/more").classes == ["control", "test"])
    }

    @Test func `folders that do not fit are refused by name`() throws {
        try write(["a/train/x/1.png", "a/val/y/2.png"])
        let extra = refusal("/a")
        #expect(extra?.code == .classesDoNotFit)
        #expect(extra?.description.hasPrefix("\(folder.path)/a/val/y/2.png: training has no class y") == true)
        try write(["b/train/x/1.png", "b/val/x/2.png", "b/valid/x/3.png"])
        #expect(refusal("/b")?.explanation == "val and valid are both the validation side; keep one")
        try write(["c/val/x/1.png", "c/test/x/1.png"])
        #expect(refusal("/c")?.explanation == "it has test and val, but no folder train")
        try write(["d/x/1.png", "d/y/readme.txt"])
        #expect(refusal("/d")?.description.hasPrefix("\(folder.path)/d/y: the class has no picture") == true)
        try write(["e/1.png", "e/2.png"])
        #expect(refusal("/e")?.code == .classesDoNotFit)
        #expect(refusal("/e")?.description.hasPrefix("\(folder.path)/e/1.png: a picture that is in no class") == true)
        try write(["f/readme.txt"])
        #expect(refusal("/f")?.code == .noImages)
        #expect(refusal("/nothing")?.code == .unreadable)
        #expect(refusal("/f/readme.txt")?.code == .unreadable)
    }

    @Test func `links are followed, and one that leads back to its folder is refused`() throws {
        let outside = try TemporaryFolder()
        try outside.write([1], to: "x.png")
        try write(["a/1.png", "b/2.png"])
        try folder.makeLink("a/link.png", to: "1.png")
        try folder.makeLink("a/nowhere.png", to: "nothing.png")
        try folder.makeLink("c", to: outside.path)
        try folder.makeFIFO("a/pipe.png")
        let listing = try ImageFolder.list(folder.path)
        #expect(listing.images.map(\.path) == ["a/1.png", "a/link.png", "a/nowhere.png", "b/2.png", "c/x.png"])
        #expect(listing.others == ["a/pipe.png"])
        try folder.makeLink("b/back", to: "../b")
        #expect(refusal()?.code == .unreadable)
        #expect(refusal()?.explanation.contains("leads back") == true)
    }

    @Test func `names that Unicode takes for one are told apart, and so are bytes that are no text`() throws {
        let composed = "caf\u{E9}"
        let decomposed = "cafe\u{301}"
        try write([composed + "/1.png", decomposed + "/2.png"])
        let listing = try ImageFolder.list(folder.path)
        #expect(listing.classes == ["caf\\xC3\\xA9", "cafe\\xCC\\x81"])
        #expect(listing.images.map(\.classIndex) == [0, 1])
        #expect(listing.images.map(\.path) == ["caf\\xC3\\xA9/1.png", "cafe\\xCC\\x81/2.png"])
        let outcomes = try Pictures.reader().outcomes(below: folder.path, of: listing.images.map(\.path))
        #expect(outcomes.map { $0.fault?.code } == [.notAnImage, .notAnImage], "both are found")
    }
}
