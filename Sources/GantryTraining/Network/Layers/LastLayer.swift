import CGantryKernels
import GantryCore
import GantryInference
import GantryTensors

/// The global average and the last layer: from the last block's maps, or from pooled features, to logits.
final class LastLayer {
    private let features: Int
    private let classes: Int
    /// Of an image's maps; nil where the input is pooled already.
    private let pixels: Int?
    private let memory: StepMemory
    private let weight: Int
    private let bias: Int
    /// [images, features].
    private var pooled = FloatBuffer(count: 0)
    private var featureGradient = FloatBuffer(count: 0)

    init(_ architecture: ResidualArchitecture, pixels: Int?, memory: StepMemory) {
        features = architecture.featureCount
        classes = architecture.classes
        self.pixels = pixels
        self.memory = memory
        weight = memory.store.add("fc.weight", [classes, features], decays: true)
        bias = memory.store.add("fc.bias", [classes], decays: false)
    }

    /// Makes room for a batch, and says what it needs besides.
    func reserve(images: Int) -> StepMemory.Needs {
        if pooled.count < images * features {
            pooled = FloatBuffer(count: images * features)
            featureGradient = FloatBuffer(count: images * features)
        }
        var needs = StepMemory.Needs()
        needs.outer = images * features * (pixels ?? 0)
        return needs
    }

    /// The logits of `images` images.
    func forward(_ input: MapPointer, images: Int) -> ScoreMatrix {
        if let pixels {
            memory.team.forEach(images) { _, image in
                gantry_average_rows(
                    input.element, (input + image * pixels * features).address, Int64(pixels), Int32(features),
                    pooled.pointer + image * features)
            }
        } else {
            pooled.pointer.update(from: input.floats, count: images * features)
        }
        let bias = memory.store.value(bias)
        let logits = [Float](unsafeUninitializedCapacity: images * classes) { logits, count in
            count = images * classes
            guard let target = logits.baseAddress else { return }
            for index in 0..<count { target[index] = bias[index % classes] }
            OpenBLAS.multiply(
                OpenBLAS.Matrix(pooled.pointer, stride: features),
                OpenBLAS.Matrix(transposing: memory.store.value(weight), stride: features), adds: true, into: target,
                outputStride: classes, rows: images, inner: features, columns: classes)
        }
        return ScoreMatrix(rows: images, columns: classes, values: logits)
    }

    /// Gradients of weight and bias, and that to the features.
    ///
    /// `gradient`: to the logits, [images, classes]. `inputGradient` gets that to the maps, or to the pooled features,
    /// where there is room for it.
    func backward(_ gradient: [Float], images: Int, into inputGradient: MapPointer?) {
        gradient.withUnsafeBufferPointer { gradient in
            guard let gradient = gradient.baseAddress else { return }
            OpenBLAS.multiply(
                OpenBLAS.Matrix(transposing: gradient, stride: classes),
                OpenBLAS.Matrix(pooled.pointer, stride: features), into: memory.store.gradient(weight),
                outputStride: features, rows: classes, inner: images, columns: features)
            for index in 0..<classes {
                var sum = 0.0
                for image in 0..<images { sum += Double(gradient[image * classes + index]) }
                memory.store.gradient(bias)[index] = Float(sum)
            }
            guard let inputGradient else { return }
            OpenBLAS.multiply(
                OpenBLAS.Matrix(gradient, stride: classes),
                OpenBLAS.Matrix(memory.store.value(weight), stride: features),
                into: pixels == nil ? inputGradient.floats : featureGradient.pointer, outputStride: features,
                rows: images,
                inner: classes, columns: features)
        }
        guard let pixels, let inputGradient else { return }
        memory.team.forEach(images) { _, image in
            gantry_average_gradient(
                inputGradient.element, featureGradient.pointer + image * features, Int64(pixels), Int32(features),
                (inputGradient + image * pixels * features).address)
        }
    }

    /// The first layer with a number that is not finite, or nil.
    func nonFiniteLayer(images: Int) -> String? {
        MapPointer(pooled.pointer).isFinite(count: images * features) ? nil : "avgpool"
    }
}
