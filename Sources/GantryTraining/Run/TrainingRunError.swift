/// Why a run ends before it is done.
package enum TrainingRunError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A number is NaN or infinite: in which layer first, where that can be told.
    case notFinite(layer: String?, epoch: Int, step: Int)

    /// Two sentences for a person.
    package var description: String {
        switch self {
        case .notFinite(let layer, let epoch, let step):
            "In epoch \(epoch), step \(step), a number is no longer finite"
                + (layer.map { ", first in \($0)" } ?? "") + ". The last good checkpoint is kept. What helps is to "
                + "begin anew, with the bundle's --recipe and a smaller --learning-rate, --warm-up-epochs or "
                + "--clip-norm."
        }
    }
}
