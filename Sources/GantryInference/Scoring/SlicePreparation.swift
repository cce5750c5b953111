import CGantryKernels
import GantryCore

/// From Hounsfield units to a network's input: window, area-averaging resize, normalisation, for each of its channels,
/// one or three.
///
/// Windowing comes before averaging: a voxel outside the window counts as its border, not with its full value. An image
/// that is not square is stretched to the square input.
public struct SlicePreparation: Sendable {
    /// What it was made from.
    public let definition: PreparationDefinition
    private let channels: gantry_channels

    /// A preparation as `definition` says.
    ///
    /// **Throws** the first `SlicePreparationError` that applies.
    public init(_ definition: PreparationDefinition) throws(SlicePreparationError) {
        let windows = definition.windows
        guard windows.count == 1 || windows.count == definition.channels else {
            throw .windowCount(windows.count)
        }
        for window in windows {
            let smallest = window.function == .linear ? 1 : 1e-3
            guard window.windowCenterHU.isFinite, window.windowWidthHU.isFinite, window.windowWidthHU >= smallest else {
                throw .window(window)
            }
        }
        guard 1...ResidualNetwork.largestSide ~= definition.inputSize else { throw .inputSize(definition.inputSize) }
        guard [1, 3].contains(definition.channels), definition.mean.allSatisfy(\.isFinite),
            definition.standardDeviation.count == definition.channels,
            definition.standardDeviation.allSatisfy({ $0.isFinite && Float($0) > 0 })
        else { throw .normalisation }
        self.definition = definition
        channels = gantry_channels(definition, windows.map { gantry_window($0) })
    }

    /// The slice's input for the network. `hounsfield` has `rows` x `columns` values, row by row; both are at least 1.
    public func prepare(_ hounsfield: Span<Int16>, rows: Int, columns: Int) -> SliceTensor {
        precondition(rows > 0 && columns > 0 && hounsfield.count == rows * columns, "a slice has rows x columns values")
        let side = Int32(definition.inputSize)
        let scratchCount = Int(gantry_window_resize_scratch_count(Int32(columns), side))
        let count = definition.channels * definition.inputSize * definition.inputSize
        let values = [Float](unsafeUninitializedCapacity: count) { values, initialised in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: scratchCount) { scratch in
                hounsfield.withUnsafeBufferPointer { hounsfield in
                    guard let source = hounsfield.baseAddress, let target = values.baseAddress,
                        let scratch = scratch.baseAddress
                    else { return }
                    withUnsafePointer(to: channels) { channels in
                        gantry_window_resize(
                            source, Int32(rows), Int32(columns), channels, target, side, side, scratch)
                    }
                    initialised = count
                }
            }
        }
        return SliceTensor(values: values, side: definition.inputSize)
    }
}

/// Why a preparation cannot be carried out: the pipeline's definition is wrong.
public enum SlicePreparationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is neither one window nor as many as channels.
    case windowCount(Int)
    /// A window's width is below 1 (LINEAR) or 0.001 (the others), or a value is not finite.
    case window(Window)
    /// The side of the input is not supported.
    case inputSize(Int)
    /// Mean and standard deviation are not one or three finite numbers each, the deviations above 0.
    case normalisation

    /// One sentence for a person.
    public var description: String {
        switch self {
        case .windowCount(let count): "One window, or as many as channels, are needed, not \(count)."
        case .window(let window):
            "A \(window.function.rawValue) window of centre \(window.windowCenterHU) HU and width "
                + "\(window.windowWidthHU) HU is not valid."
        case .inputSize(let side):
            "The input's side must be 1 to \(ResidualNetwork.largestSide) pixels, not \(side)."
        case .normalisation:
            "Mean and standard deviation must be one or three finite numbers each, the deviations above 0."
        }
    }
}

extension gantry_channels {
    /// There are one or three of each.
    fileprivate init(_ definition: PreparationDefinition, _ windows: [gantry_window]) {
        func three<Value, Number>(_ values: [Value], _ make: (Value) -> Number) -> (Number, Number, Number) {
            (make(values[0]), make(values[values.count == 3 ? 1 : 0]), make(values[values.count == 3 ? 2 : 0]))
        }
        self.init(
            count: Int32(definition.channels), window_count: Int32(windows.count), windows: three(windows) { $0 },
            mean: three(definition.mean, Float.init), deviation: three(definition.standardDeviation, Float.init))
    }
}

extension gantry_window {
    fileprivate init(_ window: Window) {
        self.init(
            function: Int32(window.function.kernelCode.rawValue), centre: Float(window.windowCenterHU),
            width: Float(window.windowWidthHU))
    }
}

extension WindowFunction {
    var kernelCode: gantry_window_function {
        switch self {
        case .linear: GANTRY_WINDOW_LINEAR
        case .linearExact: GANTRY_WINDOW_LINEAR_EXACT
        case .sigmoid: GANTRY_WINDOW_SIGMOID
        }
    }
}
