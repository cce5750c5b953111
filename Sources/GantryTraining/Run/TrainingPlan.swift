import GantryCore

/// What a run does, settled before its first step: with the inputs, the first weights and the kernels it decides every
/// byte that comes out.
package struct TrainingPlan: Sendable {
    /// How is learned.
    package var recipe: TrainingRecipe
    /// Names of the classes, in the order of the logits.
    package var classes: [String]
    /// The class of each image, an index of `classes`.
    package var labels: [Int]
    /// The name of each image.
    package var names: [String]
    /// The images that are learned from, by class, then name, as bytes.
    package var training: [Int]
    /// The images that validate, in the manifest's order.
    package var validation: [Int]
    /// The class whose probability is judged.
    package var positiveClass: Int

    /// A plan of these parts.
    package init(
        recipe: TrainingRecipe, classes: [String], labels: [Int], names: [String], training: [Int],
        validation: [Int], positiveClass: Int
    ) {
        self.recipe = recipe
        self.classes = classes
        self.labels = labels
        self.names = names
        self.training = training
        self.validation = validation
        self.positiveClass = positiveClass
    }
}
