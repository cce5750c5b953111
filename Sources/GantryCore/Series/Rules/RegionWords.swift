/// Words of texts in a header, and the regions that they name.
///
/// A text is cut into words at everything that is no letter, and where a capital follows a small letter
/// (`ThorRoutine`); characters of scripts without spaces between words are words each. An entry counts where its words
/// follow each other in the text, in upper or lower case, each of them whole; where the entry ends with `*` the last
/// one may go on (`thorax*` is in `THORAXROUTINE`, `hand` is not in `handling`). At each place the longest entry counts
/// alone: `thoracic spine` is not the chest although `thorac*` is.
struct RegionWords {
    private let entries: [Entry]

    private struct Entry {
        var words: [[Character]]
        var letters: Int
        /// Whether the last word may go on.
        var isBeginning: Bool
        var region: BodyRegion
    }

    /// Words for the chest and for any other region.
    init(chest: [String], other: [String]) {
        entries = [(chest, BodyRegion.chest), (other, .other)].flatMap { texts, region in
            texts.map { text in
                let words = Self.words(of: text)
                return Entry(
                    words: words, letters: words.reduce(0) { $0 + $1.count }, isBeginning: text.hasSuffix("*"),
                    region: region)
            }
        }.filter { !$0.words.isEmpty }.sorted { $0.letters > $1.letters }
    }

    /// The regions that `text` names.
    func regions(in text: String) -> Set<BodyRegion> {
        let words = Self.words(of: text)
        var regions: Set<BodyRegion> = []
        var place = 0
        while place < words.count {
            let entry = entries.first { matches($0, words[place...]) }
            if let entry { regions.insert(entry.region) }
            place += entry?.words.count ?? 1
        }
        return regions
    }

    private func matches(_ entry: Entry, _ words: ArraySlice<[Character]>) -> Bool {
        guard entry.words.count <= words.count else { return false }
        let last = entry.words.count - 1
        return zip(entry.words, words).enumerated().allSatisfy { index, pair in
            pair.0 == pair.1 || (index == last && entry.isBeginning && pair.1.starts(with: pair.0))
        }
    }

    private static func words(of text: String) -> [[Character]] {
        var words: [[Character]] = []
        var isOpen = false
        var isSmall = false
        for written in text {
            guard written.isLetter else {
                isOpen = false
                continue
            }
            if isSmall && written.isUppercase { isOpen = false }
            isSmall = written.isLowercase
            // Several characters at most for one: `İ` becomes an `i` with a dot.
            guard let character = written.lowercased().first else { continue }
            // From U+2E80 on: Chinese, Japanese and Korean.
            let standsAlone = (character.unicodeScalars.first?.value ?? 0) >= 0x2E80
            if isOpen && !standsAlone {
                words[words.count - 1].append(character)
            } else {
                words.append([character])
            }
            isOpen = !standsAlone
        }
        return words
    }
}
