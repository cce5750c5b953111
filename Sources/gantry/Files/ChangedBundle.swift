import GantryPipeline

/// What a command does last that has changed files of a bundle.
enum ChangedBundle {
    /// Lists the files' digests anew where the bundle has a list, and says where a signature is gone by that.
    static func renew(_ folder: String) throws(BundleFault) {
        guard try BundleSeal.renew(folder) else { return }
        Terminal.error.line(
            "Note: \(folder) was signed and is not any more, for its files have changed. Sign it again: gantry bundle "
                + "sign"
        )
    }
}
