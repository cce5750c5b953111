/// A tensor's name as bytes and words: names are a file's own, and Unicode's equality has no part in them.
extension String {
    /// The name behind `prefix`, or nil where it does not begin so.
    func behind(_ prefix: String) -> String? {
        guard utf8.starts(with: prefix.utf8) else { return nil }
        return String(Substring(utf8.dropFirst(prefix.utf8.count)))
    }

    /// What stands before `ending`: empty, or a prefix that ends with a dot; nil where the name does not end so.
    func prefix(before ending: String) -> String? {
        guard utf8.count >= ending.utf8.count, utf8.suffix(ending.utf8.count).elementsEqual(ending.utf8) else {
            return nil
        }
        let prefix = String(Substring(utf8.dropLast(ending.utf8.count)))
        return prefix.isEmpty || prefix.utf8.last == UInt8(ascii: ".") ? prefix : nil
    }

    /// The words between the dots.
    var words: [String] { split(separator: ".", omittingEmptySubsequences: false).map(String.init) }

    /// A number below a thousand as it is written in names; nil for any other word.
    var placeNumber: Int? {
        guard utf8.count <= 3, let number = Int(self), String(number) == self, number >= 0 else { return nil }
        return number
    }

    /// The prefix without its last word: `model.` of `model.backbone.`; nil of the empty one.
    var enclosingPrefix: String? {
        guard !isEmpty else { return nil }
        return dropLast().split(separator: ".", omittingEmptySubsequences: false).dropLast().map { $0 + "." }.joined()
    }
}
