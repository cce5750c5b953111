import GantryCore
import GantryTensors

/// A file of `numpy.savez` or `numpy.savez_compressed`: arrays by their names, read when they are asked for.
public struct NPZFile: Sendable {
    /// Its path, as it was given.
    public let path: String
    /// The arrays' names, without `.npy`, in the order of their bytes.
    public let names: [String]

    private let archive: ZipArchive
    private let mostBytes: Int

    /// Opens the file and reads its directory. No array of more than `mostBytes` is read from it.
    ///
    /// **Throws** `cannotRead`, `malformed`.
    public init(path: String, mostBytes: Int = 2 << 30) throws(ArrayFault) {
        do throws(WeightsError) {
            let file = try FileDescriptor(readingFrom: path)
            let byteCount = try file.byteCount()
            guard try file.bytes(min(byteCount, 2), at: 0) == [0x50, 0x4B] else {
                throw WeightsError(.malformedHeader, subject: path, explanation: "is no file of numpy.savez (.npz)")
            }
            archive = try ZipArchive(file)
        } catch {
            throw ArrayFault(error)
        }
        self.path = path
        self.mostBytes = mostBytes
        names = archive.members.keys.filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The array `name`.
    ///
    /// **Throws** `absent` where there is none, `tooLarge`, `malformed`, `cannotRead`.
    public func array(_ name: String) throws(ArrayFault) -> NPYArray {
        let member = name + ".npy"
        guard let entry = archive.members[member] else {
            throw ArrayFault(
                .absent, subject: path,
                explanation: "has no array \(name); there are: \(names.joined(separator: ", "))")
        }
        // Its header takes a little.
        let most = mostBytes + (1 << 16)
        guard entry.byteCount <= most else {
            throw ArrayFault(
                .tooLarge, subject: path,
                explanation: "its array \(name) has \(entry.byteCount) bytes; at most \(mostBytes) are read")
        }
        let content: [UInt8]?
        do {
            content = try archive.content(of: member, mostBytes: most)
        } catch {
            throw ArrayFault(error)
        }
        return try NPYArray(content ?? [], origin: path + ": " + name)
    }
}
