import Testing

/// All tests that run the executable: one at a time, for each uses every core.
@Suite(.serialized, .timeLimit(.minutes(10))) struct EndToEnd {}
