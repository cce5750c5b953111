import Foundation

/// The temperature at which a loss is least, where nothing is known of it but its values.
package enum TemperatureSearch {
    /// Steps of the first look at the range of `TemperatureFit`, in which a logarithm is divided evenly.
    private static let steps = 64

    /// The temperature of the least loss, to some 1e-7 of itself; nil where that lies at an end of the range, so that
    /// the data determine none.
    ///
    /// **Source** Kiefer, "Sequential minimax search for a maximum", Proceedings of the AMS 4 (1953): the golden
    /// section, between the neighbours of the best of a first look.
    package static func minimum(_ loss: (_ temperature: Double) -> Double) -> Double? {
        let (low, high) = (log(TemperatureFit.range.lowerBound), log(TemperatureFit.range.upperBound))
        let places = (0...steps).map { low + (high - low) * Double($0) / Double(steps) }
        let losses = places.map { loss(exp($0)) }
        guard let best = losses.indices.min(by: { losses[$0] < losses[$1] }), losses[best].isFinite,
            best > 0, best < steps
        else { return nil }
        var (left, right) = (places[best - 1], places[best + 1])
        let ratio = (5.0.squareRoot() - 1) / 2
        var (one, two) = (right - ratio * (right - left), left + ratio * (right - left))
        var (lossOne, lossTwo) = (loss(exp(one)), loss(exp(two)))
        while right - left > 1e-8 {
            if lossOne < lossTwo {
                (right, two, lossTwo) = (two, one, lossOne)
                one = right - ratio * (right - left)
                lossOne = loss(exp(one))
            } else {
                (left, one, lossOne) = (one, two, lossTwo)
                two = left + ratio * (right - left)
                lossTwo = loss(exp(two))
            }
        }
        return exp((left + right) / 2)
    }
}
