import CSandbox

/// An open file descriptor that is closed with its owner.
public struct Descriptor: ~Copyable, Sendable {
    /// The number that system calls know it by; valid as long as this value lives.
    public let number: Int32

    /// Takes over an open descriptor.
    public init(owning number: Int32) { self.number = number }

    deinit { csandbox_close(number) }
}
