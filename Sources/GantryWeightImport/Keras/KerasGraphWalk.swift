import GantryTensors

/// Goes through a Keras model from its input to its output, block by block.
struct KerasGraphWalk {
    /// A convolution with what stands behind it.
    struct Convolution {
        let layer: String
        let kernel: Int
        let stride: Int
        let groups: Int
        let hasBias: Bool
        /// Whether its zeros are Keras's `same`; nil where that makes no difference.
        let isSame: Bool?
        var norm: (layer: String, epsilon: Double)?
        /// Whether a ReLU stands behind it, and whether before its batch norm.
        var activates = false
        var activatesFirst = false
    }

    /// The first convolution, and the pool behind it.
    struct Stem {
        let convolution: Convolution
        let pools: Bool
        /// Whether the pool's zeros are Keras's `same`.
        let isPoolSame: Bool
    }

    /// A residual block: its convolutions in a row, and the one of its shortcut where it has one.
    struct Block {
        let convolutions: [Convolution]
        let projection: Convolution?
        /// The layer that ends it.
        let sum: String
    }

    private typealias Layer = KerasConfiguration.Layer
    private let layers: [String: KerasConfiguration.Layer]
    /// The layers that read each layer, in the file's order.
    private let readers: [String: [String]]
    private let origin: String
    /// The layer that has been reached.
    private var reached: String
    /// Sides of the image there; nil where the model does not say them.
    private var size: [Int?]

    init(_ configuration: KerasConfiguration, origin: String) throws(WeightsError) {
        self.origin = origin
        var layers: [String: Layer] = [:]
        var readers: [String: [String]] = [:]
        var input: Layer?
        var before: String?
        for layer in configuration.layers {
            guard layer.level == 0 else {
                throw Self.mismatch(layer.name, "lies in a model within the model; save that one by itself", origin)
            }
            guard layers.updateValue(layer, forKey: layer.name) == nil else {
                throw Self.mismatch(layer.name, "is there twice", origin)
            }
            if case .input = layer.settings {
                guard input == nil else { throw Self.mismatch(layer.name, "is a second input", origin) }
                (input, before) = (layer, layer.name)
                continue
            }
            // In a sequence each layer reads the one before it.
            let calls = layer.calls ?? (before.map { [[$0]] } ?? [])
            guard calls.count == 1, let call = calls.first else {
                throw Self.mismatch(layer.name, "is used \(calls.count) times, where a layer is used once", origin)
            }
            for name in call { readers[name, default: []].append(layer.name) }
            before = layer.name
        }
        guard let input else {
            throw WeightsError(
                .architectureMismatch, subject: origin, explanation: "its model_config has no input layer.")
        }
        self.layers = layers
        self.readers = readers
        reached = input.name
        size = input.inputSize ?? [nil, nil]
        if size.count != 2 { size = [nil, nil] }
    }

    func mismatch(_ layer: String, _ what: String) -> WeightsError { Self.mismatch(layer, what, origin) }

    private static func mismatch(_ layer: String, _ what: String, _ origin: String) -> WeightsError {
        WeightsError(.architectureMismatch, subject: origin, explanation: "the layer \(layer) \(what).")
    }

    /// The only layer that reads `name`, those that change nothing passed by; nil where none does. `passed` is the last
    /// of those that were passed by, or `name`.
    private func reader(of name: String) throws(WeightsError) -> (layer: KerasConfiguration.Layer?, passed: String) {
        var name = name
        // No layer is met twice: each is used once, and the walk goes along its readers.
        for _ in 0...layers.count {
            let found = readers[name] ?? []
            guard found.count <= 1 else {
                throw mismatch(name, "is read by \(found.count) layers, where a residual network has one")
            }
            guard let next = found.first.flatMap({ layers[$0] }) else { return (nil, name) }
            switch next.settings {
            case .passing, .activation("linear"): name = next.name
            default: return (next, name)
            }
        }
        throw mismatch(name, "is reached again from itself")
    }

