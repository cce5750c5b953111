import GantryCore
import Testing

@Suite struct TimestampTests {
    // Milliseconds by Python: int(datetime.fromisoformat(text).timestamp() * 1000).
    @Test(arguments: [
        ("1970-01-01T00:00:00.000Z", 0), ("2000-02-29T12:00:00.500Z", 951_825_600_500),
        ("2026-11-22T14:05:09.123Z", 1_795_356_309_123), ("1969-12-31T23:59:59.999Z", -1),
        ("2100-03-01T00:00:00.000Z", 4_107_542_400_000),
    ])
    func `a moment is written in ISO 8601 and read back`(text: String, milliseconds: Int64) {
        #expect(Timestamp(millisecondsSince1970: milliseconds).description == text)
        #expect(Timestamp(text) == Timestamp(millisecondsSince1970: milliseconds))
    }

    @Test(arguments: [
        "", "2026-11-22", "2026-13-01T00:00:00.000Z", "2026-02-30T00:00:00.000Z", "2026-11-22 14:05:09.123Z",
        "2026-11-22T14:05:09.123+", "2026-11-22T24:00:00.000Z", "２026-11-22T14:05:09.12Z",
    ])
    func `another text is no moment`(text: String) {
        #expect(Timestamp(text) == nil)
    }
}
