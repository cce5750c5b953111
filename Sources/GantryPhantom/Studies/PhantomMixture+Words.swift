/// A mixture as people write it: `kernel`, `kernel=sharp`, `disease=peak/lobar`, `all`.
extension PhantomMixture {
    /// The eight variations, by the words people write.
    public enum Variation: String, Sendable, Hashable, CaseIterable {
        case noise, kernel, thickness
        case fieldOfView = "field-of-view"
        case breathing
        case bodySize = "body-size"
        case disease
        case hardNegatives = "hard-negatives"

        /// The values it takes, for a message and a help text.
        public var values: String {
            switch self {
            case .noise: "2 to 60 (HU)"
            case .kernel: Reconstruction.Kernel.ofCohorts.map(\.rawValue).joined(separator: ", ")
            case .thickness: "0.5 to 10 (mm)"
            case .fieldOfView:
                "fit or 200 to 700 (mm), with /" + Couch.allCases.map(\.rawValue).joined(separator: ", /")
                    + " behind it where it is another couch"
            case .breathing: "0 (inspiration) to 1 (expiration)"
            case .bodySize: "0.8 (thin) to 1.35 (very heavy)"
            case .disease:
                DiseasePattern.Stage.allCases.map(\.rawValue).joined(separator: ", ") + ", with /"
                    + DiseasePattern.Place.allCases.map(\.rawValue).joined(separator: ", /")
                    + " behind it where it lies elsewhere"
            case .hardNegatives:
                "none, or of " + LungFinding.hardNegatives.map(\.rawValue).joined(separator: ", ")
                    + " some with + between them"
            }
        }
    }

    /// Why a word is not understood.
    public struct Misspelling: Error, Sendable, Hashable, CustomStringConvertible {
        /// What was written.
        public let word: String
        /// What would be understood.
        public let expected: String

        /// One sentence.
        public var description: String { "'\(word)' is not understood: \(expected)." }
    }

    /// Holds what a word names: a variation at its middling value, a variation at a value behind `=`, or `all`.
    public mutating func hold(_ word: String) throws(Misspelling) {
        if word == "all" {
            self = .fixed
            return
        }
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let variation = Variation(rawValue: parts[0]) else {
            let names = Variation.allCases.map(\.rawValue).joined(separator: ", ")
            throw Misspelling(word: word, expected: "expected all, or \(names), perhaps with =VALUE")
        }
        guard parts.count == 2 else { return take(variation, from: .fixed) }
        guard take(variation, value: parts[1]) else {
            throw Misspelling(word: word, expected: "\(variation.rawValue) takes \(variation.values)")
        }
    }

    private mutating func take(_ variation: Variation, from other: PhantomMixture) {
        switch variation {
        case .noise: noiseHU = other.noiseHU
        case .kernel: kernel = other.kernel
        case .thickness: thicknessMillimetres = other.thicknessMillimetres
        case .fieldOfView: fieldOfView = other.fieldOfView
        case .breathing: expiration = other.expiration
        case .bodySize: bodySize = other.bodySize
        case .disease: pattern = other.pattern
        case .hardNegatives: hardNegatives = other.hardNegatives
        }
    }

    /// Sets a variation to a value; false where it is none of its values.
    private mutating func take(_ variation: Variation, value: String) -> Bool {
        func number(_ range: ClosedRange<Float>) -> Float? { Float(value).flatMap { range.contains($0) ? $0 : nil } }
        switch variation {
        case .noise:
            noiseHU = number(2...60)
            return noiseHU != nil
        case .kernel:
            kernel = Reconstruction.Kernel.ofCohorts.first { $0.rawValue == value }
            return kernel != nil
        case .thickness:
            thicknessMillimetres = number(0.5...10)
            return thicknessMillimetres != nil
        case .fieldOfView:
            fieldOfView = Self.fieldOfView(value)
            return fieldOfView != nil
        case .breathing:
            expiration = number(0...1)
            return expiration != nil
        case .bodySize:
            bodySize = number(0.8...1.35)
            return bodySize != nil
        case .disease:
            pattern = Self.pattern(value)
            return pattern != nil
        case .hardNegatives:
            hardNegatives = Self.hardNegatives(value)
            return hardNegatives != nil
        }
    }

    private static func fieldOfView(_ text: String) -> FieldOfView? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var view = FieldOfView()
        if parts[0] != "fit" {
            guard let width = Float(parts[0]), (200...700).contains(width) else { return nil }
            view.millimetres = width
        }
        if parts.count == 1 { return view }
        guard parts.count == 2, let couch = Couch(rawValue: parts[1]) else { return nil }
        view.couch = couch
        return view
    }

    private static func pattern(_ text: String) -> DiseasePattern? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let stage = DiseasePattern.Stage(rawValue: parts[0]) else { return nil }
        if parts.count == 1 { return DiseasePattern(stage: stage, place: .peripheral) }
        guard parts.count == 2, let place = DiseasePattern.Place(rawValue: parts[1]) else { return nil }
        return DiseasePattern(stage: stage, place: place)
    }

    private static func hardNegatives(_ text: String) -> [LungFinding]? {
        if text == "none" { return [] }
        let kinds = text.split(separator: "+", omittingEmptySubsequences: false).map {
            LungFinding(rawValue: String($0))
        }
        let known = kinds.compactMap(\.self)
        return known.count == kinds.count && !known.contains(where: \.isDisease) ? known : nil
    }
}
