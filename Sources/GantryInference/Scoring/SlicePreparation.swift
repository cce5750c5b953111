import CGantryKernels
import GantryCore

/// From Hounsfield units to a network's input: window, area-averaging resize, normalisation, for each of three channels.
///
/// Windowing comes before averaging: a voxel outside the window counts as its border, not with its full value. An image that is not square is
/// stretched to the square input.
public struct SlicePreparation: Sendable {
    /// What it was made from.
    public let definition: PreparationDefinition
    /// One for each channel.
    private let windows: [gantry_window]

    /// A preparation as `definition` says.
    ///
    /// **Throws** the first `SlicePreparationError` that applies.
    public init(_ definition: PreparationDefinition) throws(SlicePreparationError) {
        let windows = definition.windows
        guard windows.count == 1 || windows.count == 3 else { throw .windowCount(windows.count) }
        for window in windows {
            let smallest = window.function == .linear ? 1 : 1e-3
            guard window.windowCenterHU.isFinite, window.windowWidthHU.isFinite, window.windowWidthHU >= smallest else {
                throw .window(window)
            }
        }
        guard 1...ResidualNetwork.largestSide ~= definition.inputSize else { throw .inputSize(definition.inputSize) }
        guard definition.mean.count == 3, definition.mean.allSatisfy(\.isFinite),
            definition.standardDeviation.count == 3,
            definition.standardDeviation.allSatisfy({ $0.isFinite && Float($0) > 0 })
        else { throw .normalisation }
        self.definition = definition
        self.windows = windows.map {
            gantry_window(
                function: Int32($0.function.kernelCode.rawValue), centre: Float($0.windowCenterHU),
                width: Float($0.windowWidthHU))
        }
    }

    /// The slice's input for the network. `hounsfield` has `rows` x `columns` values, row by row; both are at least 1.
    public func prepare(_ hounsfield: Span<Int16>, rows: Int, columns: Int) -> SliceTensor {
        precondition(rows > 0 && columns > 0 && hounsfield.count == rows * columns, "a slice has rows x columns values")
        let side = definition.inputSize
        let plane = side * side
        var values = [Float](repeating: 0, count: 3 * plane)
        var scratch = [Float](repeating: 0, count: 2 * columns)
        hounsfield.withUnsafeBufferPointer { hounsfield in
            values.withUnsafeMutableBufferPointer { values in
                scratch.withUnsafeMutableBufferPointer { scratch in
                    guard let source = hounsfield.baseAddress, let target = values.baseAddress,
                        let scratch = scratch.baseAddress
                    else { return }
                    if windows.count == 1 {
                        // The plane is made once, in the last channel, and normalised into each: the last one in place.
                        let shared = target + 2 * plane
                        gantry_window_resize(
                            source, Int32(rows), Int32(columns), windows[0], 0, 1, shared, Int32(side), Int32(side),
                            scratch)
                        for channel in 0..<3 {
                            let mean = Float(definition.mean[channel])
                            let deviation = Float(definition.standardDeviation[channel])
                            let output = target + channel * plane
                            for index in 0..<plane { output[index] = (shared[index] - mean) / deviation }
                        }
                    } else {
                        for channel in 0..<3 {
                            gantry_window_resize(
                                source, Int32(rows), Int32(columns), windows[channel], Float(definition.mean[channel]),
                                Float(definition.standardDeviation[channel]), target + channel * plane, Int32(side),
                                Int32(side), scratch)
                        }
                    }
                }
            }
        }
        return SliceTensor(values: values, side: side)
    }
}

/// Why a preparation cannot be carried out: the pipeline's definition is wrong.
public enum SlicePreparationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is neither one window nor three.
    case windowCount(Int)
    /// A window's width is below 1 (LINEAR) or 0.001 (the others), or a value is not finite.
    case window(Window)
    /// The side of the input is not supported.
    case inputSize(Int)
    /// Mean and standard deviation are not three finite numbers each, the deviations above 0.
    case normalisation

    /// One sentence for a person.
    public var description: String {
        switch self {
        case .windowCount(let count): "One window or three are needed, not \(count)."
        case .window(let window):
            "A \(window.function.rawValue) window of centre \(window.windowCenterHU) HU and width "
                + "\(window.windowWidthHU) HU is not valid."
        case .inputSize(let side):
            "The input's side must be 1 to \(ResidualNetwork.largestSide) pixels, not \(side)."
        case .normalisation:
            "Mean and standard deviation must be three finite numbers each, the deviations above 0."
        }
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
