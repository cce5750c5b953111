import GantryTraining
import Testing

@Suite struct BatchOrderTests {
    private static let labels = [1, 0, 1, 0, 0, 1, 0]
    private static let names = ["b/2", "a/10", "b/1", "a/9", "a/Z", "b/é", "a/a"]

    @Test func `without shuffling, samples come by class, then name, as bytes, in every epoch`() {
        let order = BatchOrder(labels: Self.labels, names: Self.names, sampling: .inOrder, seed: 1)
        let expected = ["a/10", "a/9", "a/Z", "a/a", "b/1", "b/2", "b/é"]
        #expect(order.order(ofEpoch: 1).map { Self.names[$0] } == expected)
        #expect(order.order(ofEpoch: 2).map { Self.names[$0] } == expected)
    }

    @Test func `shuffled, each comes once, in an order of epoch and seed, whatever the order they are given in`() {
        let order = BatchOrder(labels: Self.labels, names: Self.names, sampling: .shuffled, seed: 1)
        let first = order.order(ofEpoch: 1)
        #expect(first.sorted() == Array(0..<7))
        #expect(first == order.order(ofEpoch: 1))
        #expect((2...6).contains { order.order(ofEpoch: $0) != first })
        let other = BatchOrder(labels: Self.labels, names: Self.names, sampling: .shuffled, seed: 2)
        #expect((1...5).contains { other.order(ofEpoch: $0) != order.order(ofEpoch: $0) })
        let reversed = BatchOrder(
            labels: Self.labels.reversed(), names: Self.names.reversed(), sampling: .shuffled, seed: 1)
        #expect(
            reversed.order(ofEpoch: 1).map { Array(Self.names.reversed())[$0] } == first.map { Self.names[$0] })
    }

    @Test func `batches are the order cut, the last one shorter`() {
        let order = BatchOrder(labels: Self.labels, names: Self.names, sampling: .shuffled, seed: 1)
        let batches = order.batches(ofEpoch: 4, size: 3)
        #expect(batches.map(\.count) == [3, 3, 1])
        #expect(batches.flatMap { $0 } == order.order(ofEpoch: 4))
        #expect(BatchOrder(labels: [], names: [], sampling: .balanced, seed: 1).batches(ofEpoch: 1, size: 2) == [])
    }

    @Test func `balanced, each class gives as many, and none of its samples far more often than another`() {
        let labels = (0..<100).map { $0 < 10 ? 0 : $0 < 40 ? 1 : 2 }
        let order = BatchOrder(labels: labels, names: labels.indices.map { "\($0)" }, sampling: .balanced, seed: 9)
        var totals = [0, 0, 0]
        for epoch in 1...300 {
            let taken = order.order(ofEpoch: epoch)
            #expect(taken.count == 100)
            let counts = taken.reduce(into: [0, 0, 0]) { $0[labels[$1]] += 1 }
            #expect(counts.allSatisfy { 33...34 ~= $0 })
            for label in 0..<3 { totals[label] += counts[label] }
            let uses = taken.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            // Of ten samples for 33 places each comes three or four times; of sixty none twice.
            #expect(uses.allSatisfy { (labels[$0] == 0 ? 3...4 : labels[$0] == 1 ? 1...2 : 1...1) ~= $1 })
        }
        // Each epoch one class of three has 34: a hundred times each, within five standard deviations of 8.2.
        #expect(totals.allSatisfy { abs($0 - 10_000) <= 41 })
        #expect(order.order(ofEpoch: 1) != order.order(ofEpoch: 2))
    }

    @Test func `class weights are scikit-learn's`() {
        // compute_class_weight("balanced", classes=[0, 1, 2], y=[0] * 7 + [1] * 2 + [2] * 3) of scikit-learn 1.
        #expect(
            ClassWeights.balanced.weights(ofCounts: [7, 2, 3]) == [0.5714285714285714, 2.0, 1.3333333333333333])
        #expect(ClassWeights.none.weights(ofCounts: [7, 2, 3]) == nil)
        #expect(ClassWeights.balanced.weights(ofCounts: [4, 0, 4]) == [1, 0, 1])
    }
}
