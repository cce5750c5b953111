/// A closed surface around the body axis, as its distance from that axis for each height and direction.
///
/// **Shape**: `radii` is `[heights, directions]`; heights every 4 mm from `lowestMillimetres`, 128 directions in turns
/// counted from the patient's left towards the back.
struct RadialSurface: Sendable {
    static let directions = 128
    static let stepMillimetres: Float = 4
    static let lowestMillimetres: Float = -330
    static let heights = 170

    private let radii: [Float]

    /// Tabulates the radius function given (height in mm, direction in turns).
    init(_ radius: (_ height: Float, _ direction: Float) -> Float) {
        var table: [Float] = []
        table.reserveCapacity(Self.heights * Self.directions)
        for height in 0..<Self.heights {
            let z = Self.lowestMillimetres + Float(height) * Self.stepMillimetres
            for direction in 0..<Self.directions {
                table.append(radius(z, Float(direction) / Float(Self.directions)))
            }
        }
        radii = table
    }

    /// The radii of one height, `[directions + 1]` with the first repeated at the end.
    func profile(height: Float) -> [Float] {
        let position = clamp(
            (height - Self.lowestMillimetres) / Self.stepMillimetres, 0, Float(Self.heights) - 1.001)
        let index = Int(position)
        let weight = position - Float(index)
        let base = index * Self.directions
        var profile = [Float](repeating: 0, count: Self.directions + 1)
        for direction in 0..<Self.directions {
            profile[direction] = mix(radii[base + direction], radii[base + Self.directions + direction], weight)
        }
        profile[Self.directions] = profile[0]
        return profile
    }

    /// The radius in one direction (turns) in a profile.
    @inline(__always)
    static func radius(_ direction: Float, in profile: [Float]) -> Float {
        let position = direction * Float(directions)
        let index = min(Int(position), directions - 1)
        return mix(profile[index], profile[index + 1], position - Float(index))
    }

    /// The radius in one direction (turns) at one height.
    func radius(height: Float, direction: Float) -> Float {
        let position = clamp(
            (height - Self.lowestMillimetres) / Self.stepMillimetres, 0, Float(Self.heights) - 1.001)
        let index = Int(position)
        let across = clamp(direction, 0, 0.999_999) * Float(Self.directions)
        let column = Int(across)
        let next = (column + 1) % Self.directions
        let part = across - Float(column)
        let base = index * Self.directions
        let low = mix(radii[base + column], radii[base + next], part)
        let high = mix(radii[base + Self.directions + column], radii[base + Self.directions + next], part)
        return mix(low, high, position - Float(index))
    }

    /// Radius of an ellipse with flattened sides around a centre moved along y.
    ///
    /// - Parameters:
    ///   - squareness: 0 for an ellipse; 0.1 pushes the four corners out by a tenth.
    static func ellipse(
        _ direction: Float, halfWidth: Float, front: Float, back: Float, squareness: Float
    ) -> Float {
        let along = cosine(turns: direction)
        let down = sine(turns: direction)
        let halfDepth = (front + back) / 2
        let centre = (back - front) / 2
        // solves |((r cos) / a, (r sin - c) / b)| = 1 for r
        let p = along * along / (halfWidth * halfWidth) + down * down / (halfDepth * halfDepth)
        let q = down * centre / (halfDepth * halfDepth)
        let rest = centre * centre / (halfDepth * halfDepth) - 1
        let root = (q + max(q * q - p * rest, 0).squareRoot()) / p
        let corner = 2 * along * down
        return root * (1 + squareness * corner * corner)
    }
}

/// A quantity that changes along the body axis, interpolated smoothly between heights.
struct HeightCurve: Sendable {
    private let knots: [(height: Float, value: Float)]

    /// Knots in order of falling height.
    init(_ knots: [(height: Float, value: Float)]) {
        self.knots = knots
    }

    func callAsFunction(_ height: Float) -> Float {
        guard let first = knots.first, let last = knots.last else { return 0 }
        if height >= first.height { return first.value }
        for index in 1..<max(knots.count, 1) where height >= knots[index].height {
            let upper = knots[index - 1]
            let lower = knots[index]
            return mix(lower.value, upper.value, smoothstep(lower.height, upper.height, height))
        }
        return last.value
    }
}
