import GantryPhantom
import Testing

/// A chest, its slices at heights given as a share of the way from the lungs' base (0) to their apex (1).
private struct Scan {
    let chest: ChestPhantom
    var matrix = 128
    var noiseHU: Float = 0
    var tiltDegrees: Float = 0

    init(anatomySeed: UInt64, severity: DiseaseSeverity? = nil, diseaseSeed: UInt64 = 5) {
        chest = ChestPhantom(
            anatomySeed: anatomySeed, diseaseSeed: diseaseSeed, severity: severity, confounderRate: 0)
    }

    func geometry(_ share: Float) -> SliceGeometry {
        let low = chest.anatomy.lungBaseMillimetres
        let high = chest.anatomy.lungApexMillimetres
        return SliceGeometry(
            matrix: matrix, fieldOfViewMillimetres: chest.fieldOfViewMillimetres,
            centre: chest.fieldCentre(height: low + share * (high - low)), tiltDegrees: tiltDegrees)
    }

    func slice(_ share: Float, of other: ChestPhantom? = nil) -> PhantomSlice {
        let reconstruction = Reconstruction(kernel: .soft, noiseHU: noiseHU, paddingHU: -2000)
        return (other ?? chest).slice(geometry(share), reconstruction, noiseSeed: 9)
    }
}

@Suite struct ChestPhantomTests {
    @Test func `the same seeds give the same pixels, another seed gives others`() {
        var scan = Scan(anatomySeed: 11, severity: .easy)
        scan.noiseHU = 12
        var again = Scan(anatomySeed: 11, severity: .easy)
        again.noiseHU = 12
        var other = Scan(anatomySeed: 12, severity: .easy)
        other.noiseHU = 12
        #expect(scan.slice(0.5).hounsfield == again.slice(0.5).hounsfield)
        #expect(scan.slice(0.5).hounsfield != other.slice(0.5).hounsfield)
    }

