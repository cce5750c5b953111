import Foundation
import GantryCore
import GantryDICOMWriting

/// A file that mutants are made from.
package struct SeedFile: Sendable {
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// Small CT slices made here: one in each encoding that Gantry writes, one of JPEG 2000, one of two frames.
    package static func made() throws -> [SeedFile] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gantry-seeds-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let syntaxes: [(String, TransferSyntax)] = [
            ("explicit", .explicitVRLittleEndian), ("implicit", .implicitVRLittleEndian),
            ("big endian", .explicitVRBigEndian), ("deflated", .deflatedExplicitVRLittleEndian), ("RLE", .rleLossless),
            ("JPEG lossless", .jpegLosslessSV1), ("JPEG-LS", .jpegLSLossless),
        ]
        var seeds = try syntaxes.map { name, syntax in
            let path = folder.appending(path: name + ".dcm").path
            try DICOMObjectWriter().write(slice(syntax), to: path)
            return try SeedFile(name: name, path: path)
        }
        guard let explicit = seeds.first, let tree = DICOMTree(parsing: explicit.bytes) else { return seeds }
        seeds.append(SeedFile(name: "JPEG 2000", bytes: jpeg2000(tree).bytes))
        seeds.append(SeedFile(name: "Enhanced CT", bytes: tree.enhanced().bytes))
        return seeds
    }

    /// Every file below `folder` of at most `largest` bytes, in the order of their names; none where there is no
    /// folder.
    package static func all(below folder: String, largest: Int = 1 << 20) throws -> [SeedFile] {
        guard let names = FileManager.default.enumerator(atPath: folder)?.compactMap({ $0 as? String }) else {
            return []
        }
        return try names.filter { $0.hasSuffix(".dcm") }.sorted().compactMap { name in
            let seed = try SeedFile(name: name, path: folder + "/" + name)
            return seed.bytes.count <= largest ? seed : nil
        }
    }

    private init(name: String, path: String) throws {
        self.init(name: name, bytes: Array(try Data(contentsOf: URL(filePath: path))))
    }

    /// 32 x 32 pixels of 12 bits, as scanners write them.
    private static func slice(_ syntax: TransferSyntax) -> DICOMObject {
        let elements = [
            ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2"), ("SOPInstanceUID", "1.2.3.4.5"),
            ("StudyInstanceUID", "1.2.3"),
            ("SeriesInstanceUID", "1.2.3.4"), ("Modality", "CT"), ("PatientName", "Seed^File"), ("PatientID", "seed"),
            ("SpecificCharacterSet", "ISO_IR 100"), ("SeriesNumber", "2"), ("InstanceNumber", "5"),
            ("ImageType", "ORIGINAL\\PRIMARY\\AXIAL"), ("ImagePositionPatient", "-180\\-180\\12.5"),
            ("ImageOrientationPatient", "1\\0\\0\\0\\1\\0"), ("PixelSpacing", "0.7\\0.7"), ("SliceThickness", "2.5"),
            ("WindowCenter", "-600"), ("WindowWidth", "1500"), ("RescaleSlope", "1"), ("RescaleIntercept", "-1024"),
            ("RescaleType", "HU"), ("ConvolutionKernel", "B70f"), ("AcquisitionNumber", "1"),
        ]
        let values = (0..<1024).map { (index: Int) -> UInt16 in UInt16((index * 7 + index / 32 * 131) % 4096) }
        return DICOMObject(
            transferSyntax: syntax, elements: elements.map { DICOMElement($0.0, $0.1) },
            pixelData: DICOMPixelData(rows: 32, columns: 32, bitsStored: 12, isSigned: false, values: values))
    }

    /// The slice with other pixels: rows times 20 plus an eighth of the columns times 100, encoded by OpenJPEG 2.5.
    private static func jpeg2000(_ slice: DICOMTree) -> DICOMTree {
        let stream =
            "/0//UQApAAAAAAAgAAAAIAAAAAAAAAAAAAAAIAAAACAAAAAAAAAAAAABCwEB/1IADAAAAAEABQQEAAH/XAATQGBoaHBoaHBoaHBo"
            + "aHBoaHD/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjL/kAAKAAAAAACHAAH/k8/kCAg3wPwAoPzAgAGXAynA"
            + "faCwPwAwDPaR5TgLPKzAPqDoD7QUEVAivluuZzJgBW1GFp8Df7vML8A+oPgH1BAXKYyn0M0hAgHUq4BhIS89pjQ0MqQF38A+oSgD"
            + "5xIhbBVOCU79NidAAAGEg+ElwkGdrClAPh64SD//2Q=="
        var tree = slice
        for index in tree.meta.indices where tree.meta[index].tag == .transferSyntaxUID {
            tree.meta[index].content = .bytes(Array("1.2.840.10008.1.2.4.90".utf8))
        }
        for index in tree.dataSet.indices where tree.dataSet[index].tag == .pixelData {
            tree.dataSet[index].vr = Array("OB".utf8)
            tree.dataSet[index].content = .fragments(
                [[], Array(Data(base64Encoded: stream) ?? Data())], isDelimited: true)
        }
        return tree
    }
}

