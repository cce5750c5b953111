import Foundation
import GantryTensors
import GantryTestSupport
import GantryWeightImport
import Testing

/// A piece of a pickle that is written here by hand: characters stand for their operations, numbers for a byte.
private protocol Piece {
    var bytes: [UInt8] { get }
}

extension String: Piece { fileprivate var bytes: [UInt8] { Array(utf8) } }
extension [UInt8]: Piece { fileprivate var bytes: [UInt8] { self } }
extension Int: Piece { fileprivate var bytes: [UInt8] { [UInt8(truncatingIfNeeded: self)] } }

private func pickle(_ pieces: any Piece...) -> [UInt8] { pieces.flatMap(\.bytes) }

/// A file of the form before PyTorch 1.6 around this pickle.
private func legacy(_ saved: [UInt8], keys: [String] = [], storages: [[Float]] = []) -> [UInt8] {
    let magic: [UInt8] = [0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    let machine = pickle("}", text("little_endian"), 0x88, "s")
    let list = pickle("]", keys.flatMap { pickle(text($0), "a") })
    var file = [magic, pickle("M", 0xE9, 3), machine, saved, list].flatMap { pickle(0x80, 2, $0, ".") }
    for storage in storages {
        file += withUnsafeBytes(of: storage.count.littleEndian) { Array($0) }
        file += storage.withUnsafeBytes { Array($0) }
    }
    return file
}

private func text(_ text: String) -> [UInt8] { pickle(0x8C, text.utf8.count, text) }

private func global(_ module: String, _ name: String) -> [UInt8] { pickle("c\(module)\n\(name)\n") }

/// A storage of floats by its persistent id.
private func storage(_ key: String, count: Int, view: [UInt8] = pickle("N")) -> [UInt8] {
    pickle("(", text("storage"), global("torch", "FloatStorage"), text(key), text("cpu"), "K", count, view, "tQ")
}

/// A tensor over that storage.
private func tensor(_ storage: [UInt8], offset: Int = 0, sizes: [Int], strides: [Int]) -> [UInt8] {
    func tuple(_ numbers: [Int]) -> [UInt8] { pickle("(", numbers.flatMap { pickle("K", $0) }, "t") }
    return pickle(
        global("torch._utils", "_rebuild_tensor"), "(", storage, "K", offset, tuple(sizes), tuple(strides), "tR")
}

/// A dictionary of one entry.
private func dictionary(_ key: String, _ value: [UInt8]) -> [UInt8] { pickle("}", text(key), value, "s") }

@Suite struct PickleTests {
    @Test func `views, Python 2's dictionaries and mixed entries are read as old files have them`() throws {
        let viewed = storage("0", count: 6, view: pickle("(", text("view"), "K", 2, "K", 3, "t"))
        let weight = tensor(viewed, offset: 1, sizes: [2], strides: [1])
        let pairs = pickle("((", text("w"), weight, "l(", text("n"), "K", 7, "ll")
        let saved = pickle(global("collections", "OrderedDict"), "(", pairs, "tR")
        let file = try TemporaryFile(legacy(saved, keys: ["0"], storages: [[0, 1, 2, 3, 4, 5]]))
        let read = try PyTorchFile(path: file.path)
        #expect(read.shapes == ["w": [2]])
        #expect(try read.values(of: "w") == [3, 4])
    }

    @Test func `every name outside the list is refused in one error, and the file is not run`() throws {
        let marker = FileManager.default.temporaryDirectory.appendingPathComponent("gantry-\(UUID().uuidString)").path
        let attack = pickle(
            "}", text("a"), global("os", "system"), text("touch \(marker)"), 0x85, "Rs", text("b"),
            global("builtins", "getattr"), "s", text("c"), global("os", "system"), "s")
        let error = try refusal(legacy(attack))
        #expect(error?.code == .refusedContent)
        #expect(error?.explanation.contains("os.system, builtins.getattr. ") == true)
        #expect(!FileManager.default.fileExists(atPath: marker))
    }

    /// An object that is made without a call, with this state.
    private static func object(_ state: [UInt8]) -> [UInt8] {
        pickle(global("__main__", "Box"), ")", 0x81, state, "b")
    }

    @Test func `objects beside the weights have no meaning, whatever is in them, and what calls a name is refused`()
        throws
    {
        let weight = tensor(storage("0", count: 1), sizes: [1], strides: [1])
        let other = tensor(storage("1", count: 1), sizes: [1], strides: [1])
        func saved(_ beside: [UInt8]) -> [UInt8] {
            pickle("}", text("state_dict"), dictionary("w", weight), "s", text("beside"), beside, "s")
        }
        let harmless = [
            Self.object("}".bytes), Self.object(dictionary("rate", "N".bytes)),
            // A list and a dictionary of the class's own, an object in itself, the class alone.
            pickle(global("__main__", "Box"), ")", 0x81, "(NNe", text("k"), "Ns"),
            pickle(global("__main__", "Box"), ")", 0x81, "q", 5, "h", 5, "b"), global("__main__", "Box"),
            pickle(global("__main__", "Box"), ")}", 0x92),
            pickle(global("pathlib", "PosixPath"), text("runs"), 0x85, "R"),
            pickle(global("numpy._core.multiarray", "_reconstruct"), ")R(NNtb"),
        ]
        for beside in harmless {
            let file = try TemporaryFile(legacy(saved(beside), keys: ["0"], storages: [[5]]))
            #expect(try PyTorchFile(path: file.path).values(of: "w") == [5])
        }
        // A module beside the state dict is let be with its tensors.
        let module = saved(Self.object(dictionary("w", other)))
        let file = try TemporaryFile(legacy(module, keys: ["0", "1"], storages: [[5], [6]]))
        #expect(try PyTorchFile(path: file.path).values(of: "w") == [5])
        for refused in [
            saved(pickle(global("os", "system"), text("true"), 0x85, "R")),
            dictionary("state_dict", Self.object(dictionary("w", weight))), Self.object(dictionary("w", weight)),
            pickle("}", text("w"), weight, "s", text("part"), Self.object(dictionary("b", weight)), "s"),
        ] {
            let error = try refusal(legacy(refused, keys: ["0"], storages: [[5]]))
            let name = error?.explanation.contains(#/os\.system|__main__\.Box/#)
            #expect(error?.code == .refusedContent && name == true, "\(error?.explanation ?? "")")
        }
    }

    @Test func `a name with control characters is shown without them`() throws {
        let error = try refusal(legacy(global("evil\u{1B}[2J", "x")))
        #expect(error?.explanation.contains("evil?[2J.x") == true)
    }

    @Test func `an operation that torch.save does not write is refused`() throws {
        for code in pickle("iFIVop", 0x82, 0x97, 0xFF) {
            let error = try refusal(legacy([code]))
            #expect(error?.code == .refusedContent)
            #expect(error?.explanation.contains("0x" + String(code, radix: 16)) == true)
        }
    }

    @Test func `containers that contain themselves are harmless`() throws {
        // A list in itself, a dictionary in itself, and both in the state dict beside a tensor.
        let list = pickle("]q", 1, "h", 1, "a")
        let own = pickle("}q", 2, text("state_dict"), "h", 2, "s")
        let error = try refusal(legacy(own))
        #expect(error?.explanation.contains("no tensors") == true)
        let weight = tensor(storage("0", count: 1), sizes: [1], strides: [1])
        let saved = pickle("}", text("list"), list, "s", text("own"), own, "s", text("w"), weight, "s")
        let file = try TemporaryFile(legacy(saved, keys: ["0"], storages: [[5]]))
        #expect(try PyTorchFile(path: file.path).values(of: "w") == [5])
    }

    @Test func `a hundred thousand nested lists are harmless`() throws {
        let depth = 100_000
        let nested = pickle(String(repeating: "]", count: depth), String(repeating: "a", count: depth - 1))
        #expect(try refusal(legacy(nested))?.explanation.contains("not a state dict") == true)
        let tuples = pickle(")", [UInt8](repeating: 0x85, count: depth))
        #expect(try refusal(legacy(tuples))?.explanation.contains("not a state dict") == true)
    }

    @Test func `work that grows faster than the file is cut off`() throws {
        let operations = pickle(String(repeating: "N", count: 2 << 20))
        #expect(try refusal(legacy(operations))?.explanation.contains("operations") == true)
        // An OrderedDict from a long list of pairs, again and again.
        let pair = pickle("]", text("k"), "aNaq", 2, "0")
        let list = pickle("](", (0..<10_000).flatMap { _ in pickle("h", 2) }, "eq", 1, "0")
        let again = (0..<2_000).flatMap { _ in pickle(global("collections", "OrderedDict"), "h", 1, 0x85, "R0") }
        #expect(try refusal(legacy(pickle(pair, list, again)))?.explanation.contains("operations") == true)
    }

    @Test func `a tensor outside its storage, or larger than it, is refused`() throws {
        let cases: [(offset: Int, sizes: [Int], strides: [Int])] = [
            (0, [5], [1]), (1, [4], [1]), (0, [2], [4]), (0, [255, 255, 255], [0, 0, 0]), (0, [2], [1, 1]),
            (0, [Int](repeating: 255, count: 16), [Int](repeating: 255, count: 16)), (5, [1], [1]),
        ]
        for (offset, sizes, strides) in cases {
            let weight = tensor(storage("0", count: 4), offset: offset, sizes: sizes, strides: strides)
            let error = try refusal(legacy(dictionary("w", weight), keys: ["0"], storages: [[1, 2, 3, 4]]))
            #expect(error?.code == .inconsistentTensor)
        }
    }

    @Test func `storages that do not fit the pickle are refused`() throws {
        let saved = dictionary("w", tensor(storage("0", count: 2), sizes: [2], strides: [1]))
        let missing = try refusal(legacy(saved))
        #expect(missing?.code == .inconsistentTensor && missing?.subject.contains("tensor w") == true)
        #expect(try refusal(legacy(saved, keys: ["0"], storages: [[1]]))?.code == .inconsistentTensor)
        #expect(try refusal(legacy(saved, keys: ["0"]))?.code == .truncated)
        #expect(try refusal(legacy(saved, keys: ["0", "0"], storages: [[1, 2], [1, 2]]))?.code == .malformedHeader)
        #expect(try refusal(legacy(saved, keys: ["1"], storages: [[1, 2]]))?.code == .malformedHeader)
        #expect(try refusal(pickle(legacy(saved, keys: ["0"], storages: [[1, 2]]), 0))?.code == .inconsistentTensor)
        let sound = try TemporaryFile(legacy(saved, keys: ["0"], storages: [[1, 2]]))
        #expect(try PyTorchFile(path: sound.path).values(of: "w") == [1, 2])
    }

    @Test func `two state dicts in one checkpoint are not chosen between`() throws {
        let weight = tensor(storage("0", count: 1), sizes: [1], strides: [1])
        let inner = dictionary("w", weight)
        let saved = pickle("}", text("model"), inner, "s", text("state_dict"), inner, "s")
        let error = try refusal(legacy(saved, keys: ["0"], storages: [[1]]))
        #expect(error?.code == .choiceMissing && error?.explanation.contains("state_dict, model") == true)
    }

    @Test func `stacks, memos and marks out of order are refused`() throws {
        let cases = [
            "", "0", "t", "s", "Ns", "e", "(e", "NNa", "h\u{1}", "R", "NNR", "Q", "NQ", "(", "NN", "}(Nu", "(N0",
            "}N(s",
        ]
        for saved in cases { #expect(try refusal(legacy(pickle(saved)))?.code == .malformedHeader, "\(saved)") }
        let longest = [UInt8](repeating: 0xFF, count: 7)
        #expect(try refusal(legacy(pickle(0x8D, longest, 0x7F)))?.code == .truncated)
        #expect(try refusal(legacy(pickle(0x8D, longest, 0xFF)))?.code == .malformedHeader)
    }
}
