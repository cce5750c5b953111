import GantryCore
import GantryTraining

extension StudyLabels {
    /// The labels in the file at `path`; where they say only yes and no (`truth.csv`) and `model` has two classes, the
    /// positive one behind the other, by the model's names. **Throws** `TrainingDataFault`.
    init(path: String, classesOf model: ModelDescription?) throws(TrainingDataFault) {
        try self.init(path: path)
        if let model, classes == ["negative", "positive"], model.classes.count == 2, model.positiveClassIndex == 1 {
            name(classes: model.classes)
        }
    }
}
