import GantryTraining
import Testing

@Suite struct ScoreAgreementTests {
    @Test func `of no slices everything agrees`() {
        let agreement = ScoreAgreement()
        #expect(agreement.slices == 0 && agreement.sameTopClass == 0)
        #expect(agreement.topClassShare == 1 && agreement.meanDifference == 0 && agreement.largestDifference == 0)
    }

    @Test func `top classes are counted and differences of the positive class measured, over all that was added`() {
        var agreement = ScoreAgreement()
        agreement.add(
            [[0.75, 0.25], [0.5625, 0.4375]], [[0.5, 0.5], [0.4375, 0.5625]], activation: .softmax, positiveClass: 1)
        // Where two are most probable the first counts: 0.5 and 0.5 is the first class, as before.
        #expect(agreement.slices == 2 && agreement.sameTopClass == 1 && agreement.topClassShare == 0.5)
        #expect(agreement.largestDifference == 0.25 && agreement.meanDifference == 0.1875)
        agreement.add(
            [[0, 0, 1], [0.25, 0.5, 0.25]], [[0.125, 0, 0.875], [0.5, 0.5, 0]], activation: .softmax, positiveClass: 2)
        #expect(agreement.slices == 4 && agreement.sameTopClass == 2)
        #expect(agreement.largestDifference == 0.25 && agreement.meanDifference == 0.1875)
    }

    @Test func `a tie is the first class in both`() {
        var agreement = ScoreAgreement()
        agreement.add(
            [[0.5, 0.5], [0.25, 0.375, 0.375]], [[0.5, 0.5], [0.125, 0.5, 0.375]], activation: .softmax,
            positiveClass: 0)
        #expect(agreement.sameTopClass == 2)
        agreement.add([[0.5, 0.5]], [[0.25, 0.75]], activation: .softmax, positiveClass: 0)
        #expect(agreement.sameTopClass == 2 && agreement.largestDifference == 0.25)
    }

    @Test func `of labels those count that have the same, whichever is the most probable`() {
        var agreement = ScoreAgreement()
        agreement.add(
            [[0.9, 0.6], [0.5, 0.1], [0.2, 0.1]], [[0.6, 0.9], [0.4999, 0.1], [0.1, 0.2]], activation: .sigmoid,
            positiveClass: 0)
        #expect(agreement.slices == 3 && agreement.sameTopClass == 2)
    }
}