    /// The convolution that `layer` is or pads for, and what stands behind it up to the next convolution, sum or pool.
    private func convolution(_ layer: KerasConfiguration.Layer) throws(WeightsError) -> (
        convolution: Convolution, end: String
    ) {
        var layer = layer
        var zeros: Int?
        if case .padding(let amounts) = layer.settings {
            guard amounts.count == 4, let amount = amounts.first, amounts.allSatisfy({ $0 == amount }) else {
                throw mismatch(layer.name, "pads by \(TensorShape(amounts)), unevenly")
            }
            zeros = amount
            guard let next = try reader(of: layer.name).layer else {
                throw mismatch(layer.name, "is the last one, where a convolution follows")
            }
            layer = next
        }
        guard case .convolution(let settings) = layer.settings else {
            throw mismatch(layer.name, "stands where a residual network has a convolution")
        }
        guard let kernel = settings.kernel?.first, settings.kernel == [kernel, kernel], (1...7).contains(kernel),
            kernel % 2 == 1
        else { throw mismatch(layer.name, "has a kernel that no residual network has") }
        let strides = settings.strides ?? [1, 1]
        guard let stride = strides.first, strides == [stride, stride], (1...2).contains(stride) else {
            throw mismatch(layer.name, "has the strides \(TensorShape(strides)), which are no residual network's")
        }
        guard settings.dilations.allSatisfy({ $0 == 1 }) else {
            throw mismatch(layer.name, "has the dilation \(TensorShape(settings.dilations))")
        }
        let isSame = settings.padding == "same"
        guard zeros == nil || !isSame, isSame || kernel == 1 || zeros == kernel / 2 else {
            throw mismatch(layer.name, "has not the zeros around the image that a residual network has")
        }
        guard kernel > 1 || zeros ?? 0 == 0 else { throw mismatch(layer.name, "is a 1x1 with zeros around the image") }
        guard ["linear", "relu"].contains(settings.activation ?? "") else {
            throw mismatch(layer.name, "goes through \(settings.activation ?? "a function of its own")")
        }
        var found = Convolution(
            layer: layer.name, kernel: kernel, stride: stride, groups: settings.groups, hasBias: settings.hasBias,
            isSame: kernel > 1 && stride > 1 ? isSame : nil)
        found.activates = settings.activation == "relu"
        found.activatesFirst = found.activates
        let end = try behind(layer.name, &found)
        return (found, end)
    }

    /// Adds the batch norm and the ReLU behind a convolution, in either order; returns the last of them.
    private func behind(_ name: String, _ found: inout Convolution) throws(WeightsError) -> String {
        var name = name
        while (readers[name] ?? []).count == 1 {
            let (next, passed) = try reader(of: name)
            switch next?.settings {
            case .norm(let epsilon)? where found.norm == nil:
                guard epsilon.isFinite, epsilon > 0 else {
                    throw mismatch(next?.name ?? "", "has the epsilon \(epsilon)")
                }
                found.norm = (next?.name ?? "", epsilon)
            case .activation("relu")? where !found.activates:
                found.activates = true
                found.activatesFirst = found.norm == nil
            default: return passed
            }
            name = next?.name ?? name
        }
        return name
    }

    private mutating func shrink(_ stride: Int) { size = size.map { $0.map { ($0 - 1) / stride + 1 } } }

    mutating func stem() throws(WeightsError) -> Stem {
        guard let first = try reader(of: reached).layer else { throw mismatch(reached, "is read by no layer") }
        let (found, end) = try convolution(first)
        guard [7, 3].contains(found.kernel) else {
            throw mismatch(found.layer, "is \(found.kernel)x\(found.kernel); a residual network begins with 7x7 or 3x3")
        }
        guard found.activates else { throw mismatch(found.layer, "begins the network without a ReLU behind it") }
        reached = end
        shrink(found.stride)
        guard (readers[end] ?? []).count == 1, var next = try reader(of: end).layer else {
            return Stem(convolution: found, pools: false, isPoolSame: false)
        }
        var zeros: [Int]?
        if case .padding(let amounts) = next.settings {
            guard let pool = try reader(of: next.name).layer, case .maxPool = pool.settings else {
                return Stem(convolution: found, pools: false, isPoolSame: false)
            }
            zeros = amounts
            next = pool
        }
        guard case .maxPool(let side, let strides, let padding) = next.settings else {
            return Stem(convolution: found, pools: false, isPoolSame: false)
        }
        let isPadded = zeros == [1, 1, 1, 1] && padding == "valid" && !found.activatesFirst
        guard side == [3, 3], strides == [2, 2], isPadded || (zeros == nil && padding == "same") else {
            throw mismatch(next.name, "is not the 3x3 pool of stride 2 of a residual network")
        }
        reached = next.name
        shrink(2)
        return Stem(convolution: found, pools: true, isPoolSame: padding == "same")
    }

