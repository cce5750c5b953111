/// A made-up patient: the name under which one anatomy is scanned, once or more often.
public struct PhantomPatient: Sendable, Hashable {
    /// (0010,0020)
    public let patientID: String
    /// (0010,0010)
    public let patientName: String
    /// (0010,0030), `YYYYMMDD`.
    public let patientBirthDate: String
    /// Names the anatomy.
    public let anatomySeed: UInt64

    /// A patient whose identity follows from a number and whose anatomy follows from a seed.
    ///
    /// - Parameters:
    ///   - number: 1 gives `PHANTOM-0001`.
    public init(number: Int, anatomySeed: UInt64) {
        self.anatomySeed = anatomySeed
        let digits = String(abs(number))
        patientID = "PHANTOM-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        let isFemale = ChestAnatomy(seed: anatomySeed).isFemale
        let names = isFemale ? Self.women : Self.men
        patientName = "Phantom^" + names[abs(number - 1) % names.count]
        var draw = DeviateSequence(CounterHash(seed: anatomySeed).stream("birth"))
        let year = draw.integer(1938...1988)
        let month = draw.integer(1...12)
        let day = draw.integer(1...28)
        patientBirthDate = "\(year)\(month < 10 ? "0" : "")\(month)\(day < 10 ? "0" : "")\(day)"
    }

    /// (0010,0040): the sex the anatomy is drawn with.
    public var patientSex: String { ChestAnatomy(seed: anatomySeed).isFemale ? "F" : "M" }

    private static let women = ["Ada", "Berta", "Clara", "Dora", "Emma", "Flora", "Greta", "Hedwig", "Ida", "Johanna"]
    private static let men = [
        "Anton", "Bruno", "Caspar", "David", "Emil", "Friedrich", "Georg", "Hugo", "Ivo", "Jakob",
    ]
}
