import GantryCore
import GantryReports
import Testing

@Suite struct TextTests {
    @Test(arguments: [
        (0.5, 3, "0.500"), (2.5, 0, "3"), (-2.5, 0, "\u{2212}3"), (0.0005, 3, "0.001"), (-0.0001, 2, "0.00"),
        (1234.5678, 2, "1234.57"), (-310.5, 1, "\u{2212}310.5"), (.nan, 1, "not a number"), (0.999_96, 3, "1.000"),
    ])
    func `decimals are rounded to the nearest`(value: Double, places: Int, text: String) {
        #expect(DecimalText.fixed(value, places: places) == text)
    }

    @Test func `a number too large for its places is still a number`() {
        #expect(DecimalText.fixed(1e300, places: 2) == "1e+300")
        #expect(DecimalText.fixed(.infinity, places: 2) == "not a number")
        #expect(DecimalText.coordinate(.nan) == "0")
    }

    @Test(arguments: [
        (0.6, "0.600"), (0.59996, "0.59996"), (0.5999999, "0.5999999"), (0.40004, "0.400"), (0.39999, "0.39999"),
        (0.25, "0.250"),
    ])
    func `a probability is never printed on the other side of a threshold`(value: Double, text: String) {
        #expect(DecimalText.probability(value, thresholds: [0.4, 0.6]) == text)
    }

    @Test(arguments: [(0.4, "0.40"), (0.455, "0.455"), (1, "1.00"), (0.123456, "0.123456")])
    func `a threshold keeps its decimals`(value: Double, text: String) {
        #expect(DecimalText.threshold(value) == text)
    }

    @Test(arguments: [
        ("Lindqvist^Astrid^Maria^Dr^PhD", "Lindqvist, Dr Astrid Maria, PhD"), ("Doe", "Doe"), ("Doe^", "Doe"),
        ("^Jane", "Jane"), ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou (山田, 太郎)"), ("=山田^太郎", "山田, 太郎"),
        ("", "Name not given"), ("^^^^", "Name not given"), ("  ", "Name not given"), ("==", "Name not given"),
        ("A^B^C^D^E^F", "A, D B C, E"),
    ])
    func `a person's name reads as people write it`(text: String, name: String) {
        #expect(IdentityText.name(text) == name)
    }

    @Test func `an absent name is said to be absent`() {
        #expect(IdentityText.name(nil) == "Name not given")
        #expect(IdentityText.date(nil) == nil)
        #expect(IdentityText.date(" ") == nil)
        #expect(IdentityText.time(nil) == nil)
        #expect(IdentityText.sex(nil) == nil)
    }

    @Test(arguments: [
        ("19610309", "1961-03-09"), ("20240229", "2024-02-29"), ("20230229", "20230229"), ("1961.03.09", "1961.03.09"),
        ("20261301", "20261301"), ("unknown", "unknown"),
    ])
    func `a date that is none is shown as it stands`(text: String, date: String) {
        #expect(IdentityText.date(text) == date)
    }

    @Test(arguments: [("091530.000", "09:15"), ("0915", "09:15"), ("09", "09"), ("9:15", "9:15")])
    func `a time is shown to the minute`(text: String, time: String) {
        #expect(IdentityText.time(text) == time)
    }

    @Test func `ages are whole years on the day`() throws {
        let birth = try #require(DICOMDate("19610309"))
        #expect(try #require(DICOMDate("20260308")).age(from: birth) == 64)
        #expect(try #require(DICOMDate("20260309")).age(from: birth) == 65)
        #expect(birth.age(from: try #require(DICOMDate("19620101"))) == nil)
    }

    @Test(arguments: [
        ("20240228", "20240229", 1), ("20240229", "20240301", 1), ("20230228", "20230301", 1),
        ("19991231", "20000101", 1),
        ("20250101", "20260101", 365), ("00010101", "00010102", 1),
    ])
    func `days are counted through leap years`(from: String, to: String, days: Int) throws {
        #expect(try #require(DICOMDate(to)).dayNumber - #require(DICOMDate(from)).dayNumber == days)
    }

    @Test func `a moment is shown in UTC to the second`() {
        #expect(IdentityText.moment(Timestamp(millisecondsSince1970: 1_794_000_000_999)) == "2026-11-06 21:20:00 UTC")
    }

    @Test(arguments: [
        ("<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;"),
        // One character to Swift: a quotation mark and an accent.
        ("\"\u{301} onmouseover=", "&quot;\u{301} onmouseover="), ("<\u{338}script>", "&lt;\u{338}script&gt;"),
        ("a\u{0}b\u{1B}c\r\nd", "a\u{FFFD}b\u{FFFD}c  d"), ("日本語 é", "日本語 é"),
    ])
    func `markup is escaped scalar by scalar`(text: String, escaped: String) {
        #expect(MarkupEscaping.escaped(text) == escaped)
    }
}

@Suite struct AxisTests {
    @Test func `marks are round and within the axis`() {
        #expect(AxisTicks.marks(lower: -313, upper: -88, count: 9) == [-300, -250, -200, -150, -100])
        #expect(AxisTicks.marks(lower: 0, upper: 1, count: 5).count == 6)
        #expect(AxisTicks.marks(lower: 3, upper: 3, count: 5) == [])
        #expect(AxisTicks.marks(lower: -.infinity, upper: 3, count: 5) == [])
        #expect(AxisTicks.marks(lower: -1e300, upper: 1e300, count: 5).count <= 15)
    }

    @Test(arguments: [
        [10.0, 11, 12, 50], [0, 0, 0], [100, 100, 99], [], [40], [0, 21, 40, 41, 100],
    ])
    func `labels keep their distance, their order and their range`(wanted: [Double]) {
        let places = LabelSpread.places(wanted, distance: 20, within: 0...100)
        #expect(places.count == wanted.count)
        let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
        for (left, right) in zip(order, order.dropFirst()) { #expect(places[right] - places[left] >= 20 - 1e-9) }
        for place in places { #expect((-1e-9...100 + 1e-9).contains(place)) }
    }

    @Test func `labels that have room stay where they are`() {
        #expect(LabelSpread.places([70, 10, 40], distance: 20, within: 0...100) == [70, 10, 40])
    }
}
