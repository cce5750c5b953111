import GantryCore
import GantryGround
import GantryTensors
import Synchronization

/// Packs the layers of a network into one allocation, several at once.
struct LayerPacking: Sendable {
    /// Where a layer's packed weights go, and what they are packed for.
    struct Place: Sendable {
        let storage: PackedStorage
        /// The first of the layer's words.
        let offset: Int
        /// How many there are.
        let count: Int
        /// Whether the input's pixels follow each other without a gap: the network's own.
        let isDense: Bool
        let kernels: ConvolutionKernels
    }

    private let architecture: ResidualArchitecture
    /// In depth order, the last layer among them.
    private let layers: [(unit: ConvolutionUnit, place: Place)]

    /// Room for the layers of `architecture`, whose last one is Float32 whatever the arithmetic.
    init(_ architecture: ResidualArchitecture, arithmetic: Precision, kernels: ConvolutionKernels) {
        self.architecture = architecture
        let last = architecture.lastUnit
        let units = architecture.units + (last.map { [$0] } ?? [])
        let counts = units.map { unit in
            PackedConvolution.storageCount(
                unit, arithmetic: unit == last ? .f32 : arithmetic, isDense: unit == architecture.stemUnit,
                kernels: kernels)
        }
        let storage = PackedStorage(count: counts.reduce(0, +))
        var (layers, offset): ([(ConvolutionUnit, Place)], Int) = ([], 0)
        for (unit, count) in zip(units, counts) {
            layers.append(
                (
                    unit,
                    Place(
                        storage: storage, offset: offset, count: count, isDense: unit == architecture.stemUnit,
                        kernels: kernels)
                ))
            offset += count
        }
        self.layers = layers
    }

    /// Makes each layer by `make` on one of `workers` threads. **Throws** what the first layer threw that threw.
    func layers(
        workers: Int, _ make: @Sendable (ConvolutionUnit, Place) throws(WeightsError) -> PackedConvolution
    ) throws(WeightsError) -> NetworkLayers<PackedConvolution> {
        let made = Mutex<[Int: Result<PackedConvolution, WeightsError>]>([:])
        // The largest first, so that all threads end together.
        let order = layers.indices.sorted { (-layers[$0].place.count, $0) < (-layers[$1].place.count, $1) }
        WorkerThreads.forEach(count: order.count, workers: workers) {
        } body: { _, item in
            let index = order[item]
            let result = Result { () throws(WeightsError) in
                try make(layers[index].unit, layers[index].place)
            }
            made.withLock { $0[index] = result }
        }
        let results = made.withLock { $0 }
        var byName: [String: PackedConvolution] = [:]
        for index in layers.indices { byName[layers[index].unit.name] = try results[index]?.get() }
        return try NetworkLayers(architecture) { unit throws(WeightsError) in
            guard let layer = byName[unit.name] else {
                throw .noSuchTensor(unit.name, in: "the network")
            }
            return layer
        }
    }
}
