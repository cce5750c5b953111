import Foundation
import GantrySandbox
import GantryTensors
import GantryTestSupport
import GantryWeightImport
import Glibc
import Testing

@Suite struct KerasFileTests {
    /// Every tensor of make_keras_fixtures' network: version 1 with biases, stages of two and one bottlenecks, 3
    /// classes or no top.
    private static func shapes(width: Int, classes: Int?) -> [String: TensorShape] {
        var shapes: [String: TensorShape] = [:]
        func convolution(_ name: String, _ norm: String, _ outputs: Int, _ inputs: Int, _ kernel: Int) {
            shapes["\(name).weight"] = [outputs, inputs, kernel, kernel]
            shapes["\(name).bias"] = [outputs]
            for part in ["weight", "bias", "running_mean", "running_var"] { shapes["\(norm).\(part)"] = [outputs] }
        }
        convolution("conv1", "bn1", width, 3, 7)
        var inputs = width
        for (place, width, projects) in [
            ("layer1.0", width, true), ("layer1.1", width, false), ("layer2.0", 2 * width, true),
        ] {
            convolution("\(place).conv1", "\(place).bn1", width, inputs, 1)
            convolution("\(place).conv2", "\(place).bn2", width, width, 3)
            convolution("\(place).conv3", "\(place).bn3", 4 * width, width, 1)
            if projects { convolution("\(place).downsample.0", "\(place).downsample.1", 4 * width, inputs, 1) }
            inputs = 4 * width
        }
        if let classes {
            shapes["fc.weight"] = [classes, inputs]
            shapes["fc.bias"] = [classes]
        }
        return shapes
    }

    static let files: [(name: String, width: Int, classes: Int?)] = [
        ("keras3.weights.h5", 8, 3), ("keras3-model.h5", 8, 3), ("keras2.h5", 8, 3),
        ("keras3-notop.weights.h5", 2, nil),
        ("keras3-nested.weights.h5", 2, 3),
    ]

    @Test(arguments: files)
    func `a network saved by Keras is read back bit for bit under torchvision's names`(
        _ name: String, _ width: Int, _ classes: Int?
    ) throws {
        let file = try WeightFile.open(Fixtures.path(name), hdf5: Fixtures.reader())
        let expected = Self.shapes(width: width, classes: classes)
        #expect(file.shapes == expected)
        for (name, shape) in expected {
            let values = try file.values(of: name)
            #expect(values.map(\.bitPattern) == Fixtures.hashed(name, shape).map(\.bitPattern), "\(name)")
        }
        // Only a whole model tells its layers' settings.
        let settings = NetworkConventions(strideOnFirstConvolution: true, batchNormEpsilon: 1.001e-5)
        #expect(file.conventions == (name == "keras3-model.h5" ? settings : nil))
        #expect(file.elementType(of: "conv1.weight") == .f32)
    }

