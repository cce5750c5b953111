import Foundation
import GantryTraining
import Testing

@Suite struct LearningRateScheduleTests {
    @Test func `a constant rate stays, and rises before that where it warms up`() {
        let plain = LearningRateSchedule(kind: .constant, highest: 0.4)
        #expect((0..<6).allSatisfy { plain.rate(step: $0, stepsPerEpoch: 2, epochs: 3) == 0.4 })
        let warming = LearningRateSchedule(kind: .constant, highest: 0.4, warmUpEpochs: 2)
        let rates = (0..<6).map { warming.rate(step: $0, stepsPerEpoch: 2, epochs: 3) }
        for (found, expected) in zip(rates, [0.1, 0.2, 0.3, 0.4, 0.4, 0.4]) { #expect(abs(found - expected) < 1e-12) }
    }

    @Test func `a cosine falls from the highest rate to 0 where the last step ends`() {
        let schedule = LearningRateSchedule(kind: .cosine, highest: 0.1, warmUpEpochs: 1)
        // Of PyTorch 2.13: CosineAnnealingLR(T_max=4) behind a warm-up of two steps.
        let expected = [0.05, 0.1, 0.1, 0.08535533905932738, 0.05, 0.014644660940672624, 0]
        for (step, rate) in expected.enumerated() {
            #expect(abs(schedule.rate(step: step, stepsPerEpoch: 2, epochs: 3) - rate) < 1e-12, "\(step)")
        }
    }

    @Test func `steps divide by ten at each third`() {
        let schedule = LearningRateSchedule(kind: .step, highest: 1)
        let rates = (0..<9).map { schedule.rate(step: $0, stepsPerEpoch: 3, epochs: 3) }
        for (found, expected) in zip(rates, [1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01]) {
            #expect(abs(found - expected) < 1e-12)
        }
    }

    @Test func `a warm-up longer than the run never reaches the highest rate twice`() {
        let schedule = LearningRateSchedule(kind: .cosine, highest: 1, warmUpEpochs: 9)
        let rates = (0..<4).map { schedule.rate(step: $0, stepsPerEpoch: 2, epochs: 2) }
        #expect(rates == [0.25, 0.5, 0.75, 1])
    }
}
