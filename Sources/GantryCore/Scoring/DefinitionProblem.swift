/// Something in a definition that cannot be run.
///
/// `key` says where: the section and the key of the pipeline file, with an index from 0 for an element of a list
/// (`judging.positive-from`, `preparation.windows[1]`). `problem` says what is expected and what was found, without end
/// mark.
public typealias DefinitionProblem = (key: String, problem: String)