    @Test func `the process that parses the file is limited and filtered before it says a word of it`() throws {
        struct Job: Encodable {
            var parentProcessID = ChildLimits.processID
            var addressSpaceBytes = 1 << 30
            var processorSeconds = 20
        }
        let file = open(Fixtures.path("keras3-model.h5"), O_RDONLY | O_CLOEXEC)
        try #require(file >= 0)
        defer { close(file) }
        let pair = try MessageChannel.pair()
        // So little that the child stands still before it has sent everything.
        var bytes: Int32 = 1
        try #require(
            setsockopt(pair.far.number, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size)) == 0)
        let child = try ChildProcess(
            executable: try builtExecutable(), arguments: ["hdf5-child"], descriptors: [pair.far.number, file])
        let channel = pair.takeNear()
        try channel.send(Job(), until: .after(seconds: 60))
        #expect(try !channel.receiveBody(until: .after(seconds: 60)).isEmpty)
        let status = try String(contentsOfFile: "/proc/\(child.processID)/status", encoding: .utf8)
        let limits = try String(contentsOfFile: "/proc/\(child.processID)/limits", encoding: .utf8)
        _ = try child.end()
        #expect(status.contains("\nSeccomp:\t2\n") && status.contains("\nNoNewPrivs:\t1\n"), "\(status)")
        let files = limits.split(separator: "\n").first { $0.hasPrefix("Max file size") }
        #expect(files?.split(separator: " ").dropFirst(3).first == "0", "\(limits)")
    }

    private func refusedHDF5(_ path: String, _ reader: HDF5Reader) -> WeightsError? {
        #expect(throws: WeightsError.self) { try WeightFile.open(path, hdf5: reader) }
    }

    @Test func `another network's layers are refused by the first that does not fit`() throws {
        let reader = try Fixtures.reader()
        let order = refusedHDF5(Fixtures.path("keras3-other.weights.h5"), reader)
        #expect(order?.code == .architectureMismatch)
        #expect(
            order?.explanation.contains("layers/conv2d_1 has the kernel [3, 3, 4, 4] where a ResNet has [1, 1, 4, 4]")
                == true)
        let wide = refusedHDF5(Fixtures.path("keras3-float64.weights.h5"), reader)
        #expect(wide?.code == .architectureMismatch, "of 64 bits, and no ResNet either")
        let names = refusedHDF5(Fixtures.path("keras3-other.h5"), reader)
        let words = "has not the zeros around the image that a residual network has"
        #expect(names?.code == .architectureMismatch && names?.explanation.contains(words) == true)
        let whole = refusedHDF5(Fixtures.path("keras3-other.keras"), reader)
        #expect(whole?.code == .architectureMismatch && whole?.explanation.contains(words) == true)
        #expect(try refusal(Fixtures.bytes("keras3-other.keras"))?.code == .cannotOpen)
    }

    @Test func `files cut short are refused, and changed ones refused or read, in the child`() throws {
        let reader = try Fixtures.reader()
        let bytes = try Fixtures.bytes("keras3-other.weights.h5")
        for length in [8, 100, bytes.count / 2, bytes.count - 1] {
            let file = try TemporaryFile(Array(bytes.prefix(length)))
            let error = refusedHDF5(file.path, reader)
            #expect(error?.code == .malformedHeader && error?.subject == file.path)
        }
        for index in stride(from: 8, to: bytes.count, by: bytes.count / 40) {
            var changed = bytes
            changed[index] ^= 0xFF
            let file = try TemporaryFile(changed)
            // Another network: whether it is damaged or not, it is refused, and this process goes on.
            _ = refusedHDF5(file.path, reader)
        }
    }

    @Test func `a child that is absent, lies, dies or hangs is an error`() throws {
        let path = Fixtures.path("keras3-other.weights.h5")
        let none = #expect(throws: WeightsError.self) { try WeightFile.open(path) }
        #expect(none?.code == .cannotOpen)
        let absent = refusedHDF5(path, HDF5Reader(executable: "/nothing/here"))
        #expect(absent?.code == .cannotRead && absent?.subject == "/nothing/here")
        func shell(_ script: String, seconds: Int = 20) -> HDF5Reader {
            HDF5Reader(executable: "/bin/sh", arguments: ["-c", script], seconds: seconds)
        }
        let dead = refusedHDF5(path, shell("kill -SEGV $$"))
        #expect(dead?.code == .malformedHeader && dead?.explanation.contains("SIGSEGV") == true)
        let noise = refusedHDF5(path, shell("printf '\\377\\377\\377\\377' >&3; cat <&3"))
        #expect(noise?.code == .malformedHeader)
        func message(_ json: String) -> String {
            let length = json.utf8.count
            return
                "printf '\\\(String(length % 256, radix: 8))\\\(String(length / 256, radix: 8))\\0\\0%s' '\(json)' "
                + ">&3; "
        }
        let large = #"{"datasets":[{"path":"a/b","shape":[1099511627776,4]}]}"#
        #expect(refusedHDF5(path, shell(message(large) + "cat <&3"))?.explanation.contains("more than any") == true)
        let negative = #"{"datasets":[{"path":"a/b","shape":[-4]}]}"#
        #expect(refusedHDF5(path, shell(message(negative) + "cat <&3"))?.explanation.contains("more than any") == true)
        let short = #"{"datasets":[{"path":"a/b","shape":[4]}]}"#
        let surplus = refusedHDF5(
            path, shell(message(short) + "printf '\\024\\0\\0\\0aaaaaaaaaaaaaaaaaaaa' >&3; cat <&3"))
        #expect(surplus?.code == .malformedHeader)
        let twice = #"{"datasets":[{"path":"a/b","shape":[0]},{"path":"a/b","shape":[0]}]}"#
        #expect(refusedHDF5(path, shell(message(twice) + "cat <&3"))?.explanation.contains("one path") == true)
        let kernels = ["a", "b"].map { #"{"path":"\#($0)/conv1_conv/kernel","shape":[0]}"# }.joined(separator: ",")
        let sameName = #"{"datasets":[\#(kernels)]}"#
        #expect(refusedHDF5(path, shell(message(sameName) + "cat <&3"))?.explanation.contains("would both be") == true)
        let configured = #"{"datasets":[],"hasModelConfig":true}"#
        let unsaid = refusedHDF5(path, shell(message(configured)))
        #expect(unsaid?.code == .malformedHeader, "the settings that were announced do not come")
        let silent = refusedHDF5(path, shell("cat <&3", seconds: 1))
        #expect(silent?.explanation.contains("longer than 1 s") == true)
    }
}