    /// The next block, or nil where the mean over the image follows.
    mutating func nextBlock() throws(WeightsError) -> Block? {
        let begin = reached
        let found = readers[begin] ?? []
        guard found.count == 2 else { return nil }
        var branches: [(convolutions: [Convolution], sum: String)] = []
        var sum: String?
        for name in found {
            guard let layer = layers[name] else { continue }
            if case .sum = layer.settings {
                sum = name
            } else {
                branches.append(try branch(layer))
            }
        }
        branches.sort { $0.convolutions.count > $1.convolutions.count }
        guard let main = branches.first, (2...3).contains(main.convolutions.count),
            sum == nil ? branches.count == 2 && branches[1].sum == main.sum : branches.count == 1 && sum == main.sum,
            branches.count == 1 || branches[1].convolutions.count == 1
        else { throw mismatch(begin, "is read by two layers that make no residual block") }
        let projection = branches.count == 2 ? branches[1].convolutions.first : nil
        if let projection, projection.activates {
            throw mismatch(projection.layer, "is a shortcut with a ReLU behind it")
        }
        let (relu, _) = try reader(of: main.sum)
        guard let relu, relu.settings == .activation("relu") else {
            throw mismatch(relu?.name ?? main.sum, "stands where a residual network has the ReLU behind a block's sum")
        }
        reached = relu.name
        for convolution in main.convolutions { shrink(convolution.stride) }
        let block = Block(convolutions: main.convolutions, projection: projection, sum: main.sum)
        if (readers[reached] ?? []).count == 1, let next = try reader(of: reached).layer, case .norm = next.settings {
            throw mismatch(next.name, "is a batch norm behind a block's last ReLU, which is not computed here")
        }
        return block
    }

    /// Convolutions in a row, up to a sum.
    private func branch(
        _ first: KerasConfiguration.Layer
    ) throws(WeightsError) -> (convolutions: [Convolution], sum: String) {
        var convolutions: [Convolution] = []
        var layer = first
        while convolutions.count < 3 {
            let (found, end) = try convolution(layer)
            convolutions.append(found)
            guard let next = try reader(of: end).layer else { throw mismatch(end, "ends the model within a block") }
            if case .sum = next.settings { return (convolutions, next.name) }
            layer = next
        }
        throw mismatch(layer.name, "makes a block longer than three convolutions")
    }

    /// Goes through the mean over the image, the dense layer and a softmax; returns the dense layer's name, or nil
    /// where there is none.
    mutating func head() throws(WeightsError) -> String? {
        let (mean, _) = try reader(of: reached)
        guard let mean else { return nil }
        switch mean.settings {
        case .averagePool: break
        case .windowedAverage(let side, let strides, let padding):
            // One window that has the whole image.
            guard let side, side.map(Optional.some) == size, strides ?? side == side, padding == "valid" else {
                let sides = size.map { $0.map(String.init) ?? "any size" }.joined(separator: "x")
                throw mismatch(mean.name, "does not take the mean over the whole image, which is \(sides) there")
            }
        default: throw mismatch(mean.name, "stands where a residual network has a block or the mean over the image")
        }
        let (dense, _) = try reader(of: mean.name)
        guard let dense else { return nil }
        guard case .dense(let function) = dense.settings else {
            throw mismatch(dense.name, "stands where a residual network has its dense layer")
        }
        guard ["linear", "softmax"].contains(function ?? "") else {
            throw mismatch(dense.name, "goes through \(function ?? "a function of its own") instead of a softmax")
        }
        let (last, _) = try reader(of: dense.name)
        guard last == nil || last?.settings == .activation("softmax") && (readers[last?.name ?? ""] ?? []).isEmpty
        else { throw mismatch(last?.name ?? "", "follows the dense layer, where only a softmax may") }
        return dense.name
    }

