import Foundation
import Testing

extension EndToEnd {
    /// Where `gantry train` finds pictures, their classes and their sides.
    @Suite struct `Training data` {
        /// Trains one epoch of the small network; returns what was said and the rows of `split.csv`.
        private static func train(
            _ folder: URL, _ images: String, _ more: [String] = []
        ) throws -> (end: ProcessEnd, rows: [[String]]) {
            let bundle = folder.appending(path: "made").path
            let end = try Executable.run(
                [
                    "train", "--images", folder.appending(path: images).path, "--output", bundle, "--model",
                    ImageBundle.weights, "--stride", "v1.5", "--input-size", "32", "--batch", "8", "--epochs", "1",
                    "--freeze", "layer3",
                ] + more)
            let text = (try? String(contentsOfFile: bundle + "/split.csv", encoding: .utf8)) ?? ""
            return (end, text.split(separator: "\n").dropFirst().map { $0.split(separator: ",").map(String.init) })
        }

        /// Names of the samples of a side.
        private static func names(_ rows: [[String]], _ side: String) -> Set<String> {
            Set(rows.filter { $0[2] == side }.map { $0[0] })
        }

        @Test func `a table with labels is the whole list, in any folders, and keeps groups together`() throws {
            try TemporaryFolder.use { folder in
                let pictures = folder.appending(path: "all")
                try Pictures.write(8, to: pictures)
                // Classes that the folders do not tell; one picture that nobody names.
                var table = "label,group,file\n"
                for number in 0..<7 {
                    table += "first,patient \(number / 2),high/\(number).png\n"
                    table += "second,patient \(number / 2 + 10),./low/\(number).png\n"
                }
                let split = folder.appending(path: "split.csv")
                try Data(table.utf8).write(to: split)
                let (end, rows) = try Self.train(folder, "all", ["--split", split.path, "--validation", "0.3"])
                try #require(end.status == 0, "\(end.description)")
                #expect(rows.count == 14 && Set(rows.map { $0[1] }) == ["first", "second"])
                #expect(!Self.names(rows, "validation").isEmpty)
                let groups = ["train", "validation"].map { side in Set(rows.filter { $0[2] == side }.map { $0[3] }) }
                #expect(groups[0].isDisjoint(with: groups[1]))
            }
        }

        @Test func `a list of names says who validates, and the others are learned from`() throws {
            try TemporaryFolder.use { folder in
                try Pictures.write(6, to: folder.appending(path: "all"))
                let list = folder.appending(path: "validation.txt")
                try Data("high/2.png\n./low/4.png\n\nlow/5.png\n".utf8).write(to: list)
                let (end, rows) = try Self.train(folder, "all", ["--split", list.path])
                try #require(end.status == 0, "\(end.description)")
                #expect(Self.names(rows, "validation") == ["high/2.png", "low/4.png", "low/5.png"])
                #expect(Self.names(rows, "train").count == 9)
                try FileManager.default.removeItem(at: folder.appending(path: "made"))
                try Data("high/2.png\nlow/77.png\n".utf8).write(to: list)
                let absent = try Self.train(folder, "all", ["--split", list.path]).end
                #expect(absent.status == 65 && absent.errors.contains("low/77.png"), "\(absent.description)")
                #expect(absent.errors.contains("validation.txt:2"), "\(absent.errors)")
            }
        }

        @Test func `of train and test alone, validation is taken from train`() throws {
            try TemporaryFolder.use { folder in
                try Pictures.write(10, to: folder.appending(path: "all/train"))
                try Pictures.write(3, to: folder.appending(path: "all/test"), seed: 100)
                let (end, rows) = try Self.train(folder, "all")
                try #require(end.status == 0, "\(end.description)")
                #expect(Self.names(rows, "test").count == 6)
                #expect(Self.names(rows, "validation").count == 4 && Self.names(rows, "train").count == 16)
                #expect(Self.names(rows, "validation").allSatisfy { $0.hasPrefix("train/") })
            }
        }

        @Test func `NumPy's arrays have their sides and classes by number`() throws {
            try TemporaryFolder.use { folder in
                let golden = Executable.packageFolder
                    .appending(path: "Tests/GantryImagesTests/Golden/medmnist/grey.npz")
                try FileManager.default.copyItem(at: golden, to: folder.appending(path: "arrays.npz"))
                // Pictures of 3x4 pixels are much alike.
                let (end, rows) = try Self.train(folder, "arrays.npz", ["--allow-leaks"])
                try #require(end.status == 0, "\(end.description)")
                #expect(Self.names(rows, "train") == Set((0..<5).map { "train/0000\($0)" }))
                #expect(Self.names(rows, "validation") == ["val/00000", "val/00001"])
                #expect(Self.names(rows, "test") == ["test/00000"] && Set(rows.map { $0[1] }) == ["0", "1", "2"])
                try FileManager.default.removeItem(at: folder.appending(path: "made"))
                let split = folder.appending(path: "split.csv")
                try Data("file,split\na,train\n".utf8).write(to: split)
                let refused = try Self.train(folder, "arrays.npz", ["--split", split.path]).end
                #expect(refused.status == 64 && refused.errors.contains("has its sides"), "\(refused.description)")
            }
        }

        @Test func `leaks that are let through are named in the card`() throws {
            try TemporaryFolder.use { folder in
                try Pictures.write(8, to: folder.appending(path: "all/train"))
                try Pictures.write(3, to: folder.appending(path: "all/val"))
                let refused = try Self.train(folder, "all").end
                #expect(
                    refused.status == 65 && refused.errors.contains("6 pairs are on two sides"), "\(refused.errors)")
                let end = try Self.train(folder, "all", ["--allow-leaks"]).end
                try #require(end.status == 0, "\(end.description)")
                for file in ["MODEL_CARD.md", "training.html", "recipe.yaml"] {
                    let text = try String(contentsOf: folder.appending(path: "made/" + file), encoding: .utf8)
                    #expect(text.contains("val/low/2.png"), "\(file)")
                }
            }
        }

        @Test func `the class that is judged may be another than the last`() throws {
            try TemporaryFolder.use { folder in
                try Pictures.write(6, to: folder.appending(path: "all"))
                let end = try Self.train(folder, "all", ["--positive-class", "high", "--json"]).end
                try #require(end.status == 0, "\(end.description)")
                #expect(try end.lines.map { $0["schema"].text } == ["gantry.epoch/1", "gantry.training/1"])
                let text = try String(contentsOf: folder.appending(path: "made/pipeline.yaml"), encoding: .utf8)
                #expect(text.contains("positive-class: \"high\""))
                try FileManager.default.removeItem(at: folder.appending(path: "made"))
                let other = try Self.train(folder, "all", ["--positive-class", "middle"]).end
                #expect(other.status == 64 && other.errors.contains("none of the classes"), "\(other.description)")
            }
        }
    }
}
