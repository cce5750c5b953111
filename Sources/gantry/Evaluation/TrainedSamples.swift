import Foundation
import GantryCore
import GantryModelling
import GantryPipeline
import GantryTraining

/// What a bundle's network was trained on, as its `split.csv` says.
struct TrainedSamples {
    private let samples: [LabelledSample]
    private let names: Set<String>
    private let digests: Set<String>

    /// Nil where the bundle has no manifest: nobody knows. **Throws** `TrainingDataFault` where it cannot be
    /// understood.
    init?(bundle folder: String, classes: [String]) throws(TrainingDataFault) {
        let path = folder + "/" + TrainingFolder.split
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let manifest = try DataManifest(text, name: path, classes: classes)
        samples = manifest.samples
        let trained = manifest.samples.filter { $0.side == .train }
        names = Set(trained.map(\.name))
        digests = Set(trained.map(\.contentDigest).filter { !$0.isEmpty })
    }

    /// How many of these slices the network was trained on.
    func count(among slices: [SliceRecord]) -> Int { slices.count { has($0.sopInstanceUID, $0.frameNumber) } }

    private func has(_ instance: UID, _ frame: Int) -> Bool { names.contains(Self.name(instance, frame)) }

    /// What a slice is called in the manifest.
    static func name(_ instance: UID, _ frame: Int) -> String { "\(instance)#\(frame)" }

    /// The SOP Instance UID in a slice's name.
    static func instance(of name: String) -> String { String(name.prefix { $0 != "#" }) }

    /// The names of a side's samples, in their order.
    func names(_ side: DataSide) -> [String] { samples.filter { $0.side == side }.map(\.name) }

    /// How many of the slices that were scored, or of the images by their pixels, the network was trained on.
    func count(in material: EvaluationMaterial) -> Int {
        material.judgedUnit == .image
            ? material.imageDigests.count { digests.contains($0) }
            : material.studies.reduce(0) { count, study in
                count + study.slices.count { has($0.sopInstanceUID, $0.frameNumber) }
            }
    }
}
