/// What every report says.
enum Notice {
    static let text = "Research use only. Not for clinical use."
}
