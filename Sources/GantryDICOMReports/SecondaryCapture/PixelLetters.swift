/// Capital letters, digits and signs of five pixels by seven, each drawn two pixels wide and high: words that are burnt
/// into a picture need no font. What has no sign is a question mark.
enum PixelLetters {
    static let columns = 5
    static let scale = 2
    /// From one letter to the next.
    static let advance = (columns + 1) * scale
    static let height = 7 * scale
    static let lineHeight = height + 6
    static let margin = 6

    /// Height of a band with these lines.
    static func bandHeight(_ lines: [String]) -> Int { lines.count * lineHeight - 6 + 2 * margin }

    /// The text in capitals, in lines that fit into `width` pixels; broken between words, or within one that is longer
    /// than a line.
    static func lines(_ text: String, width: Int) -> [String] {
        let limit = max(1, (width - 2 * margin) / advance)
        var lines: [String] = []
        for word in text.uppercased().split(separator: " ") {
            var rest = Substring(word)
            if let last = lines.last, last.count + 1 + rest.count <= limit {
                lines[lines.count - 1] = last + " " + rest
                continue
            }
            while !rest.isEmpty {
                lines.append(String(rest.prefix(limit)))
                rest = rest.dropFirst(limit)
            }
        }
        return lines
    }

    /// The seven rows of a letter, the leftmost pixel in the highest of five bits.
    static func rows(of letter: Character) -> [UInt8] {
        letter == " " ? [] : signs[letter] ?? [14, 17, 1, 2, 4, 0, 4]
    }

    private static let signs: [Character: [UInt8]] = [
        "A": [14, 17, 17, 31, 17, 17, 17], "B": [30, 17, 17, 30, 17, 17, 30], "C": [14, 17, 16, 16, 16, 17, 14],
        "D": [30, 17, 17, 17, 17, 17, 30], "E": [31, 16, 16, 30, 16, 16, 31], "F": [31, 16, 16, 30, 16, 16, 16],
        "G": [14, 17, 16, 23, 17, 17, 15], "H": [17, 17, 17, 31, 17, 17, 17], "I": [14, 4, 4, 4, 4, 4, 14],
        "J": [7, 2, 2, 2, 2, 18, 12], "K": [17, 18, 20, 24, 20, 18, 17], "L": [16, 16, 16, 16, 16, 16, 31],
        "M": [17, 27, 21, 21, 17, 17, 17], "N": [17, 17, 25, 21, 19, 17, 17], "O": [14, 17, 17, 17, 17, 17, 14],
        "P": [30, 17, 17, 30, 16, 16, 16], "Q": [14, 17, 17, 17, 21, 18, 13], "R": [30, 17, 17, 30, 20, 18, 17],
        "S": [15, 16, 16, 14, 1, 1, 30], "T": [31, 4, 4, 4, 4, 4, 4], "U": [17, 17, 17, 17, 17, 17, 14],
        "V": [17, 17, 17, 17, 17, 10, 4], "W": [17, 17, 17, 21, 21, 21, 10], "X": [17, 17, 10, 4, 10, 17, 17],
        "Y": [17, 17, 17, 10, 4, 4, 4], "Z": [31, 1, 2, 4, 8, 16, 31],
        "0": [14, 17, 19, 21, 25, 17, 14], "1": [4, 12, 4, 4, 4, 4, 14], "2": [14, 17, 1, 2, 4, 8, 31],
        "3": [31, 2, 4, 2, 1, 17, 14], "4": [2, 6, 10, 18, 31, 2, 2], "5": [31, 16, 30, 1, 1, 17, 14],
        "6": [6, 8, 16, 30, 17, 17, 14], "7": [31, 1, 2, 4, 8, 8, 8], "8": [14, 17, 17, 14, 17, 17, 14],
        "9": [14, 17, 17, 15, 1, 2, 12],
        ".": [0, 0, 0, 0, 0, 12, 12], ",": [0, 0, 0, 0, 12, 4, 8], ":": [0, 12, 12, 0, 12, 12, 0],
        "-": [0, 0, 0, 31, 0, 0, 0], "+": [0, 4, 4, 31, 4, 4, 0], "/": [1, 1, 2, 4, 8, 16, 16],
        "(": [2, 4, 8, 8, 8, 4, 2], ")": [8, 4, 2, 2, 2, 4, 8], "<": [2, 4, 8, 16, 8, 4, 2],
        ">": [8, 4, 2, 1, 2, 4, 8], "=": [0, 0, 31, 0, 31, 0, 0], "%": [24, 25, 2, 4, 8, 19, 3],
        "_": [0, 0, 0, 0, 0, 0, 31], "?": [14, 17, 1, 2, 4, 0, 4],
    ]
}
