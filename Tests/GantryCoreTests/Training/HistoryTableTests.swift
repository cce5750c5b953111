import GantryCore
import Testing

@Suite struct HistoryTableTests {
    static let history = [
        EpochRecord(
            epoch: 1, step: 61, learningRate: 0.1, trainingLoss: 1.0 / 3, trainingAccuracy: 0.5,
            validationLoss: 0.1 + 0.2, validationAccuracy: 1, validationAUC: 0.987_654_321_098_765_4, isBest: true,
            imagesPerSecond: 270, seconds: 14.25),
        EpochRecord(
            epoch: 2, step: 122, learningRate: .leastNonzeroMagnitude, trainingLoss: .infinity, trainingAccuracy: 0,
            validationLoss: 1.797_693_134_862_315_7e308, validationAccuracy: 2.5e-7, validationAUC: nil, isBest: false,
            imagesPerSecond: 1e21, seconds: 0),
    ]

    static let text = """
        epoch,step,learning_rate,train_loss,train_accuracy,val_loss,val_accuracy,val_auc,best,images_per_second,seconds
        1,61,0.1,0.3333333333333333,0.5,0.30000000000000004,1.0,0.9876543210987654,true,270.0,14.25
        2,122,5e-324,inf,0.0,1.7976931348623157e+308,2.5e-07,,false,1e+21,0.0

        """

    @Test func `a row an epoch, with the fewest digits that read back exactly`() throws {
        #expect(HistoryTable.text(Self.history) == Self.text)
        #expect(try HistoryTable.parse(Self.text) == Self.history)
    }

    @Test func `NaN is written and read`() throws {
        var history = Self.history
        history[1].trainingLoss = .nan
        let text = HistoryTable.text(history)
        #expect(text.contains("5e-324,nan,0.0"))
        #expect(try HistoryTable.parse(text)[1].trainingLoss.isNaN)
    }

    @Test func `no epoch is the names alone`() throws {
        let text = HistoryTable.text([])
        #expect(text == HistoryTable.columns.joined(separator: ",") + "\n")
        #expect(try HistoryTable.parse(text) == [])
    }

    @Test func `ends of lines of another system, and a last line without one, are read`() throws {
        let text = String(Self.text.replacing("\n", with: "\r\n").dropLast())
        #expect(try HistoryTable.parse(text) == Self.history)
    }

    @Test(
        arguments: [
            ("", "line 1: expected the columns epoch,step,"),
            ("epoch,step\n", "line 1: expected the columns epoch,step,"),
            (text.replacing("122,", with: ""), "line 3: expected 11 fields, found 10"),
            (text.replacing("0.5,", with: "half,"), "line 2, column train_accuracy: \"half\" is not a number"),
            (text.replacing("61,", with: "61.5,"), "line 2, column step: \"61.5\" is not a whole number from 0 on"),
            (text.replacing("122,", with: "-1,"), "line 3, column step: \"-1\" is not a whole number from 0 on"),
            (
                text.replacing("61,", with: "99999999999999999999,"),
                "line 2, column step: \"99999999999999999999\" is not a whole number from 0 on"
            ),
            (text.replacing("true", with: "1"), "line 2, column best: \"1\" is not true or false"),
            (text.replacing("2,122", with: "3,122"), "line 3, column epoch: expected epoch 2, found 3"),
            (text + "\n", "line 4: expected 11 fields, found 1"),
        ] as [(String, String)])
    func `what is no history is named by line and column`(_ text: String, _ sentence: String) throws {
        let error = try #require(throws: HistoryTableError.self) { try HistoryTable.parse(text) }
        #expect(error.description.hasPrefix(sentence), "\(error)")
    }

    @Test func `a field of any length is quoted in part`() throws {
        let text = Self.text.replacing("true", with: String(repeating: "x", count: 10_000))
        let error = try #require(throws: HistoryTableError.self) { try HistoryTable.parse(text) }
        #expect(error.column == "best" && error.description.count < 150)
    }

    @Test func `the best epoch is the last that was the best so far`() {
        var history = Self.history
        #expect(history.best?.epoch == 1)
        history[1].isBest = true
        #expect(history.best?.epoch == 2)
        #expect([EpochRecord]().best == nil)
    }

    @Test func `the time left is that of the last epochs, and the first tells nothing beside others`() throws {
        func history(_ seconds: [Double]) -> [EpochRecord] {
            seconds.enumerated().map { index, seconds in
                var record = Self.history[0]
                (record.epoch, record.seconds) = (index + 1, seconds)
                return record
            }
        }
        #expect(history([]).secondsLeft(of: 10) == nil)
        #expect(history([100]).secondsLeft(of: 3) == 200)
        #expect(history([100, 4]).secondsLeft(of: 5) == 12)
        #expect(history([100, 50, 1, 2, 3, 4, 5]).secondsLeft(of: 9) == 6)
        #expect(history([100, 4]).secondsLeft(of: 2) == 0 && history([100, 4]).secondsLeft(of: 1) == 0)
        #expect(history([100, 4]).seconds == 104)
    }
}
