import GantryCore
import GantryTraining
import Testing

@Suite struct DataManifestTests {
    private static let digest = String(repeating: "0f", count: 32)
    private static let samples = [
        LabelledSample(name: "b/2.png", label: 1, group: "p, \"1\"", side: .validation, contentDigest: digest),
        LabelledSample(name: "a/1, or 2.png", label: 0, side: .train, contentDigest: digest),
        LabelledSample(name: "b/1.png", label: 1, side: .train),
        LabelledSample(name: "a/0.png", label: 0, side: .test),
    ]

    @Test func `the table is by side, then name, quoted where it has to be`() throws {
        let manifest = try DataManifest(Self.samples, classes: ["well", "ill"])
        #expect(
            manifest.text == """
                file,label,split,group,sha256
                "a/1, or 2.png",well,train,"a/1, or 2.png",\(Self.digest)
                b/1.png,ill,train,b/1.png,
                b/2.png,ill,validation,"p, ""1""\",\(Self.digest)
                a/0.png,well,test,a/0.png,

                """)
        #expect(manifest.counts(of: .train) == [1, 1] && manifest.counts(of: .validation) == [0, 1])
    }

    @Test func `it reads what it writes, and its digest does not depend on the order of the samples`() throws {
        let manifest = try DataManifest(Self.samples, classes: ["well", "ill"])
        #expect(try DataManifest(manifest.text, name: "data.csv", classes: ["well", "ill"]) == manifest)
        let reversed = try DataManifest(Self.samples.reversed(), classes: ["well", "ill"])
        #expect(reversed.digest == manifest.digest && manifest.digest.count == 64)
        var changed = Self.samples
        changed[0].side = .test
        #expect(try DataManifest(changed, classes: ["well", "ill"]).digest != manifest.digest)
    }

    @Test(
        arguments: [
            ("file,label,split,group\n", TrainingDataFaultCode.malformedTable, "d:1"),
            ("file,label,split,group,sha256\na,well,val,a,\n", .malformedTable, "d:2"),
            ("file,label,split,group,sha256\na,well,train,a,0F\n", .malformedTable, "d:2"),
            ("file,label,split,group,sha256\na,odd,train,a,\n", .labelUnknown, "d:2"),
            ("file,label,split,group,sha256\na,ill,train,a,\na,ill,test,a,\n", .contradiction, "a"),
        ])
    func `a table that is none is refused`(_ text: String, _ code: TrainingDataFaultCode, _ subject: String) {
        let fault = #expect(throws: TrainingDataFault.self) {
            try DataManifest(text, name: "d", classes: ["well", "ill"])
        }
        #expect(fault?.code == code && fault?.subject == subject)
    }
}
