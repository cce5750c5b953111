import GantryCore

/// Why an image has no place, no rescale or no thickness that could be used.
extension AttributeValues where Self: ~Copyable {
    /// The defects of the attributes that `frame` lacks; nil where it lacks none. Thickness may be absent.
    func defects(of frame: ImageFrame) -> [AttributeDefect]? {
        var found: [AttributeDefect?] = []
        if frame.plane == nil {
            found.append(
                defect(of: .imagePositionPatient, "Image Position", count: 3, expected: "three numbers of millimetres"))
            found.append(
                defect(of: .imageOrientationPatient, "Image Orientation", count: 6, expected: Self.orientation) {
                    SlicePlane(
                        imagePositionPatient: Vector3(0, 0, 0), rowDirection: Vector3($0[0], $0[1], $0[2]),
                        columnDirection: Vector3($0[3], $0[4], $0[5]), rowSpacingMillimetres: 1,
                        columnSpacingMillimetres: 1) != nil
                })
            found.append(
                defect(of: .pixelSpacing, "Pixel Spacing", count: 2, expected: "two numbers above 0") {
                    $0.allSatisfy { $0 > 0 }
                })
        }
        if frame.rescale == nil {
            found.append(defect(of: .rescaleSlope, "Rescale Slope", count: 1, expected: "a number"))
            found.append(defect(of: .rescaleIntercept, "Rescale Intercept", count: 1, expected: "a number"))
        }
        if !(frame.sliceThicknessMillimetres.map { $0 > 0 } ?? false) {
            let thickness = defect(of: .sliceThickness, "Slice Thickness", count: 1, expected: "a number above 0") {
                $0[0] > 0
            }
            if thickness?.found != nil { found.append(thickness) }
        }
        let defects = found.compactMap(\.self)
        return defects.isEmpty ? nil : defects
    }

    private static var orientation: String { "two directions of length 1 at right angles" }

    /// What is wrong with an attribute; nil where it is `count` numbers that are usable.
    private func defect(
        of attribute: DICOMAttribute, _ name: String, count: Int, expected: String,
        isUsable: ([Double]) -> Bool = { _ in true }
    ) -> AttributeDefect? {
        if let numbers = decimals(attribute, count: count), isUsable(numbers) { return nil }
        switch value(attribute) {
        case .absent: return AttributeDefect(name: name, expected: expected)
        case .unusable: return AttributeDefect(name: name, found: "a value without text form", expected: expected)
        case .text(let text):
            let text = printable(text[...])
            return AttributeDefect(name: name, found: text.isEmpty ? nil : Self.shown(text), expected: expected)
        }
    }

    /// A value as a sentence may quote it: what is no number may be anything, a name too, and is not shown.
    private static func shown(_ text: String) -> String {
        let isNumeric = text.utf8.allSatisfy { "+-.,0123456789eE\\ ".utf8.contains($0) }
        guard isNumeric else { return "a text" }
        return text.count > 64 ? "`\(text.prefix(63))…`" : "`\(text)`"
    }
}
