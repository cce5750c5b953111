import Foundation
import GantryCore
import GantryImages
import GantryTestSupport
import Testing

/// The files that `Golden/make_medmnist.py` wrote.
@Suite struct MedMNISTFileTests {
    private static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/medmnist/\(name).npz").path
    }

    @Test func `grey pictures and their labels are read, side by side`() throws {
        let file = try MedMNISTFile(path: Self.path("grey"))
        #expect(file.classCount == 3 && file.sides.count == 3)
        let train = try #require(file.sides[.train])
        #expect(train.name == "train" && train.count == 5 && train.labels == [0, 1, 2, 0, 1])
        #expect(file.sides[.validation]?.labels == [2, 1] && file.sides[.test]?.labels == [0])
        for index in 0..<5 {
            let image = train.image(index)
            #expect(image.width == 4 && image.height == 3 && image.channels == 1)
            #expect(image.pixels == (0..<12).map { UInt16((index * 12 + $0) * 4) * 257 })
        }
    }

    @Test func `so are colours, in a file without a side for testing, and labels in one row`() throws {
        let file = try MedMNISTFile(path: Self.path("colour"))
        #expect(Set(file.sides.keys) == [.train, .validation])
        let image = try #require(file.sides[.validation]).image(1)
        #expect(image.channels == 3 && image.width == 2 && image.height == 2)
        #expect(image.pixels == (12..<24).map { UInt16($0) * 257 })
    }

    @Test(arguments: [
        ("multiple", ImageFaultCode.multipleLabels, "train_labels: has 14 labels a picture"),
        ("floats", .malformed, "train_images: has shape [2, 2, 2] of '<f4'"),
        ("volumes", .malformed, "train_images: has shape [2, 4, 4, 4] of '|u1'"),
        ("unlabelled", .malformed, "has no array train_labels; there are: train_images"),
        ("misfit", .malformed, "train_labels: has shape [3, 1]; 2 pictures need [2, 1]"),
        ("negative", .malformed, "train_labels: has a label -1"),
        ("real", .malformed, "train_labels: holds floating-point numbers"),
        ("unlearnt", .classesDoNotFit, "val_labels has a class 2, which train_labels has not"),
        ("empty", .noImages, "there is no picture to train with"),
        ("absent", .unreadable, "cannot open"),
    ])
    func `another file is refused by name`(name: String, code: ImageFaultCode, words: String) throws {
        let fault = #expect(throws: ImageFault.self) { try MedMNISTFile(path: Self.path(name)) }
        #expect(fault?.code == code)
        #expect(fault?.description.hasPrefix(Self.path(name)) == true)
        #expect(fault?.description.contains(words) == true, "\(String(describing: fault))")
    }

    @Test func `several labels a picture are read where they are asked for, and refused otherwise`() throws {
        let file = try MedMNISTFile(path: Self.path("labels"), takesSeveralLabels: true)
        let train = try #require(file.sides[.train])
        #expect(file.classCount == 3 && train.count == 3 && train.labels.isEmpty)
        #expect(train.severalLabels == [[true, false, true], [false, false, false], [false, true, true]])
        #expect(file.sides[.test]?.severalLabels == [[true, false, true]])
        #expect(train.image(1).pixels == (4..<8).map { UInt16($0) * 257 })
        // Of one class a picture nothing changes.
        let grey = try MedMNISTFile(path: Self.path("grey"), takesSeveralLabels: true)
        #expect(grey.classCount == 3 && grey.sides[.train]?.labels == [0, 1, 2, 0, 1])
        #expect(grey.sides.values.allSatisfy { $0.severalLabels == nil })
    }

    @Test(arguments: [
        ("labels-beyond", ImageFaultCode.malformed, "has 2 as label 1 of picture 2; where a picture has 3 labels"),
        ("labels-misfit", .classesDoNotFit, "train_labels and test_labels have 3 and 2 labels a picture"),
    ])
    func `several labels that are none are refused by name`(
        name: String, code: ImageFaultCode, words: String
    ) throws {
        let fault = #expect(throws: ImageFault.self) {
            try MedMNISTFile(path: Self.path(name), takesSeveralLabels: true)
        }
        #expect(fault?.code == code && fault?.description.hasPrefix(Self.path(name)) == true)
        #expect(fault?.description.contains(words) == true, "\(String(describing: fault))")
    }

    @Test func `an array beyond the limit is not read`() throws {
        // The header of an array may take 65,536 bytes beside its values.
        let fault = #expect(throws: ImageFault.self) { try MedMNISTFile(path: Self.path("large"), mostBytes: 1000) }
        #expect(fault?.code == .tooLarge)
        #expect(try MedMNISTFile(path: Self.path("large"), mostBytes: 80_000).sides[.train]?.count == 1)
    }
}
