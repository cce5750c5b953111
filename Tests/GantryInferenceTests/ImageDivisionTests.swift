import GantryInference
import Testing

/// Which images are one worker's, and which everybody's.
@Suite struct ImageDivisionTests {
    @Test func `each image is in one group, in order, and no worker has more groups alone than another`() {
        for count in 0...40 {
            for workers in 1...17 {
                for largest in [1, 4] {
                    let division = ImageDivision(count, workers: workers, largestGroup: largest)
                    let groups = division.apart + division.together
                    #expect(groups.flatMap(Array.init) == Array(0..<count))
                    #expect(groups.allSatisfy { 1...largest ~= $0.count })
                    let sizes = division.apart.map(\.count)
                    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
                    let alone = sizes.reduce(0, +)
                    #expect(alone % workers == 0 || 4 * (alone % workers) > 3 * workers)
                }
            }
        }
    }

    @Test func `one image is everybody's, and so is what nine leave among four`() {
        #expect(ImageDivision(1, workers: 2, largestGroup: 4).together == [0..<1])
        let nine = ImageDivision(9, workers: 4, largestGroup: 4)
        #expect(nine.apart == [0..<2, 2..<4, 4..<6, 6..<8] && nine.together == [8..<9])
        #expect(ImageDivision(9, workers: 4, largestGroup: 1, together: false).together.isEmpty)
        #expect(ImageDivision(7, workers: 1, largestGroup: 4).together.isEmpty)
        // Fifteen of sixteen have one each.
        #expect(ImageDivision(15, workers: 16, largestGroup: 4).together.isEmpty)
    }
}
