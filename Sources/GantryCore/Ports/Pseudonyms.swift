/// What stands in place of what would lead back to a patient: the same for the same value of one store, and nothing
/// that anybody could make, or take back, without the store's salt.
public protocol Pseudonyms: Sendable {
    /// A UID in place of this one.
    func uid(for uid: String) -> String

    /// 16 lower-case hexadecimal digits in place of a text.
    func digits(for text: String) -> String
}
