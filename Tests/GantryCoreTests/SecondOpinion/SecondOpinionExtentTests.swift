import GantryCore
import Testing

struct SecondOpinionExtentTests {
    @Test func `a sample has the ends, the middle, and one in 32`() {
        #expect(SecondOpinionExtent.sample.indices(of: 0) == [])
        #expect(SecondOpinionExtent.sample.indices(of: 1) == [0])
        #expect(SecondOpinionExtent.sample.indices(of: 2) == [0, 1])
        #expect(SecondOpinionExtent.sample.indices(of: 34) == [0, 17, 32, 33])
        #expect(SecondOpinionExtent.sample.indices(of: 300).count == 12)
        #expect(SecondOpinionExtent.all.indices(of: 3) == [0, 1, 2])
        #expect(SecondOpinionExtent.none.indices(of: 300) == [])
    }

    @Test func `all is stronger than a sample, and a sample than none`() {
        #expect(SecondOpinionExtent.none < .sample)
        #expect(SecondOpinionExtent.sample < .all)
    }
}
