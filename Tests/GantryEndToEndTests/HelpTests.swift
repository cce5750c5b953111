import Foundation
import Testing

extension EndToEnd {
    @Suite struct `Help` {
        private static let run = ["--pipeline", "--trust", "--store", "--output", "--jobs", "--json", "--limit"]

        @Test(arguments: [
            (["ingest"], run),
            (["watch"], run + ["--settle", "--study-quiet", "--once"]),
            (["status"], ["--json", "--store", "<study>"]),
            (["inspect"], ["--json", "--rules", "--series", "--files"]),
            (["extract"], ["--output", "--series", "--window", "--format", "npy", "png", "--padding-mask"]),
            (["model", "run"], ["--input", "--output", "--features", "--force"]),
            (["model", "inspect"], ["<model>", "--block", "--stride", "--prefix", "--state-dict", "--trust"]),
            (["model", "quantize"], ["--pipeline", "--truth", "--calibration-slices", "--json", "precision: int8"]),
            (["model", "predict"], ["<bundle>", "<files>", "--threads", "--trust", "--json"]),
            (["model"], ["run", "predict", "inspect", "quantize", "profile", "repeatability", "convert"]),
            (["model", "diff"], ["--stride", "--within", "--all", "--json"]),
            (["bundle"], ["create", "verify", "seal", "sign", "key"]),
            (
                ["bundle", "create"],
                [
                    "--model", "--classes", "--input ", "--resize", "--window", "--input-convention", "--golden",
                    "--stride", "--activation", "--golden-hu", "--golden-study",
                ]
            ),
            (["bundle", "verify"], ["--golden", "--golden-hu", "--golden-study", "--trust", "--json"]),
            (["report"], ["<key>", "--patient-id", "--deidentify", "--language", "en, de, pseudo"]),
            (
                ["export"],
                [
                    "--store", "--output", "--format", "csv", "jsonl", "--since", "--all-revisions", "--deidentify",
                    "--excel", "--json",
                ]
            ),
            (
                ["evaluate"],
                [
                    "--truth", "--store", "--bundle", "--studies", "--images", "--compare", "--output", "--reports",
                    "--split", "--seed", "--sanity", "--json",
                ]
            ),
            (
                ["reaggregate"],
                ["--store", "--aggregation", "--thresholds", "--truth", "--commit", "--output", "--language", "--json"]
            ),
            (["model", "profile"], ["<bundle>", "--studies", "--images", "--truth", "--seed", "--trust", "--json"]),
            (["model", "repeatability"], ["<bundle>", "--studies", "--trust", "--json", "Bland and"]),
            (["model", "calibrate"], ["<bundle>", "--studies", "--images", "--truth", "--at", "youden", "--json"]),
            (
                ["explain"],
                [
                    "--study", "--slice", "--image", "--store", "--output", "--class", "--stage", "--method", "gradcam",
                    "occlusion",
                ]
            ),
            (
                ["phantom"],
                [
                    "--output", "--seed", "--studies", "--scans", "--fix", "hard-negatives", "--equal-headers",
                    "--exported-window", "--enhanced", "--transfer-syntax", "--threads",
                ]
            ),
            (
                [],
                [
                    "ingest", "watch", "status", "inspect", "extract", "explain", "model", "report", "export",
                    "phantom",
                    "evaluate", "reaggregate",
                    "Research use only",
                ]
            ),
        ])
        func `of each command names its options`(command: [String], words: [String]) throws {
            let end = try Executable.run(command + ["--help"])
            #expect(end.status == 0 && end.errors.isEmpty)
            for word in words { #expect(end.output.contains(word), "\(command) --help says nothing of \(word)") }
            #expect(!end.output.contains("reader-child") && !end.output.contains("image-child"))
        }

        @Test func `of the version says what it is for`() throws {
            let end = try Executable.run(["--version"])
            #expect(end.status == 0)
            #expect(end.output.contains("Research use only") && end.output.contains("Not for clinical use"))
            #expect(try end.output.firstMatch(of: Regex("^gantry [0-9]+\\.[0-9]+\\.[0-9]+\n")) != nil)
        }

        @Test(arguments: ["bash", "zsh", "fish"])
        func `completes on the command line`(shell: String) throws {
            let end = try Executable.run(["--generate-completion-script", shell])
            #expect(end.status == 0)
            for word in ["ingest", "watch", "study-quiet", "patient-id"] { #expect(end.output.contains(word)) }
            if shell == "bash" {
                try TemporaryFolder.use { folder in
                    let script = folder.appending(path: "gantry.bash")
                    try Data(end.output.utf8).write(to: script)
                    _ = try Tools.shell("bash -n \"$1\"", script.path)
                }
            }
        }
    }
}
