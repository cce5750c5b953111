import GantryReports
import Testing

/// DICOM's dates and times in ISO 8601.
struct ISOTextTests {
    @Test(arguments: [
        ("20261114", "2026-11-14"), (" 20240229 ", "2024-02-29"), ("20230229", "20230229"),
        ("2026.11.14", "2026.11.14"),
        ("202611", "202611"), ("x", "x"),
    ]) func `a day is written with hyphens, and what is no day as it stands`(text: String, iso: String) {
        #expect(ISOText.date(text) == iso)
    }

    @Test(arguments: [
        ("14", "14"), ("1405", "14:05"), ("140509", "14:05:09"), ("140509.1", "14:05:09.1"),
        ("235960.000000", "23:59:60.000000"), ("140509 ", "14:05:09"), ("14:05:09", "14:05:09"), ("246000", "246000"),
        ("1466", "1466"), ("140509.1234567", "140509.1234567"), ("1", "1"), ("1405.5", "1405.5"),
    ]) func `a time is written with colons, and what is no time as it stands`(text: String, iso: String) {
        #expect(ISOText.time(text) == iso)
    }

    @Test func `nothing is nothing`() {
        #expect(ISOText.date(nil) == nil && ISOText.date(" ") == nil)
        #expect(ISOText.time(nil) == nil && ISOText.time("") == nil)
    }
}
