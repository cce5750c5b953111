import GantryCore
import Testing

/// Expected values: Python 3.11's `math` module (C library, within one unit in the last place) and
/// `statistics.NormalDist`.
@Suite struct TranscendentalTests {
    @Test(
        arguments: [
            (.leastNonzeroMagnitude, -744.4400719213812), (1e-300, -690.7755278982137), (1e-09, -20.72326583694641),
            (0.25, -1.3862943611198906), (0.7, -0.35667494393873245), (0.9999999, -1.0000000494736474e-07),
            (1.0000001, 9.999999505838704e-08), (1.5, 0.4054651081081644), (2.0, 0.6931471805599453),
            (10.0, 2.302585092994046), (1e+17, 39.14394658089878), (1.7e+308, 709.7268368932282),
        ])
    func `the logarithm agrees with the C library to 4e-16`(x: Double, expected: Double) {
        #expect(abs(Elementary.logarithm(x) / expected - 1) <= 4e-16)
    }

    @Test func `the logarithm is exact at one, and ends where it should`() {
        #expect(Elementary.logarithm(1) == 0)
        #expect(Elementary.logarithm(0) == -.infinity && Elementary.logarithm(.infinity) == .infinity)
        #expect(Elementary.logarithm(-1).isNaN && Elementary.logarithm(.nan).isNaN)
    }

    @Test(
        arguments: [
            (1e-06, 1.7453292519943295e-08, 0.9999999999999999), (7.5, 0.13052619222005157, 0.9914448613738104),
            (30.0, 0.49999999999999994, 0.8660254037844387), (44.99, 0.7069833570023731, 0.7072301838310177),
            (45.01, 0.7072301838310177, 0.7069833570023731), (100.0, 0.984807753012208, -0.1736481776669303),
            (-10.0, -0.17364817766693033, 0.984807753012208), (-200.0, 0.34202014332566866, -0.9396926207859084),
            (359.0, -0.01745240643728356, 0.9998476951563913), (725.25, 0.09150161866340241, 0.9958049275746618),
        ])
    func `sine and cosine agree with the C library`(degrees: Double, sine: Double, cosine: Double) {
        let found = Elementary.sineAndCosine(degrees: degrees)
        // The C library's argument, in radians, is itself rounded: to 4e-16 of a turn or two.
        #expect(abs(found.sine - sine) <= 1e-15 && abs(found.cosine - cosine) <= 1e-15)
    }

    @Test(arguments: [(0, 0, 1), (90, 1, 0), (180, 0, -1), (270, -1, 0), (-90, -1, 0), (450, 1, 0)])
    func `sine and cosine are exact at whole quarters of a turn`(degrees: Int, sine: Int, cosine: Int) {
        let found = Elementary.sineAndCosine(degrees: Double(degrees))
        #expect(found.sine == Double(sine) && found.cosine == Double(cosine))
    }

    @Test(
        arguments: [
            (1e-300, -37.0470962993612), (1e-12, -7.034483825301132), (1.1641532182693481e-10, -6.337957754553789),
            (0.001, -3.090232306167813), (0.07, -1.4757910281791702), (0.0749999, -1.4395321773759004),
            (0.0750001, -1.4395307645017297), (0.3, -0.5244005127080407), (0.77, 0.7388468491852137),
            (0.975, 1.9599639845400536), (0.99999, 4.26489079392384),
        ])
    func `the normal quantile agrees with Python's`(p: Double, expected: Double) {
        #expect(abs(Elementary.normalQuantile(p) / expected - 1) <= 2e-15)
    }

    @Test func `the normal quantile is 0 at a half, and ends where it should`() {
        #expect(Elementary.normalQuantile(0.5) == 0)
        #expect(Elementary.normalQuantile(0) == -.infinity && Elementary.normalQuantile(1) == .infinity)
        #expect(Elementary.normalQuantile(-0.1).isNaN && Elementary.normalQuantile(1.1).isNaN)
    }
}
