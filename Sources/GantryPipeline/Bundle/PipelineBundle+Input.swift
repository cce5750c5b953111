import GantryCore

extension PipelineDefinition {
    /// **Throws** `otherInput` where the bundle in `folder`, which this defines, is not for `input`.
    public func require(_ input: InputKind, in folder: String) throws(BundleFault) {
        guard scoring.preparation.input != input else { return }
        let explanation =
            switch input {
            case .ct:
                "is a bundle for images, and has no rules for studies: `gantry model predict \(folder) FILES...` "
                    + "scores images with it"
            case .images:
                "is a bundle for CT studies, not for images: `gantry ingest FOLDER --pipeline \(folder)` scores "
                    + "studies with it"
            }
        throw BundleFault(.otherInput, subject: folder, explanation: explanation)
    }
}

extension PipelineBundle {
    /// Refuses the bundle in `folder` where it may not be used, or not for `input`, before anything else is looked at.
    /// What else may be wrong with it is told by whoever loads it.
    ///
    /// **Throws** `trainingUnfinished`, `otherInput`.
    public static func refuse(_ folder: String, unlessFor input: InputKind) throws(BundleFault) {
        try UnfinishedTraining.refuse(folder)
        guard let definition = try? definition(folder: folder) else { return }
        try definition.require(input, in: folder)
    }
}
