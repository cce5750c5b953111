import GantryCore
import Testing

/// Enhanced and Legacy Converted Enhanced CT: many images a file.
@Suite struct MultiFrameTests {
    private static let enhanced = "1.2.840.10008.5.1.4.1.1.2.1"
    private static let legacy = "1.2.840.10008.5.1.4.1.1.2.2"
    private let rules = SeriesRules()

    /// An object that holds the images of `chest` as its frames.
    private func object(_ number: Int, of chest: Series, sopClass: String = enhanced) throws -> SOPInstance {
        var object = try #require(chest.instances.first)
        object.file = "enhanced\(number).dcm"
        object.sopInstanceUID = uid("1.2.9.\(number)")
        object.sopClassUID = uid(sopClass)
        object.instanceNumber = number
        object.frames = chest.instances.flatMap(\.frames)
        object.pixels?.numberOfFrames = object.frames.count
        return object
    }

    private func select(_ instances: [SOPInstance]) -> SeriesSelection {
        SeriesSelection.decide(
            study([Series(seriesInstanceUID: uid("1.2.3.4"), instances: instances)]), rules: rules)
    }

    @Test(arguments: [enhanced, legacy]) func `one object of forty frames is a stack of forty slices`(
        sopClass: String
    ) throws {
        var given = try object(1, of: chest(40), sopClass: sopClass)
        given.frames.swapAt(3, 17)
        let selection = select([given])
        let decision = try #require(selection.decisions.first)
        #expect(decision.isChosen && decision.instances == 1 && decision.images == 40 && decision.part == nil)
        let stack = try #require(selection.chosen)
        #expect(stack.slices.map(\.positionMillimetres) == (0..<40).map { Double($0) * 2.5 })
        #expect(stack.slices[3].frameNumber == 18 && stack.slices[17].frameNumber == 4)
        #expect(Set(stack.slices.map(\.file)) == ["enhanced1.dcm"])
        #expect(selection.outcomes.isEmpty)
        let row = try #require(decision.rules.first { $0.rule == .image })
        #expect(row.measured == "frames of 512 x 512, MONOCHROME2")
    }

    @Test func `plain, Enhanced and Legacy Converted objects that continue each other form one stack`() throws {
        var (low, high) = (chest(10), chest(10))
        low = low.with { $0.frame.plane = plane(-170, -170, -25 + 2.5 * Double(($0.instanceNumber ?? 0) - 1)) }
        high = high.with { $0.frame.plane = plane(-170, -170, 50 + 2.5 * Double(($0.instanceNumber ?? 0) - 1)) }
        let first = try object(91, of: low)
        let second = try object(92, of: high, sopClass: Self.legacy)
        let selection = select(chest(20).instances + [second, first])
        #expect(selection.decisions.count == 1)
        #expect(selection.chosen?.slices.count == 40 && selection.chosen?.geometry.isRegular == true)
        #expect(selection.outcomes.isEmpty)
        let row = try #require(selection.decisions[0].rules.first { $0.rule == .ctImage })
        #expect(row.passed && row.measured == "CT Image Storage on 20 of 40 images")
    }

    @Test func `phases within one file: the file is scored, and no other end is told of it`() throws {
        var given = try object(1, of: chest(20))
        let second = given.frames.map { frame in
            var frame = frame
            frame.temporalPosition = 2
            return frame
        }
        for index in given.frames.indices { given.frames[index].temporalPosition = 1 }
        given.frames += second
        given.pixels?.numberOfFrames = 40
        let selection = select([given])
        #expect(selection.decisions.map(\.images) == [20, 20])
        #expect(selection.chosen?.slices.map(\.frameNumber) == Array(1...20))
        #expect(selection.outcomes.isEmpty && selection.evidence == StackEvidence())
    }

    @Test func `frames tell passes apart by their number alone`() throws {
        var given = try object(1, of: chest(20))
        given.frames += given.frames
        given.pixels?.numberOfFrames = 40
        #expect(
            select([given]).decisions.map(\.part) == [
                "phase 1 of 2 (instance 1, frame 1 to 20)", "phase 2 of 2 (instance 1, frame 21 to 40)",
            ])
    }

    @Test func `the file of an unchosen phase has one end`() throws {
        let first = try object(1, of: chest(20).with { $0.frame.acquisitionNumber = 1 })
        var second = try object(2, of: chest(20).with { $0.frame.acquisitionNumber = 2 })
        second.frames[4].plane = nil
        let selection = select([second, first])
        #expect(selection.decisions.count == 2)
        #expect(selection.outcomes.map(\.file) == ["enhanced2.dcm"])
        #expect(selection.outcomes.map(\.reason) == [.attributeMissing])
        // The frame without a place went with the largest part, the chosen one: nobody knows what it shows.
        #expect(selection.evidence.unusableImages == 1)
    }

    @Test func `a frame without a place makes doubt though its file is scored`() throws {
        var given = try object(1, of: chest(20))
        given.frames[4].plane = nil
        let selection = select([given])
        #expect(selection.chosen?.slices.count == 19)
        #expect(selection.outcomes.isEmpty)
        #expect(selection.evidence == StackEvidence(unusedImages: [.withoutPlace: 1]))
    }

    @Test func `rescale may differ from frame to frame, and one without is put aside`() throws {
        var given = try object(1, of: chest(20))
        given.frames[2].rescale = Rescale(rescaleSlope: 0.5, rescaleIntercept: -1000)
        given.frames[3].rescale = nil
        let selection = select([given])
        #expect(selection.chosen?.slices.count == 19)
        #expect(selection.evidence.unusableImages == 1)
    }

    @Test func `several frames in a plain CT object, or frames that nobody describes, are refused`() throws {
        let plain = try object(1, of: chest(20), sopClass: "1.2.840.10008.5.1.4.1.1.2")
        let refused = select([plain])
        #expect(refused.decisions[0].reason.contains("its objects hold 20 frames"))
        #expect(refused.outcomes.map(\.reason) == [.contentUnsupported])
        var short = try object(1, of: chest(20))
        short.pixels?.numberOfFrames = 25
        let undescribed = select([short])
        #expect(undescribed.decisions[0].reason.contains("its objects hold 25 frames, of which 20 are described"))
        #expect(undescribed.outcomes.map(\.reason) == [.attributeInvalid])
    }

    @Test func `an object without any frame keeps its place in the table of series`() throws {
        var given = try object(1, of: chest(20))
        given.frames = []
        let selection = select([given])
        #expect(selection.chosen == nil && selection.outcomes.count == 1)
        #expect(selection.decisions.map(\.images) == [1])
    }
}
