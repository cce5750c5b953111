/// Limited-memory BFGS with a backtracking line search, for smooth convex functions.
///
/// **Source**: Nocedal and Wright, "Numerical optimization", 2nd edition, algorithms 7.4 and 7.5; sufficient decrease
/// (3.4).
struct LBFGS {
    /// The gradient's largest component at which the search ends.
    let tolerance: Double
    let largestIterationCount: Int
    /// Pairs of step and gradient change that are remembered.
    var memory = 12

    private struct Pair {
        let step: [Double]
        let change: [Double]
        let curvature: Double
    }

    /// The minimum found and how the search ended.
    func minimise(
        from start: [Double], _ evaluate: ([Double]) -> (value: Double, gradient: [Double])
    ) -> (point: [Double], convergence: LinearHead.Convergence) {
        var point = start
        var (value, gradient) = evaluate(point)
        var pairs: [Pair] = []
        var iteration = 0
        while Self.largest(gradient) > tolerance && iteration < largestIterationCount {
            var direction = descent(gradient, pairs)
            var slope = Self.dot(direction, gradient)
            if slope >= 0 {
                pairs = []
                direction = gradient.map(-)
                slope = -Self.dot(gradient, gradient)
            }
            // Without curvature known, a step of length 1 at most; with it, the full step is right near the minimum.
            var length = pairs.isEmpty ? min(1, 1 / (-slope).squareRoot()) : 1
            var accepted: (point: [Double], value: Double, gradient: [Double])?
            for _ in 0..<50 {
                let candidate = zip(point, direction).map { $0 + length * $1 }
                let (newValue, newGradient) = evaluate(candidate)
                if newValue <= value + 1e-4 * length * slope {
                    accepted = (candidate, newValue, newGradient)
                    break
                }
                length /= 2
            }
            // No step decreases the function any more: the limit of double precision.
            guard let accepted else { break }
            iteration += 1
            let step = zip(accepted.point, point).map { $0 - $1 }
            let change = zip(accepted.gradient, gradient).map { $0 - $1 }
            let curvature = Self.dot(step, change)
            if curvature > 1e-12 * Self.dot(change, change) {
                pairs.append(Pair(step: step, change: change, curvature: curvature))
                if pairs.count > memory { pairs.removeFirst() }
            }
            (point, value, gradient) = accepted
        }
        let largest = Self.largest(gradient)
        return (
            point,
            LinearHead.Convergence(
                iterations: iteration, objective: value, gradient: largest, isConverged: largest <= tolerance)
        )
    }

    /// The two-loop recursion: minus the approximate inverse Hessian times the gradient.
    private func descent(_ gradient: [Double], _ pairs: [Pair]) -> [Double] {
        var direction = gradient.map(-)
        var factors: [Double] = []
        for pair in pairs.reversed() {
            let factor = Self.dot(pair.step, direction) / pair.curvature
            factors.append(factor)
            Self.add(-factor, pair.change, to: &direction)
        }
        if let last = pairs.last {
            let scale = last.curvature / Self.dot(last.change, last.change)
            for index in direction.indices { direction[index] *= scale }
        }
        for (pair, factor) in zip(pairs, factors.reversed()) {
            let correction = Self.dot(pair.change, direction) / pair.curvature
            Self.add(factor - correction, pair.step, to: &direction)
        }
        return direction
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for index in a.indices { sum += a[index] * b[index] }
        return sum
    }

    private static func add(_ factor: Double, _ a: [Double], to b: inout [Double]) {
        for index in b.indices { b[index] += factor * a[index] }
    }

    private static func largest(_ a: [Double]) -> Double { a.reduce(0) { max($0, abs($1)) } }
}
