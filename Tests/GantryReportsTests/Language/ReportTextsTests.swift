import GantryCore
import GantryReports
import Testing

/// The texts themselves, a language at a time.
@Suite struct ReportTextsTests {
    /// Names of the holes of a text.
    private func holes(_ text: Substring) -> Set<String> {
        Set(text.matches(of: #/\{([^{}]*)\}/#).map { String($0.output.1) })
    }

    private func forms(_ text: String) -> [Substring] { text.split(separator: "|", omittingEmptySubsequences: false) }

    @Test(arguments: ReportLanguage.allCases)
    func `a text has the holes and the forms that it has in English`(language: ReportLanguage) {
        let texts = ReportTexts(language)
        for word in ReportWord.allCases {
            let (own, english) = (forms(texts(word)), forms(ReportTexts.english(word)))
            #expect(own.count == english.count && own.count <= 2, "\(word)")
            for (one, other) in zip(own, english) {
                #expect(!one.isEmpty && holes(one) == holes(other), "\(word): \(one)")
                #expect(one.count { $0 == "{" } == one.count { $0 == "}" }, "\(one)")
            }
            if own.count == 2 { #expect(own.allSatisfy { holes($0).contains("count") }, "\(word)") }
        }
    }

    /// What reads the same in both languages: numbers with units, names of the standard, words that both have.
    private static let alike: Set<ReportWord> = [
        .text(.slicesFromValue), .text(.slicesLine), .text(.instanceColumn), .text(.percent), .text(.kilovolts),
        .text(.software), .text(.pipeline), .text(.processedValue), .text(.studyUID), .text(.millimetres),
        .text(.sliceCountAndLength), .text(.moment), .text(.positionColumn),
    ]

    @Test func `German is German`() {
        let german = ReportTexts(.german)
        #expect(Set(ReportWord.allCases.filter { german($0) == ReportTexts.english($0) }) == Self.alike)
        let english: Set = ["the", "of", "is", "are", "not", "and", "or", "no", "to", "by", "study", "slice", "slices"]
        for word in ReportWord.allCases where !Self.alike.contains(word) {
            // "Noisy-Or" is a name.
            let words = german(word).replacing(#/\{\w+\}/#, with: "").split { !$0.isLetter && $0 != "-" }.map {
                $0.lowercased()
            }
            #expect(english.isDisjoint(with: words), "\(german(word))")
        }
    }

    @Test func `the pseudo-language marks every text and makes it longer`() {
        let pseudo = ReportTexts(.pseudo)
        for word in ReportWord.allCases {
            for (marked, plain) in zip(forms(pseudo(word)), forms(ReportTexts.english(word))) {
                #expect(marked.hasPrefix("\u{AB}") && marked.hasSuffix("\u{BB}"), "\(marked)")
                let vowels = plain.replacing(#/\{[^{}]*\}/#, with: "").count { "aeiouAEIOU".contains($0) }
                #expect(marked.count == plain.count + vowels + 2, "\(marked)")
            }
        }
    }

    @Test func `a template asks for texts that there are, and that have no holes`() {
        for (name, template) in ReportPages.templates {
            for found in template.matches(of: #/texts\.(\w+)/#) {
                let text = ReportText(rawValue: String(found.output.1))
                #expect(text != nil, "\(name): \(found.output.0)")
                if let text { #expect(!ReportTexts.english(text).contains(#/[{|]/#), "\(name): \(text)") }
            }
        }
    }

    @Test func `what fills a hole is no hole`() {
        let value = "{count} {name}"
        #expect(ReportTexts.english(.patientTitle, ["name": value]) == "CT studies \u{2013} {count} {name}")
        #expect(ReportTexts.english(.slices, count: 1) == "1 slice")
        #expect(ReportTexts(.german)(.slices, count: 0) == "0 Schichten")
    }
}
