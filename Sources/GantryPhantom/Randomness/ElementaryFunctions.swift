// Elementary functions in plain IEEE arithmetic. The C library's differ between machines in the last bit; a phantom's
// pixels must not.

@inline(__always)
func mix(_ from: Float, _ to: Float, _ weight: Float) -> Float {
    from + (to - from) * weight
}

@inline(__always)
func clamp(_ value: Float, _ low: Float, _ high: Float) -> Float {
    value < low ? low : (value > high ? high : value)
}

/// 0 at or before `from`, 1 at or after `to`, cubic between; `from` may be the larger.
@inline(__always)
func smoothstep(_ from: Float, _ to: Float, _ value: Float) -> Float {
    let position = clamp((value - from) / (to - from), 0, 1)
    return position * position * (3 - 2 * position)
}

/// The smaller of two distances, rounded where they meet over `width` (Quilez's polynomial smooth minimum).
@inline(__always)
func smoothMinimum(_ first: Float, _ second: Float, _ width: Float) -> Float {
    let overlap = max(width - abs(first - second), 0) / width
    return min(first, second) - overlap * overlap * width * 0.25
}

@inline(__always)
func smoothMaximum(_ first: Float, _ second: Float, _ width: Float) -> Float {
    -smoothMinimum(-first, -second, width)
}

/// The angle of a vector in turns, `0 ..< 1`, counted from +x towards +y; within 2e-4 of a turn.
@inline(__always)
func turns(_ y: Float, _ x: Float) -> Float {
    let across = abs(x)
    let along = abs(y)
    let large = max(across, along)
    if large == 0 { return 0 }
    let ratio = min(across, along) / large
    let square = ratio * ratio
    var angle = ratio * (0.158_90 - square * (0.049_6 - square * 0.015_7))
    if along > across { angle = 0.25 - angle }
    if x < 0 { angle = 0.5 - angle }
    if y < 0 { angle = 1 - angle }
    return angle >= 1 ? angle - 1 : angle
}

/// Cosine of an angle in turns, within 1e-6.
func cosine(turns: Float) -> Float {
    var turn = abs(turns - turns.rounded())
    let mirrored = turn > 0.25
    if mirrored { turn = 0.5 - turn }
    let angle = turn * 6.283_185_3
    let square = angle * angle
    let series =
        1 - square / 2 * (1 - square / 12 * (1 - square / 30 * (1 - square / 56 * (1 - square / 90))))
    return mirrored ? -series : series
}

/// Sine of an angle in turns, within 1e-6; exactly 0 at 0.
func sine(turns: Float) -> Float {
    var turn = turns - turns.rounded()
    if turn > 0.25 { turn = 0.5 - turn }
    if turn < -0.25 { turn = -0.5 - turn }
    let angle = turn * 6.283_185_3
    let square = angle * angle
    return angle * (1 - square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72 * (1 - square / 110)))))
}

/// `exp(-value)` for `value >= 0`, within 0.5 percent: enough for the bell curves that shape tissue.
@inline(__always)
func decay(_ value: Float) -> Float {
    let eighth = 1 - value / 64 + value * value / 8192
    if value > 24 { return 0 }
    let square = eighth * eighth
    let fourth = square * square
    let eight = fourth * fourth
    let sixteen = eight * eight
    let thirtyTwo = sixteen * sixteen
    return thirtyTwo * thirtyTwo
}

extension SIMD3<Float> {
    @inline(__always)
    func dot(_ other: SIMD3<Float>) -> Float {
        x * other.x + y * other.y + z * other.z
    }

    @inline(__always)
    var length: Float { dot(self).squareRoot() }

    /// The vector of length one in this direction; +z for a vector of no length.
    var normalised: SIMD3<Float> {
        let size = length
        return size > 1e-6 ? self / size : SIMD3(0, 0, 1)
    }

    func cross(_ other: SIMD3<Float>) -> SIMD3<Float> {
        SIMD3(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }
}
