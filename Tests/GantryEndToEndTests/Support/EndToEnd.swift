import Testing

/// The tests that run the executable: one at a time, for each uses every core. Those of the shipped bundle at its full
/// size are apart: they take minutes of arithmetic, in which these mostly wait.
@Suite(.serialized, .timeLimit(.minutes(10))) struct EndToEnd {}
