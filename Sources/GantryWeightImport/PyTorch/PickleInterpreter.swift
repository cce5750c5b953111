import GantryArrays
import GantryTensors

/// Follows the operations of one pickle as `torch.save` writes them, without ever calling anything.
///
/// Protocols 2 to 5. A name outside `PickleGlobal`'s list is noted and the pickle followed to its end, so that one
/// error names all of them. An instance of such a class that is made without a call is kept as its parts. Memory is
/// bounded by the number of operations: each pushes at most a few values. Containers lie in a heap (`PickleHeap`), so
/// nothing recurses.
///
/// **Source**: Lib/pickletools.py of CPython 3.14; PEP 307, 3154, 574.
struct PickleInterpreter {
    /// The longest pickle that is followed. That of a ResNet-152 takes 150 kB, with an optimiser's state about 1 MB.
    static let largestByteCount = 16 << 20
    /// The most operations that are followed.
    static let mostOperations = 1 << 20
    /// The most names that one error lists.
    static let mostListed = 20

    private(set) var heap = PickleHeap()
    /// The storages that persistent ids have named, by their keys.
    var storages: [String: PickledStorage] = [:]
    var bytes: LittleEndianBytes
    private var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    private var operations = 0
    /// The names outside the list, each once, in the order in which they came.
    private var unknown: [String] = []
    private var isUnknown: [String: Int] = [:]
    /// Whether one of them is called, or used for what has a meaning.
    private var isRefused = false
    let origin: String

    /// An interpreter at the beginning of a pickle.
    init(_ bytes: LittleEndianBytes, origin: String) {
        self.bytes = bytes
        self.origin = origin
    }

    /// Follows the pickle to its end and returns what it makes. Where `allowsObjects`, instances of unknown classes are
    /// let through that are made without a call.
    ///
    /// **Throws** `refusedContent`, naming everything it wants outside the list; `truncated`; `malformedHeader`.
    mutating func run(allowsObjects: Bool = false) throws(WeightsError) -> PickleValue {
        do throws(WeightsError) {
            while try step() {}
            guard marks.isEmpty, stack.count == 1, let value = stack.last else {
                throw malformed("it does not end with one value")
            }
            if isRefused || !allowsObjects { try refuseNames() }
            return value
        } catch {
            // Refused names say more than what else may be wrong with such a file.
            try refuseNames()
            throw error
        }
    }

    /// Follows one operation; false when it was the last.
    private mutating func step() throws(WeightsError) -> Bool {
        try charge(1)
        guard let code = bytes.byte() else { throw truncated }
        guard let operation = PickleOperation(rawValue: code) else {
            throw WeightsError(
                .refusedContent, subject: origin,
                explanation: "its pickle uses an operation that torch.save does not: "
                    + "0x\(String(code, radix: 16)) at byte \(bytes.position - 1).")
        }
        if operation == .stop { return false }
        try follow(operation)
        return true
    }

    /// Takes the cost of some work from what a pickle may cause.
    private mutating func charge(_ count: Int) throws(WeightsError) {
        operations += count
        guard operations <= Self.mostOperations else {
            throw malformed("it has more than \(Self.mostOperations) operations")
        }
    }

    /// **Throws** `refusedContent` naming what the pickle wants outside the list, where it wants anything.
    func refuseNames() throws(WeightsError) {
        guard !unknown.isEmpty else { return }
        if let quantised = unknown.first(where: { Self.quantisedNames.contains($0) }) {
            throw WeightsError(
                .refusedContent, subject: origin,
                explanation: "it is a quantised network, which is not read: its tensors are made by \(quantised). Save "
                    + "the network in floating point, as it was before it was quantised.")
        }
        let listed = unknown.prefix(Self.mostListed).joined(separator: ", ")
        let more = unknown.count > Self.mostListed ? " and \(unknown.count - Self.mostListed) more" : ""
        throw WeightsError(
            .refusedContent, subject: origin,
            explanation:
                "its pickle wants what a state dict does not need, and nothing in a file is ever run: "
                + "\(listed)\(more). "
                + "Save the state dict alone: torch.save(model.state_dict(), path).")
    }

    /// What makes and holds the tensors of a quantised network. Source: torch/_utils.py, torch/storage.py.
    private static let quantisedNames: Set<String> = [
        "torch._utils._rebuild_qtensor", "torch.QInt8Storage", "torch.QUInt8Storage", "torch.QInt32Storage",
    ]
    /// The most names outside the list that are told apart.
    private static let mostUnknown = 1000

