import GantryCore
import Testing

@Suite struct PatientOrientationTests {
    private func orientation(row: Vector3, column: Vector3) throws -> PatientOrientation {
        let plane = SlicePlane(
            imagePositionPatient: Vector3(0, 0, 0), rowDirection: row, columnDirection: column,
            rowSpacingMillimetres: 1, columnSpacingMillimetres: 1)
        return PatientOrientation(try #require(plane))
    }

    @Test func `an axial image of a patient lying on the back shows the left at the right edge`() throws {
        let axial = try orientation(row: Vector3(1, 0, 0), column: Vector3(0, 1, 0))
        #expect([axial.left, axial.right, axial.top, axial.bottom] == ["R", "L", "A", "P"])
    }

    @Test func `a prone patient's image is the other way round`() throws {
        let prone = try orientation(row: Vector3(-1, 0, 0), column: Vector3(0, -1, 0))
        #expect([prone.left, prone.right, prone.top, prone.bottom] == ["L", "R", "P", "A"])
    }

    @Test func `a coronal image has the head at its top`() throws {
        let coronal = try orientation(row: Vector3(1, 0, 0), column: Vector3(0, 0, -1))
        #expect([coronal.top, coronal.bottom] == ["H", "F"])
    }

    @Test func `an oblique direction has a letter for each strong component, the strongest first`() throws {
        // 18.5 degrees, the gantry tilt of the GE head series: sin 0.317, cos 0.948.
        let tilted = try orientation(row: Vector3(1, 0, 0), column: Vector3(0, 0.9483237, -0.3173047))
        #expect(tilted.bottom == "PF")
        #expect(tilted.top == "AH")
        let slight = try orientation(row: Vector3(0.9950042, 0.0998334, 0), column: Vector3(-0.0998334, 0.9950042, 0))
        #expect(slight.right == "L")
    }
}