extension DICOMTree {
    /// An Enhanced CT image of two frames with the pixels of this slice, explicit little endian.
    ///
    /// **Source** PS3.3 A.38, C.7.6.16 (functional groups).
    fileprivate func enhanced() -> DICOMTree {
        func text(_ group: UInt16, _ element: UInt16, _ vr: String, _ value: String) -> DataElement {
            let bytes = Array(value.utf8)
            let padding: UInt8 = vr == "UI" ? 0 : 0x20
            return DataElement(
                Tag(group, element), vr, .bytes(bytes + [UInt8](repeating: padding, count: bytes.count & 1)))
        }
        func sequence(_ group: UInt16, _ element: UInt16, _ items: [[DataElement]]) -> DataElement {
            DataElement(Tag(group, element), "SQ", .items(items.map { Item($0) }, isUndefined: false))
        }
        let shared = [
            sequence(0x0020, 0x9116, [[text(0x0020, 0x0037, "DS", "1\\0\\0\\0\\1\\0")]]),
            sequence(0x0028, 0x9110, [[text(0x0018, 0x0050, "DS", "2.5"), text(0x0028, 0x0030, "DS", "0.7\\0.7")]]),
            sequence(
                0x0028, 0x9145,
                [
                    [
                        text(0x0028, 0x1052, "DS", "-1024"), text(0x0028, 0x1053, "DS", "1"),
                        text(0x0028, 0x1054, "LO", "HU"),
                    ]
                ]),
            sequence(0x0018, 0x9329, [[text(0x0008, 0x9007, "CS", "ORIGINAL\\PRIMARY\\VOLUME\\NONE")]]),
        ]
        let frames = ["12.5", "15"].map { position in
            [
                sequence(
                    0x0020, 0x9111,
                    [[text(0x0020, 0x9056, "SH", "1"), DataElement(Tag(0x0020, 0x9057), "UL", .bytes([1, 0, 0, 0]))]]),
                sequence(0x0020, 0x9113, [[text(0x0020, 0x0032, "DS", "-180\\-180\\" + position)]]),
            ]
        }
        var tree = self
        let perFrame: Set<Tag> = [
            Tag(0x0018, 0x0050), Tag(0x0020, 0x0032), Tag(0x0020, 0x0037), Tag(0x0028, 0x0030), .rescaleIntercept,
            .rescaleSlope, Tag(0x0028, 0x1054),
        ]
        tree.dataSet.removeAll { perFrame.contains($0.tag) || $0.tag == Tag(0x0008, 0x0016) }
        tree.meta.removeAll { $0.tag == Tag(0x0002, 0x0002) }
        tree.meta.insert(text(0x0002, 0x0002, "UI", "1.2.840.10008.5.1.4.1.1.2.1"), at: min(2, tree.meta.count))
        tree.dataSet += [
            text(0x0008, 0x0016, "UI", "1.2.840.10008.5.1.4.1.1.2.1"), text(0x0028, 0x0008, "IS", "2"),
            sequence(0x5200, 0x9229, [shared]), sequence(0x5200, 0x9230, frames),
        ]
        for index in tree.dataSet.indices where tree.dataSet[index].tag == .pixelData {
            guard let pixels = tree.dataSet[index].bytes else { continue }
            tree.dataSet[index].content = .bytes(pixels + pixels.reversed())
        }
        tree.dataSet.sort { ($0.tag.group, $0.tag.element) < ($1.tag.group, $1.tag.element) }
        return tree
    }
}
