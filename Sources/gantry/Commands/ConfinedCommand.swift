import GantryDICOM
import GantryImages
import GantryWeightImport

/// The hidden subcommands in which bytes that nobody vouches for are parsed, named by their first word; started by
/// gantry itself, never by a person.
///
/// A study starts four, and waits for each: they are told by that word alone, before any command line is parsed.
enum ConfinedCommand: String {
    /// Parses DICOM files.
    case reader = "reader-child"
    /// Decodes PNG and JPEG files.
    case image = "image-child"
    /// Reads an HDF5 file.
    case hdf5 = "hdf5-child"

    /// Runs to the end of the job; returns the exit status.
    func run(arguments: [String]) -> Int32 {
        switch self {
        case .reader: ReaderChild.run(arguments: arguments)
        case .image: ImageChild.run(arguments: arguments)
        case .hdf5: HDF5Child.run(arguments: arguments)
        }
    }
}
