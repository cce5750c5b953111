import GantryCore

extension Study {
    /// The study where the pixels of every file that is there more than once have been compared with those of its
    /// copies, as far as its instance is one of `scored`; as it is, and nothing read, where there is none. Nil where
    /// `control` says stop.
    ///
    /// **Throws** what the reader threw.
    public func comparingCopies(
        of scored: Set<UID>, reader: any StudyReader, root: String, control: () -> ReadControl
    ) throws(ReaderFault) -> Study? {
        let files = filesToCompare(among: scored)
        guard !files.isEmpty else { return self }
        guard let digests = try reader.pixelDigests(root: root, files: files, control: { _ in control() }) else {
            return nil
        }
        return comparing(copies: Dictionary(zip(files, digests), uniquingKeysWith: { first, _ in first }))
    }
}
