import GantryTensors

/// What a pickle's operations make, as far as a state dict is concerned. Containers live in a `PickleHeap` and are
/// named by their place there.
enum PickleValue: Sendable {
    /// Something whose content does not matter: a float, bytes, a set, an instance of a class that is merely let
    /// through.
    case inert
    case none
    case boolean(Bool)
    case integer(Int)
    /// An integer that does not fit, as little-endian two's complement.
    case largeInteger([UInt8])
    case text(String)
    case global(PickleGlobal)
    /// A list or tuple.
    case sequence(Int)
    case dictionary(Int)
    /// An instance of a class outside the list: its parts, of which nothing is ever built.
    case object(Int)
    indirect case storage(PickledStorage)
    indirect case tensor(PickledTensor)
}

/// The containers that a pickle makes. Values hold their places, so a container that contains itself is no cycle of
/// references, and nothing recurses however deeply they are nested.
struct PickleHeap: Sendable {
    private(set) var sequences: [[PickleValue]] = []
    private(set) var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    /// What an instance of an unknown class was made of: arguments, state, elements, entries.
    private(set) var objects: [[PickleValue]] = []

    mutating func makeSequence(_ values: [PickleValue]) -> PickleValue {
        sequences.append(values)
        return .sequence(sequences.count - 1)
    }

    mutating func makeDictionary() -> PickleValue {
        dictionaries.append([])
        return .dictionary(dictionaries.count - 1)
    }

    mutating func makeObject(_ parts: [PickleValue]) -> PickleValue {
        objects.append(parts)
        return .object(objects.count - 1)
    }

    mutating func append(_ parts: some Sequence<PickleValue>, toObject place: Int) {
        objects[place].append(contentsOf: parts)
    }

    mutating func append(_ values: some Sequence<PickleValue>, toSequence place: Int) {
        sequences[place].append(contentsOf: values)
    }

    mutating func set(_ key: PickleValue, _ value: PickleValue, inDictionary place: Int) {
        dictionaries[place].append((key, value))
    }

    /// The elements of a list or tuple, or nil for any other value.
    func elements(_ value: PickleValue) -> [PickleValue]? {
        guard case .sequence(let place) = value else { return nil }
        return sequences[place]
    }

    /// Whether one of these values is a tensor, or holds one at any depth.
    func holdTensors(_ values: [PickleValue]) -> Bool {
        var (seenSequences, seenDictionaries, seenObjects): (Set<Int>, Set<Int>, Set<Int>) = ([], [], [])
        var open = values
        while let value = open.popLast() {
            switch value {
            case .tensor, .storage: return true
            case .sequence(let place):
                if seenSequences.insert(place).inserted { open += sequences[place] }
            case .dictionary(let place):
                if seenDictionaries.insert(place).inserted { open += dictionaries[place].map(\.value) }
            case .object(let place):
                if seenObjects.insert(place).inserted { open += objects[place] }
            default: break
            }
        }
        return false
    }

    /// The entries of a dictionary by their textual keys, later ones replacing earlier; other keys are left out. Nil
    /// for any other value.
    func textEntries(_ value: PickleValue) -> [String: PickleValue]? {
        guard case .dictionary(let place) = value else { return nil }
        var entries: [String: PickleValue] = [:]
        for case (.text(let key), let value) in dictionaries[place] { entries[key] = value }
        return entries
    }
}

/// A storage as a persistent id names it: elements of one type beside the pickle.
struct PickledStorage: Hashable, Sendable {
    let key: String
    let elementType: ElementType
    let count: Int
    /// The elements that are meant. All of them but in files of PyTorch before 0.4, whose storages could be views.
    let view: Range<Int>
}

/// A tensor's place in a storage.
struct PickledTensor: Hashable, Sendable {
    let storage: PickledStorage
    let layout: StridedLayout
}