    /// Notes a name outside the list, once.
    private mutating func note(_ module: String, _ name: String) -> PickleGlobal {
        let printable = "\(module).\(name)".unicodeScalars.prefix(100).map { $0.value < 32 ? "?" : Character($0) }
        let full = String(printable)
        if let place = isUnknown[full] { return .unknown(place) }
        guard unknown.count < Self.mostUnknown else {
            isRefused = true
            return .inert
        }
        isUnknown[full] = unknown.count
        unknown.append(full)
        return .unknown(unknown.count - 1)
    }

    /// Notes that what `global` stands for is needed, and is not done where it is outside the list.
    mutating func refuse(_ global: PickleGlobal) {
        if case .unknown = global { isRefused = true }
    }

    func malformed(_ what: String) -> WeightsError {
        WeightsError(
            .malformedHeader, subject: origin, explanation: "the pickle is damaged: \(what), at byte \(bytes.position)."
        )
    }

    private var truncated: WeightsError {
        WeightsError(.truncated, subject: origin, explanation: "the pickle ends in the middle of an operation.")
    }

    // MARK: Operands

    private mutating func number(_ count: Int) throws(WeightsError) -> Int {
        guard bytes.remaining >= count else { throw truncated }
        guard let number = bytes.number(count) else { throw malformed("a length is too large") }
        return number
    }

    /// The bytes behind a length of `count` bytes.
    private mutating func counted(_ count: Int) throws(WeightsError) -> ArraySlice<UInt8> {
        let length = try number(count)
        guard let taken = bytes.take(length) else { throw truncated }
        return taken
    }

    /// A line of text, without its end.
    private mutating func line() throws(WeightsError) -> String {
        var line: [UInt8] = []
        while true {
            guard let byte = bytes.byte() else { throw truncated }
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
    }

    // MARK: The stack

    private mutating func push(_ value: PickleValue) { stack.append(value) }

    /// The topmost value. Values below a mark belong to the mark's collection.
    private mutating func pop() throws(WeightsError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw malformed("its stack is empty") }
        return value
    }

