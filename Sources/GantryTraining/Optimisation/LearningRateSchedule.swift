import Foundation
import GantryCore

/// The learning rate of each step.
///
/// During the warm-up it rises linearly, by an equal part with every step, and reaches the highest rate with the
/// warm-up's last step. The rest follows the kind: `constant` stays; `cosine` is half a cosine over the steps after the
/// warm-up, from the highest rate down to 0 where the last step ends, as `torch.optim.lr_scheduler.CosineAnnealingLR`
/// has it; `step` is a tenth from the first third of all steps on and a hundredth from the second.
public struct LearningRateSchedule: Sendable, Hashable {
    /// How it falls.
    public var kind: TrainingScheduleRecipe.ScheduleKind
    /// The highest rate.
    public var highest: Double
    /// Epochs in which it rises.
    public var warmUpEpochs: Int

    /// A schedule.
    public init(kind: TrainingScheduleRecipe.ScheduleKind, highest: Double, warmUpEpochs: Int = 0) {
        self.kind = kind
        self.highest = highest
        self.warmUpEpochs = warmUpEpochs
    }

    /// The rate of step `step`, from 0 on, of `epochs` epochs of `stepsPerEpoch` steps each.
    public func rate(step: Int, stepsPerEpoch: Int, epochs: Int) -> Double {
        let all = max(stepsPerEpoch * epochs, 1)
        let warmUp = min(warmUpEpochs * stepsPerEpoch, all)
        if step < warmUp { return highest * Double(step + 1) / Double(warmUp) }
        switch kind {
        case .constant: return highest
        case .cosine:
            return highest / 2 * (1 + cos(Double.pi * Double(step - warmUp) / Double(max(all - warmUp, 1))))
        case .step:
            let third = min(max(3 * step / all, 0), 2)
            return [highest, highest / 10, highest / 100][third]
        }
    }
}
