// A table of labels, sides or samples: it is refused with a line that it has, or its fields are the text's; what is
// written is read again as it was. Nothing traps.

import GantryCore
import Glibc

/// One input of libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    let lines = text.utf8.count { $0 == 10 || $0 == 13 } + 1
    do throws(DelimitedTable.Malformation) {
        let table = try DelimitedTable(text)
        for row in table.rows {
            guard 1...lines ~= row.line, row.fields.reduce(0, { $0 + $1.utf8.count }) <= text.utf8.count else {
                abort()
            }
        }
        let rows = [table.columns] + table.rows.map(\.fields)
        let written = rows.map { $0.map(DelimitedTable.quoted).joined(separator: ",") + "\n" }.joined()
        // Other separators are not quoted, and a byte order mark is left out where a text begins with it.
        if !text.utf8.contains(UInt8(ascii: ";")), !text.utf8.contains(9), !text.unicodeScalars.contains("\u{FEFF}") {
            guard let again = try? DelimitedTable(written) else { abort() }
            guard [again.columns] + again.rows.map(\.fields) == rows else { abort() }
        }
    } catch {
        guard 1...lines ~= error.line else { abort() }
    }
    if let table = try? SplitTable(text, name: "t") {
        guard table.rows.allSatisfy({ table[$0.file] == $0 }) else { abort() }
    }
    var list = SplitTable()
    try? list.addList(text, name: "l", side: .validation)
    _ = try? StudyLabels(text, name: "t")
    if let manifest = try? DataManifest(text, name: "m", classes: ["a", "b"]) {
        guard let again = try? DataManifest(manifest.text, name: "m", classes: ["a", "b"]), again == manifest else {
            abort()
        }
    }
    return 0
}