    private mutating func popToMark() throws(WeightsError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw malformed("a mark is missing") }
        let values = Array(stack[mark...])
        stack.removeLast(values.count)
        return values
    }

    private mutating func follow(_ operation: PickleOperation) throws(WeightsError) {
        switch operation {
        case .stop: break
        case .protocolVersion:
            let version = try number(1)
            guard (2...5).contains(version) else { throw malformed("protocol \(version) is not one of 2 to 5") }
        case .frame: _ = try number(8)
        case .mark: marks.append(stack.count)
        case .pop:
            if let mark = marks.last, mark == stack.count { marks.removeLast() } else { _ = try pop() }
        case .popMark: _ = try popToMark()
        case .duplicate:
            let value = try pop()
            push(value)
            push(value)
        case .none: push(.none)
        case .true: push(.boolean(true))
        case .false: push(.boolean(false))
        case .integer4: push(.integer(Int(Int32(truncatingIfNeeded: try number(4)))))
        case .integer1: push(.integer(try number(1)))
        case .integer2: push(.integer(try number(2)))
        case .long1: push(Self.integer(try counted(1)))
        case .long4: push(Self.integer(try counted(4)))
        case .float:
            guard bytes.take(8) != nil else { throw truncated }
            push(.inert)
        case .text1, .string1: push(.text(String(decoding: try counted(1), as: UTF8.self)))
        case .text4, .string4: push(.text(String(decoding: try counted(4), as: UTF8.self)))
        case .text8: push(.text(String(decoding: try counted(8), as: UTF8.self)))
        case .bytes1: try skip(1)
        case .bytes4: try skip(4)
        case .bytes8, .byteArray8: try skip(8)
        case .emptySequence, .emptyTuple: push(heap.makeSequence([]))
        case .tuple, .list: push(heap.makeSequence(try popToMark()))
        case .tuple1: try pushTuple(1)
        case .tuple2: try pushTuple(2)
        case .tuple3: try pushTuple(3)
        case .append: try append([try pop()])
        case .appends: try append(try popToMark())
        case .emptyDictionary: push(heap.makeDictionary())
        case .dictionary:
            let entries = try popToMark()
            push(heap.makeDictionary())
            try set(entries)
        case .setItem:
            let value = try pop()
            try set([try pop(), value])
        case .setItems: try set(try popToMark())
        case .emptySet: push(.inert)
        case .addItems:
            _ = try popToMark()
        case .frozenSet:
            _ = try popToMark()
            push(.inert)
        case .global: try pushGlobal(module: try line(), name: try line())
        case .stackGlobal:
            guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
                throw malformed("a name is no text")
            }
            try pushGlobal(module: module, name: name)
        case .reduce:
            let arguments = try pop()
            push(try result(of: try pop(), arguments))
        case .newObject:
            let arguments = try pop()
            push(try instance(of: try pop(), [arguments]))
        case .newObjectWithKeywords:
            let keywords = try pop()
            let arguments = try pop()
            push(try instance(of: try pop(), [arguments, keywords]))
        case .build:
            // An attribute of an OrderedDict (`_metadata`), or the state of something inert: neither is a weight.
            let state = try pop()
            let object = try pop()
            if case .object(let place) = object { heap.append([state], toObject: place) }
            push(object)
        case .persistentID: push(try storage(try pop()))
        case .get1: try pushMemo(try number(1))
        case .get4: try pushMemo(try number(4))
        case .put1: try remember(try number(1))
        case .put4: try remember(try number(4))
        case .memoize: try remember(memo.count)
        }
    }

    private mutating func skip(_ countBytes: Int) throws(WeightsError) {
        _ = try counted(countBytes)
        push(.inert)
    }

    /// Source: pickletools, `decode_long`.
    private static func integer(_ bytes: ArraySlice<UInt8>) -> PickleValue {
        guard bytes.count <= 8 else { return bytes.count <= 255 ? .largeInteger(Array(bytes)) : .inert }
        let isNegative = (bytes.last ?? 0) & 0x80 != 0
        return .integer(bytes.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) })
    }

    private mutating func pushTuple(_ count: Int) throws(WeightsError) {
        var values: [PickleValue] = []
        for _ in 0..<count { values.insert(try pop(), at: 0) }
        push(heap.makeSequence(values))
    }

    private mutating func append(_ values: [PickleValue]) throws(WeightsError) {
        switch try pop() {
        case .sequence(let place):
            heap.append(values, toSequence: place)
            push(.sequence(place))
        case .object(let place):
            heap.append(values, toObject: place)
            push(.object(place))
        case .inert: push(.inert)
        default: throw malformed("something is appended to what is no list")
        }
    }

    private mutating func set(_ entries: [PickleValue]) throws(WeightsError) {
        guard entries.count.isMultiple(of: 2) else { throw malformed("a key has no value") }
        switch try pop() {
        case .dictionary(let place):
            for index in stride(from: 0, to: entries.count, by: 2) {
                heap.set(entries[index], entries[index + 1], inDictionary: place)
            }
            push(.dictionary(place))
        case .object(let place):
            heap.append(entries, toObject: place)
            push(.object(place))
        case .inert: push(.inert)
        default: throw malformed("an entry is set in what is no dictionary")
        }
    }

    private mutating func pushGlobal(module: String, name: String) throws(WeightsError) {
        if let known = PickleGlobal(module: module, name: name) {
            push(.global(known))
        } else {
            push(.global(note(module, name)))
        }
    }

    private mutating func pushMemo(_ index: Int) throws(WeightsError) {
        guard let value = memo[index] else { throw malformed("it refers to a value it never made") }
        push(value)
    }

    private mutating func remember(_ index: Int) throws(WeightsError) {
        let value = try pop()
        memo[index] = value
        push(value)
    }

    /// An instance that is made without a call: of an unknown class its parts, of a listed one what a call would give.
    private mutating func instance(
        of callable: PickleValue, _ parts: [PickleValue]
    ) throws(WeightsError) -> PickleValue {
        guard case .global(.unknown) = callable, let arguments = parts.first, heap.elements(arguments) != nil else {
            return try result(of: callable, parts.first ?? .none)
        }
        return heap.makeObject(parts)
    }

    /// What a call would give, for the few callables of the list.
    private mutating func result(of callable: PickleValue, _ arguments: PickleValue) throws(WeightsError) -> PickleValue
    {
        guard case .global(let global) = callable, let arguments = heap.elements(arguments) else {
            throw malformed("it calls what is no name")
        }
        switch global {
        case .unknown:
            refuse(global)
            return .inert
        case .inert, .storage: return .inert
        case .orderedDictionary: return try orderedDictionary(arguments)
        case .tensor: return try tensor(arguments)
        case .parameter: return arguments.first ?? .inert
        }
    }

    /// An OrderedDict, empty or (as Python 2 wrote it) from a list of pairs.
    private mutating func orderedDictionary(_ arguments: [PickleValue]) throws(WeightsError) -> PickleValue {
        let dictionary = heap.makeDictionary()
        guard let first = arguments.first, case .dictionary(let place) = dictionary else { return dictionary }
        guard let pairs = heap.elements(first) else { throw malformed("an OrderedDict is made of no list") }
        try charge(pairs.count)
        for pair in pairs {
            guard let pair = heap.elements(pair), pair.count == 2 else {
                throw malformed("an OrderedDict is made of no pairs")
            }
            heap.set(pair[0], pair[1], inDictionary: place)
        }
        return dictionary
    }
}
