/// What every report says.
package enum Notice {
    /// In two sentences.
    package static let text = "Research use only. Not for clinical use."
}
