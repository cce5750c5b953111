import GantryCore

/// A folder holds what names patients, or what names nobody, and never both: it is handed on as a whole.
extension ReportFolder {
    /// The file that marks a folder of what names nobody.
    package static let mark = "deidentified.txt"

    /// Makes this a folder for what names nobody, or makes sure that it is none. `others` are names that show that
    /// something else lies here already.
    ///
    /// **Throws** `.otherIdentity` where it is for the other kind; `.cannotWrite`, `.diskFull`.
    borrowing func reserve(forDeidentified isDeidentified: Bool, unless others: [String]) throws(ReportFault) {
        guard isDeidentified, !has(Self.mark) else { return try check(isForDeidentified: isDeidentified) }
        if let other = others.first(where: { has($0) }) {
            throw fault("\(other) is there, and may name patients; what names nobody needs a folder of its own")
        }
        try write(Array(Self.text.utf8), as: Self.mark, path: Self.mark)
    }

    /// **Throws** `.otherIdentity` where this is a folder for the other kind.
    borrowing func check(isForDeidentified isDeidentified: Bool) throws(ReportFault) {
        guard has(Self.mark) != isDeidentified else { return }
        throw fault(
            isDeidentified
                ? "\(Self.mark) is not there any more; what names nobody needs a folder of its own"
                : "what is there names nobody (\(Self.mark)); what names patients needs another folder")
    }

    private func fault(_ explanation: String) -> ReportFault {
        ReportFault(.otherIdentity, subject: name, explanation: explanation)
    }

    private static let text = """
        What lies here was written without the patients' identity (gantry, --deidentify).
        Gantry writes nothing into this folder that names a patient, and is told so by this file.

        """
}
