/// Something in a definition that cannot be run.
///
/// `key` says where: the properties' names in kebab-case from the definition on, as in the pipeline file, with an index
/// from 0 for an element of a list (`judging.positive-from`, `preparation.windows[1]`). `problem` says what is expected
/// and what was found, without end mark.
public typealias DefinitionProblem = (key: String, problem: String)

/// Collects problems.
struct ProblemList {
    var problems: [DefinitionProblem] = []

    mutating func expect(_ condition: Bool, _ key: String, _ problem: @autoclosure () -> String) {
        if !condition { problems.append((key, problem())) }
    }
}
