import GantryTensors

extension PickleInterpreter {
    /// The storage of a persistent id: `('storage', class, key, location, count)`, in legacy files with a view or None
    /// behind.
    ///
    /// **Source**: torch/serialization.py, `persistent_id` of `_save` and `_legacy_save`.
    mutating func storage(_ identifier: PickleValue) throws(WeightsError) -> PickleValue {
        guard let parts = heap.elements(identifier), parts.count == 5 || parts.count == 6,
            case .text("storage") = parts[0], case .global(let global) = parts[1], case .text(let key) = parts[2],
            case .integer(let count) = parts[4], count >= 0
        else { throw malformed("a persistent id names no storage") }
        guard case .storage(let elementType) = global else {
            // The class is outside the list: the names are reported when the pickle ends.
            refuse(global)
            return .inert
        }
        var view = 0..<count
        if parts.count == 6, let fields = heap.elements(parts[5]) {
            guard fields.count == 3, case .integer(let start) = fields[1], case .integer(let length) = fields[2],
                start >= 0, length >= 0, start <= count, length <= count - start
            else { throw malformed("a view lies outside its storage") }
            view = start..<start + length
        }
        let storage = PickledStorage(key: key, elementType: elementType, count: count, view: view)
        if let known = storages[key] {
            guard known.elementType == elementType, known.count == count else {
                throw malformed("the storage \(key) has two types or two sizes")
            }
        } else {
            storages[key] = storage
        }
        return .storage(storage)
    }

    /// The tensor of `_rebuild_tensor(_v2)`: storage, offset, sizes, strides.
    ///
    /// **Source**: torch/_utils.py.
    func tensor(_ arguments: [PickleValue]) throws(WeightsError) -> PickleValue {
        guard arguments.count >= 4 else { throw malformed("a tensor lacks its storage, sizes or strides") }
        if case .inert = arguments[0] { return .inert }
        guard case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1],
            let sizes = integers(arguments[2]), let strides = integers(arguments[3])
        else { throw malformed("a tensor lacks its storage, sizes or strides") }
        let (place, overflow) = offset.addingReportingOverflow(storage.view.lowerBound)
        guard !overflow,
            let layout = StridedLayout(
                shape: TensorShape(sizes), strides: strides, offset: place, within: storage.view)
        else {
            throw WeightsError(
                .inconsistentTensor, subject: origin,
                explanation:
                    "a tensor of shape \(TensorShape(sizes)) with strides \(strides) from element \(offset) on "
                    + "does not lie within its storage \(storage.key) of \(storage.view.count) elements.")
        }
        return .tensor(PickledTensor(storage: storage, layout: layout))
    }

    private func integers(_ value: PickleValue) -> [Int]? {
        guard let elements = heap.elements(value), elements.count <= StridedLayout.largestRank else { return nil }
        var integers: [Int] = []
        for element in elements {
            guard case .integer(let integer) = element else { return nil }
            integers.append(integer)
        }
        return integers
    }
}
