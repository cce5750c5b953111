/// That a record was de-identified, and what of it had to go besides names, dates and texts.
///
/// **Source** PS3.15 annex E (Basic Application Level Confidentiality Profile).
public struct Deidentification: Sendable, Hashable {
    /// Why its pictures were taken away; nil where they were not.
    public var withheldPictures: WithheldPictures?

    /// A de-identification that took pictures away for this reason.
    public init(withheldPictures: WithheldPictures?) { self.withheldPictures = withheldPictures }

    /// Stands in the place of a text that may quote anything.
    package static let leftOut = "left out"

    /// What every report says that is for people.
    package static let sentence =
        "De-identified: names, numbers, dates and texts of the images and of their files are left out; keys, UIDs and "
        + "file names are pseudonyms."
}

/// Why the pictures of a record are not shown without identity: text in their pixels may name the patient.
public enum WithheldPictures: String, Sendable, Hashable, Codable, CaseIterable {
    /// The images say that there is some: Burned In Annotation is YES.
    case burnedInAnnotation
    /// Nobody says that there is none: the images are not known to be those that a scanner reconstructs, or an earlier
    /// version judged them, which did not keep what they say.
    case notKnownToBeClean

    /// Why, for a person.
    package var sentence: String {
        switch self {
        case .burnedInAnnotation:
            "no picture is shown: the images say that text is burnt into them, which may name the patient"
        case .notKnownToBeClean:
            "no picture is shown: the images are not known to be free of text burnt into them, which may name the "
                + "patient"
        }
    }
}

extension StudyResult {
    /// Why its pictures may show a name; nil where nothing speaks for that, or there are none.
    ///
    /// A scanner's own slices (`ORIGINAL\PRIMARY`) mostly do not have Burned In Annotation: without it they are clean.
    /// What is not asked to be original may be a capture of a screen.
    var withheldPictures: WithheldPictures? {
        guard !keyPictures.isEmpty else { return nil }
        if source?.images.contains(where: \.hasBurnedInAnnotation) ?? false { return .burnedInAnnotation }
        let rules = seriesDecisions.first(where: \.isChosen)?.rules ?? []
        func holds(_ rule: RuleName, _ expected: String) -> Bool {
            rules.contains { $0.rule == rule && $0.passed && $0.expected == expected }
        }
        guard holds(.originalPrimary, SeriesRules.originalPrimaryImageType),
            source != nil || holds(.burnedInText, SeriesRules.noBurnedInText)
        else { return .notKnownToBeClean }
        return nil
    }
}

extension Timestamp {
    /// Stands where a moment was taken out: 1970-01-01T00:00:00.000Z. DICOM calls it a dummy value.
    ///
    /// **Source** PS3.15 table E.1-1a (action D).
    public static let leftOut = Timestamp(millisecondsSince1970: 0)
}
