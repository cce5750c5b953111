import Testing

/// All tests that run the executable: one at a time, for each uses every core.
///
/// The limit guards against what never ends; the longest test takes a minute with AVX-512, and some five on two slow
/// cores with AVX2.
@Suite(.serialized, .timeLimit(.minutes(10))) struct EndToEnd {}
