extension FileOutcome {
    /// The reason in words. A hidden file is called what it is: nobody has looked whether it is an image.
    package var reasonInWords: String { reason == .notCTImage && isHidden ? "hidden" : reason.words }

    /// Whether the name, of a file or a folder, begins with a dot.
    private var isHidden: Bool {
        RelativePath.name(of: file.hasSuffix("/") ? String(file.dropLast()) : file).hasPrefix(".")
    }
}
