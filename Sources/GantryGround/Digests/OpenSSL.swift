import COpenSSL

/// OpenSSL's libcrypto, made ready once: no configuration file has a say in what a digest is, nor is one opened in a
/// confined child, and nothing is left to the process's exit handlers.
enum OpenSSL {
    static let isReady =
        OPENSSL_init_crypto(
            UInt64(OPENSSL_INIT_NO_LOAD_CONFIG) | UInt64(OPENSSL_INIT_NO_ATEXIT), nil) == 1

    /// Makes it ready: to be called before anything else of it is.
    static func start() { require(isReady, "its start") }

    /// Ends the process where OpenSSL has not done what depends on memory alone, whatever the bytes are: as where Swift
    /// itself finds no memory.
    static func require(_ isDone: Bool, _ what: StaticString) {
        guard isDone else { fatalError("OpenSSL: \(what) failed") }
    }
}
