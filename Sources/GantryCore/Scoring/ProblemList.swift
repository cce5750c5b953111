/// Collects problems.
struct ProblemList {
    var problems: [DefinitionProblem] = []

    mutating func expect(_ condition: Bool, _ key: String, _ problem: @autoclosure () -> String) {
        if !condition { problems.append((key, problem())) }
    }
}
