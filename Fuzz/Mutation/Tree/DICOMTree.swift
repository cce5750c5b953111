/// A DICOM file taken apart: preamble, meta header, data set, and what follows.
package struct DICOMTree: Sendable, Equatable {
    /// 128 bytes and `DICM`; or nothing, or something wrong.
    package var preamble: [UInt8]
    /// Group 2, always explicit little endian.
    package var meta: [DataElement]
    package var dataSet: [DataElement]
    /// Bytes that are no element, each written before the element with its index.
    package var spliced: [Splice] = []
    package var form: DataSetForm
    /// Bytes after the data set.
    package var trailing: [UInt8] = []

    package init(meta: [DataElement], dataSet: [DataElement], form: DataSetForm) {
        preamble = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
        self.meta = meta
        self.dataSet = dataSet
        self.form = form
    }

    /// The transfer syntax that the meta header names; nil where it names none, or several.
    package var transferSyntax: String? {
        let found = meta.filter { $0.tag == .transferSyntaxUID }
        guard found.count == 1, let bytes = found[0].bytes else { return nil }
        return String(decoding: bytes.filter { $0 != 0 && $0 != 0x20 }, as: UTF8.self)
    }

    /// The only element of this tag in the data set; nil where there is none, or several.
    package func only(_ tag: Tag) -> DataElement? {
        let found = dataSet.filter { $0.tag == tag }
        return found.count == 1 ? found[0] : nil
    }
}

/// Bytes to be written before an element.
package struct Splice: Sendable, Equatable {
    package var index: Int
    package var bytes: [UInt8]
}

/// How a data set's elements are written.
package enum DataSetForm: Sendable, Equatable, CaseIterable {
    case implicitLittleEndian
    case explicitLittleEndian
    case explicitBigEndian
    /// Explicit little endian, deflated in stored blocks.
    case deflated

    /// The form that goes with a transfer syntax.
    package init(transferSyntax: String) {
        switch transferSyntax {
        case "1.2.840.10008.1.2": self = .implicitLittleEndian
        case "1.2.840.10008.1.2.2": self = .explicitBigEndian
        case "1.2.840.10008.1.2.1.99": self = .deflated
        default: self = .explicitLittleEndian
        }
    }

    package var isBigEndian: Bool { self == .explicitBigEndian }
    package var isExplicit: Bool { self != .implicitLittleEndian }
}

/// Value representations whose length has four bytes, two reserved ones before it. **Source** PS3.5 7.1.2.
let longRepresentations = Set(
    ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"].map { Array($0.utf8) })

/// All others. **Source** PS3.5 6.2.
let shortRepresentations = Set(
    [
        "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "PN", "SH", "SL", "SS", "ST", "TM",
        "UI", "UL", "US",
    ].map { Array($0.utf8) })
