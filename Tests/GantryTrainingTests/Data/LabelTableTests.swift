import GantryCore
import GantryTestSupport
import GantryTraining
import Testing

@Suite struct LabelTableTests {
    private static func uid(_ text: String) throws -> UID { try #require(UID(text)) }

    @Test(
        arguments: [
            "file,label,split,group\na/1.png,cat,train,p1\na/2.png,dog,val,\n",
            "\u{FEFF}group;split;file;label\r\np1;train;a/1.png;cat\r\n;validation;a/2.png;dog",
            "File\tLabel\tnote\tSplit\tGroup\n\n a/1.png\tcat\tx,y\tTRAIN\tp1\n./a/2.png\tdog\t\tvalid\t\n",
            "\"file\",\"label\",\"split\",\"group\"\r\"a/1.png\" , \"cat\",train,p1\ra/2.png,dog,\"val\",",
        ])
    func `columns in any order, separators, marks and line ends make one table`(_ text: String) throws {
        let table = try SplitTable(text, name: "t.csv")
        #expect(table.rows.map(\.file) == ["a/1.png", "a/2.png"])
        #expect(table.rows.map(\.label) == ["cat", "dog"])
        #expect(table.rows.map(\.side) == [.train, .validation])
        #expect(table.rows.map(\.group) == ["p1", nil])
        #expect(table.classes == ["cat", "dog"])
        #expect(table["./a/1.png"]?.label == "cat" && table["a/3.png"] == nil)
    }

    @Test func `a quoted field holds separators, quotes and line ends, and lines are counted over them`() throws {
        let table = try SplitTable("file,label\n\"a \"\"b\"\", c\nd.png\",x\ne.png,\"y\"\n", name: "t.csv")
        #expect(table.rows.map(\.file) == ["a \"b\", c\nd.png", "e.png"])
        #expect(table.rows.map(\.place) == ["t.csv:2", "t.csv:4"])
    }

    @Test(
        arguments: [
            (
                "name,label\na,b\n",
                "t.csv:1: names the columns name,label; expected file among them."
            ),
            ("", "t.csv:1: names the columns ; expected file among them."),
            ("file,note\na,b\n", "t.csv:1: names the columns file,note; expected label, split or group beside file."),
            ("file,label\na,b\nc\n", "t.csv:3: has 1 fields, but the columns are file,label."),
            ("file,label\n,b\n", "t.csv:2: names no file."),
            (
                "file,split\n\na,learn\n",
                "t.csv:3: has the split learn; expected train, validation (or val) or test."
            ),
            ("file,label\n\"a,b\n", "t.csv:2: opens a quote that nothing closes."),
            ("file,label\n\"a\"b,c\n", "t.csv:2: goes on behind the closing quote of a field."),
            ("file,label\na,b\n./a,c\n", "t.csv:3: names a, which t.csv:2 names too: each file stands once."),
        ])
    func `what cannot be understood is named by file and line`(_ text: String, _ sentence: String) {
        let fault = #expect(throws: TrainingDataFault.self) { try SplitTable(text, name: "t.csv") }
        #expect(fault?.description == sentence)
    }

    @Test func `lists of names give sides`() throws {
        var table = SplitTable()
        try table.addList("\u{FEFF}a/1.png\r\n\r\n  a/2 b.png \r\n", name: "train.txt", side: .train)
        try table.addList("./a/3.png\n", name: "val.txt", side: .validation)
        #expect(table.rows.map(\.file) == ["a/1.png", "a/2 b.png", "a/3.png"])
        #expect(table.rows.map(\.side) == [.train, .train, .validation])
        let fault = #expect(throws: TrainingDataFault.self) {
            try table.addList("b\na/1.png", name: "test.txt", side: .test)
        }
        #expect(fault?.code == .contradiction && fault?.subject == "test.txt:2")
        #expect(throws: Never.self) { try table.requirePresent(["a/1.png", "a/2 b.png", "./a/3.png", "b", "c"]) }
        let absent = #expect(throws: TrainingDataFault.self) { try table.requirePresent(["a/1.png", "b"]) }
        #expect(absent?.code == .labelForAbsent)
        #expect(
            absent?.description
                == "train.txt:3: is the first of 2 lines whose files are not there: a/2 b.png, a/3.png.")
    }

    @Test func `a file that is not there or not text says so`() throws {
        let folder = try TemporaryFolder()
        try folder.write([0x66, 0xFC, 0x72], to: "latin.csv")
        let latin = #expect(throws: TrainingDataFault.self) { try SplitTable(path: folder.path + "/latin.csv") }
        #expect(latin?.code == .malformedTable && latin?.subject == folder.path + "/latin.csv")
        let none = #expect(throws: TrainingDataFault.self) { try StudyLabels(path: folder.path + "/none.csv") }
        #expect(none?.code == .cannotRead)
    }

    @Test func `labels of studies, series, objects and frames: the smallest thing counts`() throws {
        let labels = try StudyLabels(
            """
            study_instance_uid,label,series_instance_uid,sop_instance_uid,frame_number,split,group
            1.1,well,,,,train,p1
            1.1,ill,1.1.2,,,,
            1.1,odd,1.1.2,1.1.2.5,,,
            1.1,well,1.1.2,1.1.2.5,3,,
            1.2,ill,,,,val,p2

            """, name: "l.csv")
        #expect(labels.classes == ["ill", "odd", "well"])
        func label(_ study: String, _ series: String, _ object: String, _ frame: Int) throws -> String? {
            try labels.label(
                study: Self.uid(study), series: Self.uid(series), sopInstance: Self.uid(object), frame: frame
            ).map { labels.classes[$0] }
        }
        #expect(try label("1.1", "1.1.1", "1.1.1.1", 1) == "well")
        #expect(try label("1.1", "1.1.2", "1.1.2.1", 1) == "ill")
        #expect(try label("1.1", "1.1.2", "1.1.2.5", 1) == "odd")
        #expect(try label("1.1", "1.1.2", "1.1.2.5", 3) == "well")
        #expect(try label("1.2", "1.2.1", "1.2.1.1", 1) == "ill")
        #expect(try label("1.3", "1.2.1", "1.2.1.1", 1) == nil)
        #expect(try labels.sides == [Self.uid("1.1"): .train, Self.uid("1.2"): .validation])
        #expect(try labels.groups == [Self.uid("1.1"): "p1", Self.uid("1.2"): "p2"])
        #expect(try labels.studies == [Self.uid("1.1"), Self.uid("1.2")])
    }

    @Test func `a phantom's truth labels each slice by itself`() throws {
        let labels = try StudyLabels(
            """
            study_instance_uid;sop_instance_uid;note;positive_slice;positive_study
            1.1;1.1.1;;0;1
            1.1;1.1.2;;1;1

            """, name: "truth.csv")
        #expect(labels.classes == ["negative", "positive"])
        func label(_ object: String) throws -> Int? {
            try labels.label(study: Self.uid("1.1"), series: Self.uid("1"), sopInstance: Self.uid(object), frame: 1)
        }
        #expect(try label("1.1.1") == 0)
        #expect(try label("1.1.2") == 1)
        #expect(try label("1.1.3") == nil)
    }

    @Test func `labels for studies that are not there are refused by name`() throws {
        let labels = try StudyLabels("study_instance_uid,label\n1.1,a\n1.2,b\n1.3,b\n", name: "l.csv")
        #expect(throws: Never.self) {
            try labels.requirePresent(studies: [Self.uid("1.1"), Self.uid("1.2"), Self.uid("1.3"), Self.uid("1.4")])
        }
        let fault = #expect(throws: TrainingDataFault.self) { try labels.requirePresent(studies: [Self.uid("1.2")]) }
        #expect(fault?.code == .labelForAbsent)
        #expect(fault?.description == "l.csv: labels studies that are not there: 1.1, 1.3.")
    }

    @Test(
        arguments: [
            (
                "study_instance_uid,class\n1.1,a\n",
                "l.csv:1: names the columns study_instance_uid,class; expected study_instance_uid and label, or "
                    + "positive_slice, positive_study and sop_instance_uid."
            ),
            ("study_instance_uid,label\n1.1,\n", "l.csv:2: has no label."),
            ("study_instance_uid,label\n,a\n", "l.csv:2: names no study."),
            (
                "study_instance_uid,label\nchest,a\n",
                "l.csv:2: has chest where a UID is expected: 1 to 64 digits and dots."
            ),
            ("study_instance_uid,label\n1.1,a\n1.1,b\n", "l.csv:3: says b of what line 2 says a of."),
            (
                "study_instance_uid,label,frame_number\n1.1,a,2\n",
                "l.csv:2: has the frame number 2; expected 1 or above, of an object."
            ),
            (
                "study_instance_uid,label,split\n1.1,a,train\n1.1,a,test\n",
                "l.csv:3: gives study 1.1 to test, another line to train: a study is not divided."
            ),
            (
                "study_instance_uid,sop_instance_uid,positive_slice,positive_study\n1.1,1.2,yes,1\n",
                "l.csv:2: has not two UIDs, two of 0 and 1, and a frame number in its columns."
            ),
        ])
    func `labels that cannot be understood are named by file and line`(_ text: String, _ sentence: String) {
        let fault = #expect(throws: TrainingDataFault.self) { try StudyLabels(text, name: "l.csv") }
        #expect(fault?.description == sentence)
    }
}
