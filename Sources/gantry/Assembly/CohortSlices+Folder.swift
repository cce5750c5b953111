import GantryCore
import GantryModelling
import GantryPipeline

extension CohortSlices {
    /// The studies below `path`, as the pipeline would read them. With a truth, a slice that is not in it is left out.
    init(path: String, truth: Truth?, definition: PipelineDefinition) throws {
        let reader = try InputFolder.reader(limits: definition.reader)
        let input = try InputFolder.scan(path, limits: definition.reader)
        try self.init(
            of: input.studies, root: input.root, reader: reader, scoring: definition.scoring, truth: truth)
    }
}
