/// The largest file and image that the reader takes on. What DCMTK gives no handle for (nesting, inflated bytes) is
/// capped by the limits of the process it runs in.
package struct ReaderLimits: Sendable, Hashable, Codable {
    /// Size of a file, bytes.
    package var fileBytes: Int
    /// (0028,0010) and (0028,0011), each.
    package var rowsOrColumns: Int
    /// Rows times columns.
    package var pixels: Int

    /// Limits; by default 2 GiB, 16,384 rows or columns, 64 Mi pixels: far above any CT slice.
    package init(fileBytes: Int = 2 << 30, rowsOrColumns: Int = 16_384, pixels: Int = 64 << 20) {
        self.fileBytes = fileBytes
        self.rowsOrColumns = rowsOrColumns
        self.pixels = pixels
    }
}
