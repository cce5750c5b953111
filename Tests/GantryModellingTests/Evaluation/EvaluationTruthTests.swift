import Foundation
import GantryCore
import GantryTraining
import Testing

import GantryModelling

/// Tables of what is true, and what their words say of a network's outputs.
@Suite struct EvaluationTruthTests {
    private let uids = ["1.2.3", "1.2.4"].compactMap { UID($0) }

    private func fault(_ text: String) -> TrainingDataFault? {
        do {
            _ = try EvaluationTruth(text, name: "t.csv")
            return nil
        } catch {
            return error
        }
    }

    private func words(_ texts: String...) -> [EvaluationTruth.Word] {
        texts.enumerated().map { EvaluationTruth.Word(text: $0.element, line: $0.offset + 2) }
    }

    @Test(arguments: [",", ";", "\t"]) func `studies alone, with any separator`(separator: String) throws {
        let text = ["study_instance_uid,label,group", "1.2.3,covid19,p", "1.2.4,negative,q"]
            .map { $0.replacing(",", with: separator) }.joined(separator: "\r\n")
        let truth = try EvaluationTruth(text, name: "t.csv")
        #expect(truth.studies == uids && !truth.knowsSlices)
        #expect(truth.words(ofStudy: uids[0])?.map(\.text) == ["covid19"])
        #expect(truth.words(ofStudy: uids[1])?.map(\.line) == [3] && truth.groups[uids[1]] == "q")
    }

    @Test func `rows about slices are of the slice, and of a study that has no row of its own`() throws {
        let truth = try EvaluationTruth(
            """
            study_instance_uid,sop_instance_uid,frame_number,label,split
            1.2.3,9.1,2,ill,test
            1.2.3,9.2,,well,test
            1.2.4,9.3,,ill,train
            1.2.4,,,well,train
            """, name: "t.csv")
        let slice = try #require(UID("9.1"))
        #expect(truth.knowsSlices && truth.words(ofSlice: slice, frame: 1) == nil)
        #expect(truth.words(ofSlice: slice, frame: 2)?.map(\.text) == ["ill"])
        #expect(truth.words(ofSlice: try #require(UID("9.2")), frame: 7)?.map(\.text) == ["well"])
        #expect(truth.words(ofStudy: uids[0])?.map(\.text) == ["ill", "well"])
        #expect(truth.words(ofStudy: uids[1])?.map(\.text) == ["well"])
        #expect(truth.sides == ["1.2.3": .test, "1.2.4": .train])
    }

    @Test func `a phantom's truth says of slices and studies`() throws {
        let truth = try EvaluationTruth(
            """
            study_instance_uid,sop_instance_uid,positive_slice,positive_study
            1.2.3,9.1,0,1
            1.2.3,9.2,1,1
            """, name: "t.csv")
        #expect(truth.words(ofStudy: uids[0])?.map(\.text) == ["1"])
        #expect(truth.words(ofSlice: try #require(UID("9.1")), frame: 1)?.map(\.text) == ["0"])
    }

    @Test func `files may have several labels`() throws {
        let truth = try EvaluationTruth("file,label\n./a.png,low\na.png,high\nb.png,none\n", name: "t.csv")
        #expect(truth.files == ["a.png", "b.png"] && truth.words(ofFile: "a.png")?.map(\.text) == ["low", "high"])
    }

    @Test func `what is no truth is told with its line and the columns that are there`() {
        func expect(_ text: String, _ words: String..., location: SourceLocation = #_sourceLocation) {
            let found = fault(text)
            #expect(found?.code == .malformedTable || found?.code == .contradiction, sourceLocation: location)
            for word in words {
                #expect(
                    found?.description.contains(word) == true, "\(found?.description ?? "")", sourceLocation: location)
            }
        }
        expect("", "t.csv", "is empty")
        expect("\n\n", "is empty")
        expect(
            "study,verdict\n1,2\n", "t.csv:1", "names the columns study,verdict; expected study_instance_uid and label")
        expect("study_instance_uid;label\n", "names the columns study_instance_uid,label, and nothing stands below")
        expect("study_instance_uid,label\n1.2.3\n", "t.csv:2", "has 1 field, but the columns are")
        expect("study_instance_uid,label\n1.2.3,\n", "t.csv:2", "has no label")
        expect("study_instance_uid,label\n,ill\n", "names no study")
        expect("study_instance_uid,label\n1.2.x,ill\n", "has 1.2.x where a UID is expected")
        expect("study_instance_uid,label,split\n1.2.3,ill,other\n", "has the split other")
        expect("study_instance_uid,label,group\n1.2.3,ill,p\n1.2.3,ill,q\n", "gives study 1.2.3 to group q")
        expect("study_instance_uid,label\n\"1.2.3,ill\n", "t.csv:2", "quote")
        expect("study_instance_uid,sop_instance_uid,frame_number,label\n1.2.3,9.1,0,ill\n", "frame number 0")
        expect("file,label\n,ill\n", "names no file")
    }

    @Test func `words are classes, or yes and no of the positive one`() throws {
        let two = try #require(EvaluationClasses(names: ["well", "ill"], positiveClass: "ill", activation: .softmax))
        let three = try #require(
            EvaluationClasses(names: ["a", "b", "c"], positiveClass: "b", activation: .softmax))
        let labels = try #require(
            EvaluationClasses(names: ["a", "b", "c"], positiveClass: "b", activation: .sigmoid))
        #expect(two.rows == [1] && three.rows == [1, 0, 2] && labels.rows == [1, 0, 2])
        #expect(try two.truth(of: words("ill"), table: "t") == [false, true])
        #expect(try two.truth(of: words("0"), table: "t") == [true, false])
        #expect(try two.truth(of: words("Positive", "ill"), table: "t") == [false, true])
        #expect(try three.truth(of: words("negative"), table: "t") == [nil, false, nil])
        #expect(try three.truth(of: words("c"), table: "t") == [false, false, true])
        #expect(try labels.truth(of: words("a", "c"), table: "t") == [true, false, true])
        #expect(try labels.truth(of: words("none"), table: "t") == [false, false, false])
        #expect(EvaluationClasses(names: ["a"], positiveClass: "x", activation: .sigmoid) == nil)
    }

    @Test func `labels that are no class, or contradict each other, are refused`() throws {
        let two = try #require(EvaluationClasses(names: ["well", "ill"], positiveClass: "ill", activation: .softmax))
        func fault(_ texts: String...) -> TrainingDataFault? {
            do throws(TrainingDataFault) {
                _ = try two.truth(
                    of: texts.enumerated().map { .init(text: $0.element, line: $0.offset + 2) }, table: "t.csv")
                return nil
            } catch {
                return error
            }
        }
        #expect(fault("sick")?.code == .labelUnknown)
        #expect(fault("sick")?.description.contains("t.csv:2") == true)
        #expect(fault("sick")?.description.contains("expected well, ill, or positive and negative") == true)
        #expect(fault("well", "ill")?.code == .contradiction && fault("1", "0")?.code == .contradiction)
        #expect(fault("ill", "0")?.code == .contradiction && fault("none")?.code == .labelUnknown)
    }
}