    @Test func `pixels are the same on every machine`() {
        // written by this test on x86-64; a change of the generator changes it, another machine must not
        var scan = Scan(anatomySeed: 21, severity: .hard)
        scan.noiseHU = 10
        scan.matrix = 64
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        for share: Float in [0.2, 0.5, 0.8] {
            for value in scan.slice(share).hounsfield {
                digest = (digest ^ UInt64(UInt16(bitPattern: value))) &* 0x100_0000_01b3
            }
        }
        #expect(digest == goldenDigest, "digest is \(digest)")
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
    func `a slice through the middle of the chest holds air, lung, fat, soft tissue and bone`(seed: UInt64) {
        let scan = Scan(anatomySeed: seed)
        let values = scan.slice(0.55).hounsfield.filter { $0 != -2000 }
        func share(_ range: ClosedRange<Int16>) -> Double {
            Double(values.count(where: { range.contains($0) })) / Double(values.count)
        }
        #expect((0.05...0.6).contains(share(-1024 ... -970)), "air around the body and in the airways")
        #expect((0.12...0.5).contains(share(-940 ... -700)), "lung")
        #expect((0.02...0.45).contains(share(-130 ... -70)), "fat")
        #expect((0.08...0.5).contains(share(20...110)), "soft tissue")
        #expect((0.004...0.12).contains(share(300...1600)), "bone")
        #expect(values.allSatisfy { (-1024...1600).contains($0) }, "nothing is denser than bone")
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `lungs fill the middle of the scan and end before its first and last slice`(seed: UInt64) {
        let scan = Scan(anatomySeed: seed)
        let range = scan.chest.scanRangeMillimetres
        let low = scan.chest.anatomy.lungBaseMillimetres
        let high = scan.chest.anatomy.lungApexMillimetres
        let middle = scan.slice(0.55).lungAreaSquareMillimetres
        #expect((12_000...48_000).contains(middle), "both lungs, mm2: \(middle)")
        let top = (range.upperBound - low) / (high - low)
        let bottom = (range.lowerBound - low) / (high - low)
        #expect(scan.slice(top).lungAreaSquareMillimetres < 0.02 * middle)
        #expect(scan.slice(bottom).lungAreaSquareMillimetres < 0.1 * middle)
    }

    @Test func `lung is denser at the back`() throws {
        var scan = Scan(anatomySeed: 3)
        scan.matrix = 256
        let slice = scan.slice(0.6)
        let matrix = scan.matrix
        var front: [Int] = []
        var back: [Int] = []
        for row in 0..<matrix {
            for column in 0..<matrix where (-940 ... -760).contains(slice.hounsfield[row * matrix + column]) {
                let y = scan.geometry(0.6).position(row: row, column: column).y
                if (-75 ... -35).contains(y) { front.append(Int(slice.hounsfield[row * matrix + column])) }
                if (35...75).contains(y) { back.append(Int(slice.hounsfield[row * matrix + column])) }
            }
        }
        try #require(front.count > 100 && back.count > 100)
        // medians: edges and vessels in a voxel pull the mean
        let difference = back.sorted()[back.count / 2] - front.sorted()[front.count / 2]
        #expect(difference > 10, "\(difference) HU")
    }

    @Test(arguments: [UInt64(1), 2, 3], [DiseaseSeverity.easy, .hard])
    func `the truth is the lung that disease made denser`(seed: UInt64, severity: DiseaseSeverity) {
        let scan = Scan(anatomySeed: seed, severity: severity, diseaseSeed: 40 + seed)
        let healthy = scan.chest.with(disease: .none)
        let area = scan.geometry(0).pixelSpacingMillimetres * scan.geometry(0).pixelSpacingMillimetres
        var total: Float = 0
        for step in 1..<12 {
            let share = Float(step) / 12
            let ill = scan.slice(share)
            let well = scan.slice(share, of: healthy)
            #expect(well.lesionFraction == 0 && !well.isPositive)
            // 0.3 of the way from lung to the faintest opacity is at least 60 HU
            let denser = zip(ill.hounsfield, well.hounsfield).count { Int($0) - Int($1) > 60 }
            let seen = Float(denser) * area
            #expect(abs(seen - ill.lesionAreaSquareMillimetres) <= 120 + 0.3 * seen, "at \(share)")
            #expect(!zip(ill.hounsfield, well.hounsfield).contains { Int($0) - Int($1) < -40 }, "never thinner")
            total += ill.lesionAreaSquareMillimetres
        }
        #expect(total > 100)
    }

    @Test func `easy disease is larger than hard disease, and on both sides`() {
        var easy: Float = 0
        var hard: Float = 0
        for seed in UInt64(1)...4 {
            let scan = Scan(anatomySeed: seed, severity: .easy, diseaseSeed: seed)
            let faint = scan.chest.with(diseaseSeed: seed, severity: .hard, confounderRate: 0)
            #expect(scan.chest.disease.lesionCount >= 6)
            #expect((3...6).contains(faint.disease.lesionCount))
            for step in 1..<8 {
                easy += scan.slice(Float(step) / 8).lesionFraction
                hard += scan.slice(Float(step) / 8, of: faint).lesionFraction
            }
        }
        #expect(hard > 0)
        #expect(easy > 2 * hard)
    }

    @Test func `confounders are no disease`() {
        let scan = Scan(anatomySeed: 6)
        let confounded = scan.chest.with(diseaseSeed: 3, severity: nil, confounderRate: 1)
        var changed = 0
        for step in 1..<12 {
            let slice = scan.slice(Float(step) / 12, of: confounded)
            #expect(!slice.isPositive && slice.lesionFraction == 0)
            if slice.hounsfield != scan.slice(Float(step) / 12).hounsfield { changed += 1 }
        }
        #expect(changed > 0)
    }

    @Test func `noise has the deviation asked for, and the lung kernel more of it`() {
        var scan = Scan(anatomySeed: 2)
        scan.matrix = 256
        let geometry = scan.geometry(0.5)
        func deviation(_ kernel: Reconstruction.Kernel) -> Float {
            let clean = Reconstruction(kernel: kernel, noiseHU: 0, paddingHU: nil)
            let noisy = Reconstruction(kernel: kernel, noiseHU: 12, paddingHU: nil)
            let first = scan.chest.slice(geometry, clean, noiseSeed: 1).hounsfield
            let second = scan.chest.slice(geometry, noisy, noiseSeed: 1).hounsfield
            var square: Float = 0
            var count: Float = 0
            for row in 112..<144 {
                for column in 112..<144 where first[row * 256 + column] > -800 {
                    let difference = Float(second[row * 256 + column]) - Float(first[row * 256 + column])
                    square += difference * difference
                    count += 1
                }
            }
            return (square / max(count, 1)).squareRoot()
        }
        // the rows' absorption changes it by -30 to +70 percent
        #expect((8...21).contains(deviation(.soft)))
        #expect(deviation(.lung) > 1.7 * deviation(.soft))
    }

    @Test func `the circle outside the field of view is padding where asked`() {
        let scan = Scan(anatomySeed: 2)
        let padded = scan.slice(0.5).hounsfield
        #expect(padded.first == -2000 && padded.last == -2000)
        let whole = scan.chest.slice(
            scan.geometry(0.5), Reconstruction(kernel: .soft, noiseHU: 0, paddingHU: nil), noiseSeed: 9)
        #expect(!whole.hounsfield.contains(-2000))
        // pi / 4 of the square is inside; one ring of pixels either way
        let outside = Double(padded.count { $0 == -2000 }) / Double(padded.count)
        #expect(abs(outside - 0.2146) < 0.02)
    }

    @Test func `a tilted slice shows what straight slices show row by row`() {
        var straight = Scan(anatomySeed: 7)
        var tilted = straight
        straight.matrix = 96
        tilted.matrix = 96
        tilted.tiltDegrees = 15
        let geometry = tilted.geometry(0.5)
        // down the rows the plane falls towards the feet
        let top = geometry.position(row: 0, column: 0)
        let bottom = geometry.position(row: 95, column: 0)
        let fall = (top.z - bottom.z) / (bottom.y - top.y)
        #expect(abs(fall - 0.267_949) < 1e-4, "tangent of 15 degrees")

        // the middle row lies at the height of the straight slice
        let middle = straight.slice(0.5).hounsfield
        let leaning = tilted.slice(0.5).hounsfield
        func difference(_ row: Int) -> Int {
            (0..<96).reduce(0) { $0 + abs(Int(middle[row * 96 + $1]) - Int(leaning[row * 96 + $1])) } / 96
        }
        #expect(difference(47) < 60)
        #expect(difference(20) > difference(47))
    }
}

private let goldenDigest: UInt64 = 18074341545881609414
