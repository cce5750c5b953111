import GantryCore
import Yams

extension PipelineDefinition {
    /// Largest pipeline file that is read, bytes.
    public static let largestFileBytes = 64 * 1024

    /// Most aliases (`*name`) in a file: enough to share a window, too few to grow into a bomb.
    private static let mostAliases = 16

    /// Reads a pipeline file. Keys that are absent take DESIGN.md's defaults; `pipeline`, `version` and `model` are
    /// required; keys that are unknown are problems.
    ///
    /// `file` is the name that problems carry. **Throws** every problem found, in the order of the lines.
    public init(yaml: String, file: String = "pipeline.yaml") throws(PipelineFileProblems) {
        try self.init(yaml: yaml, file: file, model: nil, name: nil)
    }

    /// Reads the settings of a pipeline whose network is still to be trained: `model` stands for the section of that
    /// name, and `name` for the pipeline's; what the file says of them counts for nothing.
    ///
    /// **Throws** as the other does.
    public init(
        settings yaml: String, file: String, model: ModelDescription, name: String
    ) throws(PipelineFileProblems) {
        try self.init(yaml: yaml, file: file, model: model, name: name)
    }

    private init(
        yaml: String, file: String, model standing: ModelDescription?, name standingName: String?
    ) throws(PipelineFileProblems) {
        let problems = ProblemList(file: file)
        let root = try Self.compose(yaml, file: file)
        let top = YAMLSection(
            root, name: "",
            keys: [
                "pipeline", "version", "description", "model", "reader", "preparation", "series", "slices", "judging",
                "report", Self.repeatabilitySection,
            ], at: nil, problems: problems)
        let name = standingName ?? top.text("pipeline")
        if !name.isEmpty, !Self.isName(name) {
            top.add(at: "pipeline", "`pipeline`: expected letters, digits, `-`, `_` and `.`, at most 64")
        }
        let model = standing ?? Self.model(top)
        let channels = model.architecture.inputChannels
        let preparation = Self.preparation(top, channels: channels)
        if preparation.input == .images { Self.refuseSectionsOfStudies(top) }
        let isOfStudies = preparation.input == .ct
        let reader = isOfStudies ? Self.reader(top) : (limits: ReaderLimits(), secondOpinion: .sample)
        let definition = PipelineDefinition(
            name: name, version: top.text("version", fallback: standing == nil ? nil : "1"),
            description: top.text("description", fallback: ""),
            scoring: ScoringDefinition(
                model: model, preparation: preparation,
                sliceSelection: isOfStudies ? Self.slices(top) : .defaultLung,
                seriesRules: isOfStudies ? Self.series(top) : SeriesRules()),
            judging: Self.judging(top, of: preparation.input),
            report: isOfStudies ? Self.report(top) : ReportDefinition(), reader: reader.limits,
            secondOpinion: reader.secondOpinion, repeatability: isOfStudies ? Self.repeatability(top) : nil)
        guard problems.problems.isEmpty else {
            throw PipelineFileProblems(
                problems.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
        }
        let refused = definition.scoring.problems() + definition.judging.problems()
        guard refused.isEmpty else {
            throw PipelineFileProblems(
                refused.map { refusal in
                    let section = String(refusal.key.prefix { $0 != "." })
                    let mark = top.mark(of: section)
                    return PipelineFileProblem(
                        file: file, line: mark?.line ?? 1, column: mark?.column ?? 1,
                        sentence: "`\(section)`: \(refusal.problem)")
                })
        }
        self = definition
    }

    /// The tree of a YAML file of ours: small, with few aliases. **Throws** the one problem that there is.
    static func compose(_ yaml: String, file: String) throws(PipelineFileProblems) -> Node? {
        func problem(_ mark: Mark?, _ sentence: String) -> PipelineFileProblems {
            PipelineFileProblems([
                PipelineFileProblem(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1, sentence: sentence)
            ])
        }
        guard yaml.utf8.count <= largestFileBytes else {
            throw problem(nil, "larger than \(largestFileBytes / 1024) KiB: this is no file of Gantry's")
        }
        guard aliases(in: yaml) <= mostAliases else { throw problem(nil, "more than \(mostAliases) aliases (`*name`)") }
        do {
            guard let root = try Yams.compose(yaml: yaml) else { throw problem(nil, "the file is empty") }
            return root
        } catch let problems as PipelineFileProblems {
            throw problems
        } catch let error as YamlError {
            switch error {
            case .scanner(_, let sentence, let mark, _), .parser(_, let sentence, let mark, _),
                .composer(_, let sentence, let mark, _):
                throw problem(mark, "not YAML: \(sentence)")
            case .duplicatedKeysInMapping(let keys, let context):
                throw problem(
                    context.mark,
                    "key \(keys.map { "`\(printable($0))`" }.joined(separator: ", ")) stands twice in one section")
            case .reader(let sentence, _, _, _): throw problem(nil, "not YAML: \(sentence)")
            case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
                throw problem(nil, "not YAML: \(error)")
            }
        } catch {
            throw problem(nil, "not YAML: \(error)")
        }
    }

    /// Number of `*x` at the beginning of a token, quoted or not: an upper bound of the aliases.
    private static func aliases(in yaml: String) -> Int {
        var count = 0
        var previous = UInt8(ascii: "\n")
        var beforeThat = UInt8(ascii: "\n")
        for byte in yaml.utf8 {
            if previous == UInt8(ascii: "*"), byte > UInt8(ascii: " "), "\n\r\t ,[{:-?".utf8.contains(beforeThat) {
                count += 1
            }
            (beforeThat, previous) = (previous, byte)
        }
        return count
    }

    /// Whether this can be a pipeline's name: letters, digits, `-`, `_` and `.`, at most 64.
    public static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
