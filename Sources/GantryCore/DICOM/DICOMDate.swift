/// A day of the Gregorian calendar, read from the DICOM form `YYYYMMDD`.
///
/// **Source** PS3.5 6.2 (VR DA).
package struct DICOMDate: Equatable {
    package let year: Int
    package let month: Int
    package let day: Int

    /// The date that `text` writes; nil where it has another form or there is no such day.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 8, bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1) - 48 } }
        year = number(0..<4)
        month = number(4..<6)
        day = number(6..<8)
        guard (1...12).contains(month) else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        guard (1...days).contains(day) else { return nil }
    }

    /// `YYYY-MM-DD`.
    package var iso: String { Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(day, 2) }

    /// Days since 0000-03-01, for distances.
    package var dayNumber: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let shiftedMonth = (month + 9) % 12
        return 365 * shiftedYear + shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400
            + (153 * shiftedMonth + 2) / 5 + day - 1
    }

    /// Whole years from `birth` to this day; nil where that is before the birth.
    package func age(from birth: DICOMDate) -> Int? {
        let years = year - birth.year - ((month, day) < (birth.month, birth.day) ? 1 : 0)
        return years >= 0 ? years : nil
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
