/// Turns painted tissue into what a scanner gives: blurred or sharpened by the kernel, with correlated noise.
struct ReconstructionFilter {
    private let reconstruction: Reconstruction
    private let geometry: SliceGeometry
    private let noise: CounterHash

    init(_ reconstruction: Reconstruction, _ geometry: SliceGeometry, noise: CounterHash) {
        self.reconstruction = reconstruction
        self.geometry = geometry
        self.noise = noise
    }

    /// **Shape**: `[rows, columns]` in and out. HU, clamped to -1024...3071 as a 12-bit scanner does.
    func reconstruct(_ tissue: [Float]) -> [Int16] {
        let matrix = geometry.matrix
        let kernel = reconstruction.kernel
        let spacing = geometry.pixelSpacingMillimetres
        var image = tissue
        for side in kernel.imagePasses(pixelSpacingMillimetres: spacing) { smooth(&image, side: side) }
        let grain = texture(kernel.noisePasses(pixelSpacingMillimetres: spacing))
        let amplitude = reconstruction.noiseHU * kernel.noiseScale
        let absorption = horizontalAbsorption(tissue)
        let middle = Float(matrix - 1) / 2
        let radius = Float(matrix) / 2
        var output = [Int16](repeating: 0, count: matrix * matrix)
        for row in 0..<matrix {
            let down = (Float(row) - middle) / radius
            // wide, dense levels (the shoulders) let fewer photons through along the rows
            let starved = absorption[row]
            for column in 0..<matrix {
                let index = row * matrix + column
                let across = (Float(column) - middle) / radius
                let square = across * across + down * down
                if let padding = reconstruction.paddingHU, square > 1 {
                    output[index] = padding
                    continue
                }
                let strength = 0.45 + 0.55 * decay(2.6 * square)
                let value = image[index] + amplitude * strength * starved * grain[index]
                output[index] = Int16(clamp(value.rounded(), -1024, 3071))
            }
        }
        return output
    }

    /// Noise of standard deviation 1 with the texture that some passes give it.
    private func texture(_ passes: [Float]) -> [Float] {
        let count = geometry.matrix * geometry.matrix
        var field = [Float](repeating: 0, count: count)
        for index in 0..<count { field[index] = noise.normal(UInt64(index)) }
        for side in passes { smooth(&field, side: side) }
        var square: Float = 0
        for value in field { square += value * value }
        let scale = 1 / max((square / Float(max(count, 1))).squareRoot(), 1e-6)
        for index in 0..<count { field[index] *= scale }
        return field
    }

    /// How much noisier each row is than one through an average chest: 0.75 to 1.8.
    private func horizontalAbsorption(_ tissue: [Float]) -> [Float] {
        let matrix = geometry.matrix
        var rows = [Float](repeating: 1, count: matrix)
        for row in 0..<matrix {
            var water: Float = 0
            for column in stride(from: 0, to: matrix, by: 2) {
                water += max(tissue[row * matrix + column] + 1000, 0)
            }
            let centimetres = water * 2 * geometry.pixelSpacingMillimetres / 10_000
            rows[row] = clamp(0.62 + centimetres / 52, 0.7, 1.7)
        }
        return rows
    }

    /// Convolves rows and columns with `[side, 1 - 2 side, side]`; the border keeps its value.
    private func smooth(_ field: inout [Float], side: Float) {
        let matrix = geometry.matrix
        let middle = 1 - 2 * side
        var other = field
        for row in 0..<matrix {
            let base = row * matrix
            for column in 1..<(matrix - 1) {
                other[base + column] =
                    middle * field[base + column] + side * (field[base + column - 1] + field[base + column + 1])
            }
        }
        field = other
        for row in 1..<(matrix - 1) {
            let base = row * matrix
            for column in 0..<matrix {
                field[base + column] =
                    middle * other[base + column] + side
                    * (other[base + column - matrix] + other[base + column + matrix])
            }
        }
    }
}