    /// Whether ReLUs stand before batch norms. **Throws** where some do and others do not.
    func order(of stem: Stem, _ blocks: [Block]) throws(WeightsError) -> Bool {
        let inner = [stem.convolution] + blocks.flatMap { $0.convolutions.dropLast() }
        if let plain = inner.first(where: { !$0.activates }) {
            throw mismatch(plain.layer, "has no ReLU behind it")
        }
        let ends = blocks.compactMap(\.convolutions.last)
        // A ReLU alone fits either order.
        let isFirst = (inner + ends).contains { $0.activates && $0.activatesFirst && $0.norm != nil }
        if !isFirst, let end = ends.first(where: \.activates) {
            throw mismatch(end.layer, "has a ReLU behind it before the block's sum")
        }
        for unit in inner + ends where isFirst {
            guard unit.activates, unit.activatesFirst else {
                throw mismatch(unit.layer, "has not the ReLU before its batch norm, as others have")
            }
        }
        return isFirst
    }

    /// Whether zeros are Keras's `same` where an image is halved. **Throws** where some are and others are not.
    func padding(of stem: Stem, _ blocks: [Block]) throws(WeightsError) -> Bool {
        let units = [stem.convolution] + blocks.flatMap(\.convolutions)
        var said = units.compactMap { unit in unit.isSame.map { (unit.layer, $0) } }
        if stem.pools { said.append((stem.convolution.layer, stem.isPoolSame)) }
        guard let first = said.first else { return false }
        if let other = said.first(where: { $0.1 != first.1 }) {
            throw mismatch(
                other.0,
                "halves the image with other zeros around it than \(first.0): padding same and layers of "
                    + "zeros are mixed")
        }
        return first.1
    }

    /// The kernels, strides and groups of a block, and where it has its stride.
    func check(_ block: Block, halves: Bool, strideOnFirst: inout Bool?) throws(WeightsError) {
        let isBasic = block.convolutions.count == 2
        guard block.convolutions.map(\.kernel) == (isBasic ? [3, 3] : [1, 3, 1]), block.projection?.kernel ?? 1 == 1
        else { throw mismatch(block.sum, "ends a block whose kernels are no residual network's") }
        let strides = block.convolutions.map(\.stride)
        let expected = halves ? 2 : 1
        let allowed = halves ? (isBasic ? [[2, 1]] : [[2, 1, 1], [1, 2, 1]]) : [strides.map { _ in 1 }]
        guard allowed.contains(strides), block.projection?.stride ?? 1 == expected else {
            throw mismatch(
                block.sum,
                "ends a block with the strides \(TensorShape(strides)) and \(block.projection?.stride ?? 1) "
                    + "in its shortcut, where a residual network has \(expected)")
        }
        for (index, unit) in block.convolutions.enumerated() where unit.groups != 1 && (isBasic || index != 1) {
            throw mismatch(unit.layer, "has its channels in \(unit.groups) groups, as no residual network has")
        }
        if let projection = block.projection, projection.groups != 1 {
            throw mismatch(projection.layer, "has its channels in \(projection.groups) groups")
        }
        guard halves, !isBasic else { return }
        let isFirst = strides[0] == 2
        guard strideOnFirst ?? isFirst == isFirst else {
            throw mismatch(block.sum, "ends a block whose stride is not where the first one's is")
        }
        strideOnFirst = isFirst
    }

    /// The epsilon of all batch norms; Keras's own where there is none.
    func epsilon(of units: [Convolution]) throws(WeightsError) -> Double {
        let norms = units.compactMap(\.norm)
        guard let first = norms.first else { return 1e-3 }
        if let other = norms.first(where: { $0.epsilon != first.epsilon }) {
            throw WeightsError(
                .architectureMismatch, subject: origin,
                explanation: "the batch norms \(first.layer) and \(other.layer) have different epsilons, "
                    + "\(first.epsilon) and \(other.epsilon), where a network has one.")
        }
        return first.epsilon
    }
}
