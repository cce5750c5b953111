import GantryCore
import Testing

@Suite struct WindowTests {
    /// The worked examples of PS3.3 C.11.2.1.2.1, note 3, with an output range of 0 to 255: for each window the ends,
    /// what lies at them, and the slope between.
    @Test func `LINEAR gives the standard's worked examples`() {
        let wide = Window(windowCenterHU: 2048, windowWidthHU: 4096)
        #expect(wide.windowed(0) == 0 && wide.windowed(4096) == 1)
        for x in [1.0, 1000, 4094, 4095] { #expect(isNear(wide.windowed(x), (x - 2047.5) / 4095 + 0.5)) }
        let threshold = Window(windowCenterHU: 2048, windowWidthHU: 1)
        #expect(threshold.windowed(2047.5) == 0 && threshold.windowed(2047.6) == 1)
        let signed = Window(windowCenterHU: 0, windowWidthHU: 100)
        #expect(signed.windowed(-50) == 0 && signed.windowed(50) == 1)
        for x in [-49.0, 0, 49] { #expect(isNear(signed.windowed(x), (x + 0.5) / 99 + 0.5)) }
        let zero = Window(windowCenterHU: 0, windowWidthHU: 1)
        #expect(zero.windowed(-0.5) == 0 && zero.windowed(0) == 1)
    }

    /// The worked examples of PS3.3 C.11.2.1.3.2.
    @Test func `LINEAR_EXACT gives the standard's worked examples`() {
        let wide = Window(windowCenterHU: 2048, windowWidthHU: 4096, function: .linearExact)
        #expect(wide.windowed(0) == 0 && wide.windowed(4096) == 1 && wide.windowed(4097) == 1)
        #expect(isNear(wide.windowed(1000), (1000 - 2048) / 4096 + 0.5))
        let narrow = Window(windowCenterHU: 2048, windowWidthHU: 1, function: .linearExact)
        #expect(narrow.windowed(2047.5) == 0 && narrow.windowed(2048) == 0.5 && narrow.windowed(2048.5) == 1)
        let signed = Window(windowCenterHU: 0, windowWidthHU: 100, function: .linearExact)
        #expect(signed.windowed(-50) == 0 && signed.windowed(25) == 0.75 && signed.windowed(50) == 1)
    }

    /// 1 / (1 + exp(-4 (x + 600) / 1500)) by Python's `math.exp`.
    @Test(
        arguments: [
            (-1350, 0.11920292202211755), (-1000, 0.256037508675242), (-600, 0.5), (-400, 0.6302602229177513),
            (150, 0.8807970779778823), (1000, 0.9861656084433474),
        ] as [(Double, Double)])
    func `SIGMOID follows the standard's formula`(hounsfield: Double, expected: Double) {
        let window = Window(windowCenterHU: -600, windowWidthHU: 1500, function: .sigmoid)
        #expect(abs(window.windowed(hounsfield) - expected) <= 1e-14)
    }

    private func isNear(_ one: Double, _ other: Double) -> Bool { abs(one - other) <= 1e-14 }

    /// floor(255 y + 0.5), computed in Python from the same formulas.
    @Test(
        arguments: [
            (.linear, [0, 0, 60, 128, 213, 230, 255, 255, 255]),
            (.linearExact, [0, 0, 60, 128, 212, 230, 255, 255, 255]),
            (.sigmoid, [6, 30, 65, 128, 202, 212, 225, 225, 255]),
        ] as [(WindowFunction, [UInt8])])
    func `grey levels are rounded to the nearest, halves up`(function: WindowFunction, expected: [UInt8]) {
        let hounsfield: [Int16] = [-2000, -1350, -1000, -600, -100, 0, 149, 150, 3000]
        let window = Window(windowCenterHU: -600, windowWidthHU: 1500, function: function)
        #expect(window.greyLevels(of: hounsfield.span) == expected)
    }

    @Test(arguments: WindowFunction.allCases)
    func `a table gives every Hounsfield value its grey level`(function: WindowFunction) {
        let window = Window(windowCenterHU: 40.5, windowWidthHU: 380, function: function)
        let all = (Int(Int16.min)...Int(Int16.max)).map { Int16($0) }
        let expected = all.map { UInt8((window.windowed(Double($0)) * 255 + 0.5).rounded(.down)) }
        #expect(GreyTable(window).levels(of: all.span) == expected)
    }

    @Test func `no pixels give no grey levels`() {
        #expect(Window.lung.greyLevels(of: [Int16]().span).isEmpty)
    }

    @Test(arguments: WindowFunction.allCases, [(-600.0, 1500.0), (40, 400), (0.5, 1), (-1000.25, 3.5), (0, 65536)])
    func `every window rises from 0 to 1 and never falls`(function: WindowFunction, window: (Double, Double)) {
        let window = Window(windowCenterHU: window.0, windowWidthHU: window.1, function: function)
        var previous = -1.0
        for hounsfield in -32768...32767 {
            let value = window.windowed(Double(hounsfield))
            guard (0...1).contains(value), value >= previous else {
                Issue.record("\(value) follows \(previous) at \(hounsfield)")
                return
            }
            previous = value
        }
        #expect(window.windowed(-1e300) == 0 && window.windowed(1e300) == 1)
    }

    @Test func `the standard's limits on the width are kept`() {
        #expect(Window(windowCenterHU: 0, windowWidthHU: 1).isValid)
        #expect(!Window(windowCenterHU: 0, windowWidthHU: 0.99).isValid)
        for function in [WindowFunction.linearExact, .sigmoid] {
            #expect(Window(windowCenterHU: 0, windowWidthHU: 0.01, function: function).isValid)
            #expect(!Window(windowCenterHU: 0, windowWidthHU: 0, function: function).isValid)
        }
        #expect(!Window(windowCenterHU: .nan, windowWidthHU: 100).isValid)
        #expect(!Window(windowCenterHU: 0, windowWidthHU: .infinity).isValid)
    }

    @Test func `what cannot be windowed is black, and nothing traps`() {
        let broken = Window(windowCenterHU: .nan, windowWidthHU: -1)
        #expect(broken.windowed(0) == 0)
        #expect(broken.greyLevels(of: ([5, 6] as [Int16]).span) == [0, 0])
        for function in WindowFunction.allCases {
            let window = Window(windowCenterHU: 0, windowWidthHU: 100, function: function)
            #expect(window.windowed(.nan) == 0)
            #expect(window.windowed(.infinity) == 1 && window.windowed(-.infinity) == 0)
        }
    }
}
