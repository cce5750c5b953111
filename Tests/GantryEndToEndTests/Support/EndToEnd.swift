import Testing

/// All tests that run the executable: one at a time, for each uses every core.
// A guard against what never ends, not a measure: quantising and scoring 60 studies takes a quarter of an hour on two slow cores with AVX2.
@Suite(.serialized, .timeLimit(.minutes(40))) struct EndToEnd {}
