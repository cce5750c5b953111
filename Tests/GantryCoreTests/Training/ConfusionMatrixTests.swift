import GantryCore
import Testing

@Suite struct ConfusionMatrixTests {
    /// Rows are the true classes: [[3, 1, 0], [0, 2, 2], [0, 0, 0]].
    static let small: ConfusionMatrix = {
        var matrix = ConfusionMatrix(classes: 3)
        for (label, said) in [(0, 0), (0, 0), (0, 1), (0, 0), (1, 1), (1, 2), (1, 1), (1, 2)] {
            matrix.add(label: label, said: said)
        }
        return matrix
    }()

    @Test func `it counts images by class and by what was said`() {
        let matrix = Self.small
        #expect(matrix.images == 8 && matrix.correct == 5 && matrix.accuracy == 0.625)
        #expect(matrix[label: 0, said: 1] == 1 && matrix[label: 1, said: 0] == 0)
        #expect((0..<3).map(matrix.recall) == [0.75, 0.5, nil])
        #expect((0..<4).map(matrix.images) == [4, 4, 0, 0])
    }

    @Test func `a class that there is not is not counted`() {
        var matrix = ConfusionMatrix(classes: 2)
        for (label, said) in [(2, 0), (0, 2), (-1, 0), (0, -1)] {
            let isCounted = matrix.add(label: label, said: said)
            #expect(!isCounted)
        }
        #expect(matrix == ConfusionMatrix(classes: 2) && matrix.accuracy == nil)
        #expect(ConfusionMatrix(classes: -1).classes == 0)
    }

    @Test func `confusions stand by how often they are, equal ones in the classes' order`() {
        var matrix = Self.small
        matrix.add(label: 2, said: 0)
        #expect(matrix.confusions.map(\.count) == [2, 1, 1])
        #expect(matrix.confusions.map { [$0.pair.label, $0.pair.said] } == [[1, 2], [0, 1], [2, 0]])
    }

    @Test func `of many classes those with most confusions are kept, and the rest is one`() {
        var matrix = ConfusionMatrix(classes: 1000)
        for label in 0..<1000 { for _ in 0..<3 { matrix.add(label: label, said: label) } }
        for _ in 0..<5 { matrix.add(label: 700, said: 20) }
        matrix.add(label: 3, said: 999)
        let kept = matrix.mostConfusedClasses(3)
        // Classes 3 and 999 take part in one confusion each: the first of them.
        #expect(kept == [3, 20, 700])
        #expect(matrix.condensed(to: kept) == [[3, 0, 0, 1], [0, 3, 0, 0], [0, 5, 3, 0], [0, 0, 0, 3 * 997]])
        #expect(matrix.mostConfusedClasses(1000) == Array(0..<1000) && matrix.mostConfusedClasses(-1) == [])
    }

    @Test func `all classes kept leave nothing for the rest`() {
        #expect(Self.small.condensed(to: [0, 1, 2]) == [[3, 1, 0, 0], [0, 2, 2, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
        #expect(Self.small.condensed(to: [1, 1]) == [[2, 0, 2], [0, 0, 0], [1, 0, 3]])
    }
}
