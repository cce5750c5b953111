/// The layers that a layer reads, in each of its calls, from `inbound_nodes` of a model's settings.
///
/// Keras 2 writes a list of `[layer, node, tensor, arguments]` for each call; Keras 3 an object with the arguments, in
/// which each tensor has its `keras_history`, `[layer, node, tensor]`.
struct KerasCalls: Decodable {
    let calls: [[String]]

    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        var calls: [[String]] = []
        while !container.isAtEnd { calls.append(try container.decode(Arguments.self).layers) }
        self.calls = calls
    }

    /// Anything in a call; the layers that are named in it.
    private struct Arguments: Decodable {
        let layers: [String]

        private struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            guard decoder.codingPath.count <= 4 * KerasConfiguration.mostLevels else {
                throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "too deep"))
            }
            if let object = try? decoder.container(keyedBy: Key.self) {
                if let history = try? object.decode(History.self, forKey: Key(stringValue: "keras_history")) {
                    layers = [history.layer]
                } else {
                    layers = try object.allKeys.sorted { $0.stringValue < $1.stringValue }.flatMap {
                        try object.decode(Arguments.self, forKey: $0).layers
                    }
                }
            } else if let history = try? History(from: decoder) {
                layers = [history.layer]
            } else if var list = try? decoder.unkeyedContainer() {
                var found: [String] = []
                while !list.isAtEnd { found += try list.decode(Arguments.self).layers }
                layers = found
            } else {
                layers = []
            }
        }
    }

    /// A layer, the number of its call, and of the call's tensor.
    private struct History: Decodable {
        let layer: String

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            layer = try list.decode(String.self)
            _ = try list.decode(Int.self)
            _ = try list.decode(Int.self)
        }
    }
}
