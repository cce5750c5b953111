/// A straight piece of a vessel or airway: a cone with round ends.
struct Tube: Sendable {
    let start: SIMD3<Float>
    let end: SIMD3<Float>
    let startRadius: Float
    let endRadius: Float

    private let direction: SIMD3<Float>
    private let inverseSquare: Float

    init(_ start: SIMD3<Float>, _ end: SIMD3<Float>, _ startRadius: Float, _ endRadius: Float) {
        self.start = start
        self.end = end
        self.startRadius = startRadius
        self.endRadius = endRadius
        direction = end - start
        let square = direction.dot(direction)
        inverseSquare = square > 1e-6 ? 1 / square : 0
    }

    /// Signed distance to the surface in millimetres, negative inside.
    @inline(__always)
    func distance(_ point: SIMD3<Float>) -> Float {
        let from = point - start
        let along = clamp(from.dot(direction) * inverseSquare, 0, 1)
        return (from - along * direction).length - mix(startRadius, endRadius, along)
    }

    /// The same for a point that stands for a slab as thick as a slice: the distance of its nearest part.
    @inline(__always)
    func distance(_ point: SIMD3<Float>, halfThickness: Float) -> Float {
        let from = point - start
        let flat = direction.x * direction.x + direction.y * direction.y
        let along =
            flat > 1e-4
            ? clamp((from.x * direction.x + from.y * direction.y) / flat, 0, 1)
            : clamp(
                from.z * direction.z * inverseSquare, 0, 1)
        let offset = start.z + along * direction.z - point.z
        return distance(point + SIMD3(0, 0, clamp(offset, -halfThickness, halfThickness)))
    }

    /// The box that holds the tube and a margin around it.
    func box(margin: Float) -> Box {
        let radius = max(startRadius, endRadius) + margin
        return Box(
            low: pointwiseMin(start, end) - SIMD3(repeating: radius),
            high: pointwiseMax(start, end) + SIMD3(repeating: radius))
    }

    /// The same tube, wider or narrower by a length.
    func widened(by millimetres: Float) -> Tube {
        Tube(start, end, startRadius + millimetres, endRadius + millimetres)
    }

    /// A path of tubes through points, each with its radius in the fourth component.
    static func path(_ points: [SIMD4<Float>], rounds: Int = 2) -> [Tube] {
        var smooth = points
        for _ in 0..<rounds where smooth.count > 2 {
            // Chaikin's corner cutting
            var cut: [SIMD4<Float>] = [smooth[0]]
            for index in 0..<(smooth.count - 1) {
                cut.append(smooth[index] * 0.75 + smooth[index + 1] * 0.25)
                cut.append(smooth[index] * 0.25 + smooth[index + 1] * 0.75)
            }
            cut.append(smooth[smooth.count - 1])
            smooth = cut
        }
        return zip(smooth, smooth.dropFirst()).map { from, to in
            Tube(SIMD3(from.x, from.y, from.z), SIMD3(to.x, to.y, to.z), from.w, to.w)
        }
    }
}

/// An axis-aligned box in patient coordinates, in millimetres.
struct Box: Sendable {
    var low: SIMD3<Float>
    var high: SIMD3<Float>

    init(low: SIMD3<Float>, high: SIMD3<Float>) {
        self.low = low
        self.high = high
    }

    init(centre: SIMD3<Float>, half: SIMD3<Float>) {
        low = centre - half
        high = centre + half
    }

    func contains(_ point: SIMD3<Float>) -> Bool {
        (low.x...high.x).contains(point.x) && (low.y...high.y).contains(point.y) && (low.z...high.z).contains(point.z)
    }
}
