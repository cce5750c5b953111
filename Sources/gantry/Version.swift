/// Version and notice of the executable.
enum Gantry {
    /// Semantic version; CHANGELOG.md says what each brought.
    static let version = "0.5.0"
    /// Said by every report and by `--version`.
    static let notice = "Research use only. Not for clinical use."
}
