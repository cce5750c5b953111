import GantryCore
import Testing

@Suite struct PredictionRankingTests {
    @Test func `the most probable class is the first of equal ones`() {
        #expect(PredictionRanking.topClass([0.2, 0.4, 0.4]) == 1)
        #expect(PredictionRanking.topClass([0.5, 0.5]) == 0)
        #expect(PredictionRanking.topClass([]) == nil)
        #expect(PredictionRanking.topClass([0.5, .nan]) == nil && PredictionRanking.topClass([.nan, 0.5]) == nil)
    }

    @Test func `the most wrong are those with the least probable truth, and only wrong ones`() {
        let probabilities = [[0.9, 0.1], [0.4, 0.6], [0.05, 0.95], [0.6, 0.4], [0.95, 0.05]]
        let labels = [1, 0, 0, 0, 1]
        #expect(PredictionRanking.mostWrong(labels: labels, probabilities: probabilities, most: 10) == [2, 4, 0, 1])
        #expect(PredictionRanking.mostWrong(labels: labels, probabilities: probabilities, most: 2) == [2, 4])
        #expect(PredictionRanking.mostWrong(labels: labels, probabilities: probabilities, most: -1) == [])
    }

    @Test func `an image whose class is not among its probabilities is left out`() {
        let probabilities = [[0.9, 0.1], [0.9, 0.1], [.nan, 0.1], [], [0.9, 0.1]]
        #expect(PredictionRanking.mostWrong(labels: [2, -1, 1, 0, 1], probabilities: probabilities, most: 5) == [4])
    }
}
