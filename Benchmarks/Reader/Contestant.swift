import BenchmarkSupport

/// A reader that is measured.
protocol Contestant: AnyObject {
    /// Name and version.
    var name: String { get }
    /// Reads the first headers of a folder, as many of its 10,000 as this contestant reads in a few seconds.
    func scan(_ folder: String) throws -> Lap
    /// Brings every slice of a folder to Hounsfield units, `readers` times at once.
    func decode(_ folder: String, readers: Int) throws -> Lap
    /// The sum of all Hounsfield units of a folder: what every contestant must agree on.
    func sum(_ folder: String) throws -> Int
}
