/// A drawing that a person takes for a chest slice: body, two lungs, spine, some vessels, deterministic noise.
enum SamplePicture {
    /// **Shape** rows x columns, row by row.
    static func pixels(side: Int, seed: Int, hasOpacity: Bool) -> [UInt8] {
        var state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        var pixels: [UInt8] = []
        pixels.reserveCapacity(side * side)
        for row in 0..<side {
            for column in 0..<side {
                let x = 2 * Double(column) / Double(side) - 1
                let y = 2 * Double(row) / Double(side) - 1
                func inside(_ cx: Double, _ cy: Double, _ rx: Double, _ ry: Double) -> Bool {
                    let dx = (x - cx) / rx
                    let dy = (y - cy) / ry
                    return dx * dx + dy * dy < 1
                }
                var value = 0.0
                if inside(0, 0.05, 0.9, 0.68) { value = 215 }
                let isLung = inside(-0.42, 0, 0.32, 0.5) || inside(0.42, 0, 0.32, 0.5)
                if isLung { value = 45 }
                if isLung, inside(-0.3, 0.1, 0.03, 0.03) || inside(0.38, -0.1, 0.02, 0.03) { value = 190 }
                if isLung, hasOpacity, inside(-0.5, 0.3, 0.16, 0.13) || inside(0.55, 0.28, 0.1, 0.15) { value = 120 }
                if inside(0.08, -0.12, 0.22, 0.26) { value = 225 }
                if inside(0, 0.52, 0.12, 0.12) { value = 250 }
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let noise = Double(state >> 40) / Double(1 << 24) - 0.5
                pixels.append(UInt8(min(max(value + 24 * noise, 0), 255)))
            }
        }
        return pixels
    }
}
