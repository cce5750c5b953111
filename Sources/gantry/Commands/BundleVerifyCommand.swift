import ArgumentParser
import Foundation
import GantryCore
import GantryInference
import GantryModelling
import GantryPipeline
import GantryTensors

/// `gantry bundle verify`: everything that can be wrong with a bundle.
struct BundleVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks a bundle: definition, digests, signature, weights, and the numbers that it computes.",
        discussion: """
            Every check is made, whatever the others found. With --golden the network is run in f32 and its logits \
            are compared with those of the framework that it comes from, to 1e-4 of the largest; with --golden-hu and \
            --golden-study every probability, from Hounsfield units or DICOM files on, to 1e-4. Exit code 0 where \
            nothing is wrong, 78 otherwise.
            """
    )

    @Argument(help: "The pipeline bundle's folder.")
    var bundle: String

    @OptionGroup var golden: GoldenOptions
    @OptionGroup var goldenWay: GoldenWayOptions
    @OptionGroup var trust: TrustOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    /// One check.
    private struct Check: Encodable {
        enum Outcome: String, Encodable {
            case passed
            case failed
            case notMade
        }
        var name: String
        var outcome: Outcome
        var detail: String
    }

    func run() throws {
        try command {
            try UnfinishedTraining.refuse(bundle)
            let keys = try trust.keys()
            var checks: [Check] = []
            let definition = check("definition", &checks) { () throws(BundleFault) in
                let definition = try PipelineBundle.definition(folder: bundle)
                return (definition, definition.scoring.model.architecture.summary)
            }
            checkFiles(keys, &checks)
            if let definition {
                for precision in [Precision.f32, .int8] {
                    checkModel(definition.scoring.model, precision, keys, &checks)
                }
            }
            if let definition {
                checkProfile(definition.scoring.model, keys, &checks)
                checkRepeatability(definition, &checks)
                checkProof(definition, &checks)
            }
            if !golden.golden.isEmpty { checkGolden(keys, &checks) }
            if !goldenWay.files.isEmpty { checkWholeWay(keys, &checks) }
            try report(checks)
        }
    }

    /// Makes a check, and returns what it gives.
    @discardableResult
    private func check<Result>(
        _ name: String, _ checks: inout [Check], _ body: () throws -> (Result, String)
    ) -> Result? {
        do {
            let (result, detail) = try body()
            checks.append(Check(name: name, outcome: .passed, detail: detail))
            return result
        } catch {
            checks.append(Check(name: name, outcome: .failed, detail: "\(error)"))
            return nil
        }
    }

    /// The signature, and the files beside the list that was signed, or the list that lies there.
    private func checkFiles(_ keys: TrustedKeys?, _ checks: inout [Check]) {
        var signed: BundleManifest?
        if let keys {
            signed = check("signature", &checks) { (try keys.manifest(of: bundle), "made by a trusted key") }
        } else {
            let isSigned = FileManager.default.fileExists(atPath: bundle + "/" + BundleManifest.signatureFile)
            let detail = isSigned ? "there is one; --trust with the signer's public key checks it" : "there is none"
            checks.append(Check(name: "signature", outcome: .notMade, detail: detail))
        }
        check("files", &checks) {
            let manifest = if let signed { signed } else { try BundleManifest.read(bundle) }
            try manifest.check(bundle)
            return ((), "\(manifest.digests.count) files, all as \(BundleManifest.file) lists them")
        }
    }

    /// The model in Float32, or the one in 8 bits where the definition names one. The one that is not scored with need
    /// not be there.
    private func checkModel(
        _ model: ModelDescription, _ precision: Precision, _ keys: TrustedKeys?, _ checks: inout [Check]
    ) {
        let isInt8 = precision == .int8
        guard !isInt8 || model.quantized != nil else { return }
        let name = isInt8 ? "model in 8 bits" : "model"
        let file = isInt8 ? model.quantized?.file ?? "" : model.file
        let isScored = (model.precision == .int8) == isInt8
        guard isScored || FileManager.default.fileExists(atPath: bundle + "/" + file) else {
            return checks.append(Check(name: name, outcome: .notMade, detail: "\(file) is absent, and not scored with"))
        }
        check(name, &checks) {
            let opened = try BundleModel.checked(folder: bundle, precision: precision, trust: keys)
            _ = try opened.loading()
            if !isInt8 {
                try opened.tensors().requireUsableValues(of: model.architecture.tensors.map(\.name))
            }
            return ((), "\(file): SHA-256 as pipeline.yaml says, its tensors fit")
        }
    }

    /// What the bundle says of its training data, where it does.
    private func checkProfile(_ model: ModelDescription, _ keys: TrustedKeys?, _ checks: inout [Check]) {
        guard let file = model.profile?.file else { return }
        check("profile", &checks) {
            let profile = try BundleModel.checked(folder: bundle, trust: keys).profile()
            let precision = model.precision.rawValue
            return (
                (),
                profile == nil
                    ? "\(file): none in \(precision), so that no distance is measured"
                    : "\(file): of these weights in \(precision)"
            )
        }
    }

    /// Whether the bands that the bundle has, if any, were measured with what it is now.
    private func checkRepeatability(_ definition: PipelineDefinition, _ checks: inout [Check]) {
        guard let bands = definition.repeatability else { return }
        let holds = definition.validRepeatability != nil
        checks.append(
            Check(
                name: "repeatability", outcome: holds ? .passed : .notMade,
                detail: holds
                    ? "measured on \(counted(bands.pairs, "pair")) of studies with this pipeline"
                    : "measured with another network, preparation, aggregation or slice threshold, and not used; "
                        + "`gantry model repeatability` measures it anew"))
    }

    /// Whether the proof that the card has, if any, was made with the weights that the definition names.
    private func checkProof(_ definition: PipelineDefinition, _ checks: inout [Check]) {
        guard let card = ModelCard(of: bundle) else { return }
        switch ProvenDigests(definition).proof(in: card) {
        case .absent, .ofUnnamed: break
        case .ofThese:
            let detail = "the proof in \(ModelCard.file) was made with this pipeline"
            checks.append(Check(name: "whole way", outcome: .passed, detail: detail))
        case .ofOthers: checks.append(Check(name: "whole way", outcome: .failed, detail: ModelCard.wayOfOthers))
        }
        let (outcome, detail): (Check.Outcome, String)
        switch card.proof(of: definition.scoring.model.sha256) {
        case .absent: return
        case .ofThese: (outcome, detail) = (.passed, "the one in \(ModelCard.file) was made with these weights")
        case .ofOthers: (outcome, detail) = (.failed, ModelCard.proofOfOthers)
        case .ofUnnamed: (outcome, detail) = (.notMade, ModelCard.proofOfUnnamed)
        }
        checks.append(Check(name: "proof", outcome: outcome, detail: detail))
    }

    private func checkGolden(_ keys: TrustedKeys?, _ checks: inout [Check]) {
        do {
            let model = try BundleModel.checked(folder: bundle, precision: .f32, trust: keys)
            let scoring = model.bundle.definition.scoring
            guard
                let comparison = try golden.comparison(
                    try model.network(), activation: scoring.model.activation,
                    inputSize: scoring.preparation.inputSize, lookalike: Self.lookalike(of: model))
            else { return }
            checks.append(
                Check(
                    name: "golden", outcome: comparison.isEqual ? .passed : .failed, detail: comparison.sentence))
        } catch {
            checks.append(Check(name: "golden", outcome: .failed, detail: "\(error)"))
        }
    }

    /// Makes networks of the same weights.
    private static func lookalike(of model: BundleModel) -> (ResidualArchitecture) throws -> ResidualNetwork {
        { try ResidualNetwork(architecture: $0, weights: try model.tensors()) }
    }

    private func checkWholeWay(_ keys: TrustedKeys?, _ checks: inout [Check]) {
        do {
            let model = try BundleModel.checked(folder: bundle, precision: .f32, trust: keys)
            let proofs = try goldenWay.proofs(
                model.bundle.definition, try model.network(), lookalike: Self.lookalike(of: model))
            for proof in proofs {
                checks.append(
                    Check(
                        name: String(proof.option.dropFirst(2)), outcome: proof.finding.isEqual ? .passed : .failed,
                        detail: proof.finding.sentence))
            }
        } catch {
            checks.append(
                Check(
                    name: goldenWay.goldenHU.isEmpty ? "golden-study" : "golden-hu", outcome: .failed,
                    detail: "\(error)"))
        }
    }

    private struct Report: Encodable {
        var bundle: String
        var passed: Bool
        var checks: [Check]
    }

    private func report(_ checks: [Check]) throws {
        let failed = checks.count { $0.outcome == .failed }
        if json {
            try JSONLines.print("bundle-verification", Report(bundle: bundle, passed: failed == 0, checks: checks))
        } else {
            var table = Table(columns: [.init(title: ""), .init(title: ""), .init(title: "", fit: .wrap)])
            table.hasHeader = false
            for check in checks {
                let (mark, colour): (String, Terminal.Colour?) =
                    switch check.outcome {
                    case .passed: ("✓", .green)
                    case .failed: ("✗", .red)
                    case .notMade: ("–", nil)
                    }
                table.rows.append(.init(cells: [(mark, colour), (check.name, nil), (check.detail.printable, nil)]))
            }
            Terminal.output.write(table.rendered(for: .output))
        }
        guard failed == 0 else {
            throw CommandFault(
                ExitStatus.configuration, "\(bundle): \(failed == 1 ? "one check" : "\(failed) checks") failed.")
        }
    }
}
