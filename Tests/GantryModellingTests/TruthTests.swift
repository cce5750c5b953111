import GantryCore
import GantryModelling
import GantryTestSupport
import Testing

@Suite struct TruthTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func file(_ text: String) throws -> String {
        try folder.write(text.utf8, to: "truth.csv")
        return folder.path + "/truth.csv"
    }

    private func slice(_ uid: String, _ frame: Int) throws -> Truth.Slice {
        Truth.Slice(sopInstanceUID: try #require(UID(uid)), frameNumber: frame)
    }

    @Test func `columns are found by their names, and a slice without a frame number is frame 1`() throws {
        let truth = try Truth(
            path: file(
                """
                positive_study,note,sop_instance_uid,study_instance_uid,positive_slice
                1,any,1.2.3,1.2,0
                1,,1.2.4,1.2,1
                0,,1.3.1,1.3,0

                """))
        #expect(try truth.slices == [slice("1.2.3", 1): false, slice("1.2.4", 1): true, slice("1.3.1", 1): false])
        #expect(try truth.studies == [#require(UID("1.2")): true, #require(UID("1.3")): false])
    }

    @Test func `frames of one object are slices of their own`() throws {
        let truth = try Truth(
            path: file(
                """
                study_instance_uid,sop_instance_uid,frame_number,positive_slice,positive_study
                1.2,1.2.3,1,0,1
                1.2,1.2.3,2,1,1
                """))
        #expect(try truth.slices == [slice("1.2.3", 1): false, slice("1.2.3", 2): true])
    }

    @Test(arguments: ["1.2,1.2.3,1,0", "1.2,1.2.3,1,yes,1", "1.2,not a UID,1,0,1", "1.2,1.2.3,one,0,1"])
    func `a line that cannot be understood is named`(_ line: String) throws {
        let path = try file(
            """
            study_instance_uid,sop_instance_uid,frame_number,positive_slice,positive_study
            1.2,1.2.3,1,0,1
            \(line)
            """)
        let fault = #expect(throws: ModellingFault.self) { try Truth(path: path) }
        #expect(fault?.code == .malformed)
        #expect(
            fault?.description
                == "\(path):3: has not two UIDs, two of 0 and 1, and a frame number in its columns.")
    }

    @Test(arguments: ["", "study_instance_uid,sop_instance_uid,positive_slice\n1.2,1.2.3,0\n"])
    func `a table without the columns is refused at its first line`(_ text: String) throws {
        let path = try file(text)
        let fault = #expect(throws: ModellingFault.self) { try Truth(path: path) }
        #expect(fault?.code == .malformed && fault?.description.hasPrefix("\(path):1: names the columns ") == true)
    }

    @Test func `a table that is not there cannot be read`() throws {
        let path = folder.path + "/nowhere.csv"
        let fault = #expect(throws: ModellingFault.self) { try Truth(path: path) }
        #expect(fault?.code == .cannotRead && fault?.description == "\(path): cannot be read.")
    }
}
