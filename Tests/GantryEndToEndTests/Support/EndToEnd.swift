import Testing

/// All tests that run the executable: one at a time, for each uses every core.
///
/// The limit guards against what never ends, and is no measure: two slow cores with AVX2 take minutes for 60 studies.
@Suite(.serialized, .timeLimit(.minutes(40))) struct EndToEnd {}
