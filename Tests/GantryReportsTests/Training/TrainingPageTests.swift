import Foundation
import GantryCore
import GantryReports
import Testing

/// `training.html` in every state that a run has.
@Suite struct TrainingPageTests {
    private func page(_ report: TrainingProgressReport) throws -> MarkupElement {
        try MarkupDocument.parse(TrainingPage(report).html)
    }

    private func text(_ element: MarkupElement?) -> String {
        (element?.text ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test func `pages of every kind are well-formed, without script and without anything from elsewhere`() throws {
        let folder = ProcessInfo.processInfo.environment["GANTRY_REPORT_SAMPLES"]
        for (name, report) in try TrainingSample.all() {
            let html = try TrainingPage(report).html
            check(try MarkupDocument.parse(html), "\(name)")
            #expect(html.contains("<style>\(TrainingStyleSheet.css)</style>"))
            guard let folder else { continue }
            try Data(html.utf8).write(to: URL(filePath: folder).appending(path: "training-\(name).html"))
        }
    }

    @Test func `hostile text stays text`() throws {
        let hostile = PageSafetyTests.hostile
        var report = try TrainingSample.report(.stopped(reason: hostile), epochs: 3, warnings: [hostile])
        report.name = hostile
        report.classes = [hostile, hostile + "2"]
        report.recipe = [(hostile, hostile)]
        report.gantryVersion = hostile
        report.resumeCommand = hostile
        for index in report.predictions.indices { report.predictions[index].name = hostile }
        let page = try page(report)
        check(page, "hostile")
        #expect(page.text.components(separatedBy: PageSafetyTests.shown).count > 20)
        #expect(page.elements("h1").map(\.text) == [PageSafetyTests.shown])
        #expect(text(page.with("command").first) == text(page.elements("h1").first))
    }

    private func check(_ page: MarkupElement, _ name: Comment) {
        let known: Set = [
            "html", "head", "meta", "title", "style", "body", "main", "header", "footer", "section", "p", "div", "span",
            "h1", "h2", "h3", "bdi", "b", "strong", "code", "ul", "li", "table", "thead", "tbody", "tr", "th", "td",
            "details", "summary", "figure", "figcaption", "img", "svg", "line", "rect", "circle", "polyline", "polygon",
            "text",
        ]
        #expect(Set(page.all.map(\.name)).subtracting(known) == [], name)
        for element in page.all {
            for (attribute, value) in element.attributes {
                #expect(!attribute.hasPrefix("on") && !["style", "srcset", "href"].contains(attribute), name)
                if attribute == "src" { #expect(value.hasPrefix("data:image/png;base64,"), name) }
                if value.contains("://") { #expect(attribute == "xmlns", name) }
            }
            if element.name == "img" { #expect(element.attributes["alt"]?.isEmpty == false, name) }
            if element.name == "svg" { #expect(element.attributes["aria-label"]?.isEmpty == false, name) }
        }
        let notice = page.with("notice").map(\.text)
        #expect(notice == Array(repeating: "Research use only. Not for clinical use.", count: 2), name)
        let policy = page.elements("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
        let content = policy?.attributes["content"] ?? ""
        #expect(content.hasPrefix("default-src 'none'; img-src data:; style-src '\(TrainingStyleSheet.digest)'"), name)
        #expect(!content.contains("unsafe"), name)
    }

    @Test func `the policy names the style sheet's digest`() throws {
        let sum = try FinishedProgram("/usr/bin/sha256sum", ["-b"], input: Data(TrainingStyleSheet.css.utf8))
        let hexadecimal = Array(sum.output.utf8.prefix(64))
        try #require(sum.status == 0 && hexadecimal.count == 64)
        let bytes = try stride(from: 0, to: 64, by: 2).map { offset in
            try #require(UInt8(String(decoding: hexadecimal[offset..<offset + 2], as: UTF8.self), radix: 16))
        }
        let digest = "sha256-" + Data(bytes).base64EncodedString()
        #expect(TrainingStyleSheet.digest == digest, "write \(digest) into TrainingStyleSheet.digest")
        let css = TrainingStyleSheet.css
        #expect(!css.contains("<") && !css.contains("&") && !css.contains("url("))
    }

    @Test func `a page loads itself anew while the run goes on, and then no more`() throws {
        func refreshes(_ state: TrainingProgressReport.State) throws -> [String?] {
            try page(TrainingSample.report(state, epochs: 2)).elements("meta")
                .filter { $0.attributes["http-equiv"] == "refresh" }.map { $0.attributes["content"] }
        }
        #expect(try refreshes(.running(epochs: 5)) == ["20"])
        #expect(try refreshes(.finished(reason: "All epochs are done.")) == [])
        #expect(try refreshes(.stopped(reason: "Interrupted.")) == [])
    }

    @Test func `the head says where the run is`() throws {
        let running = try page(TrainingSample.report(.running(epochs: 20), epochs: 7)).id("state")
        #expect(text(running).hasPrefix("Running: epoch 8 of 20 Time left about 3 min"), "\(text(running))")
        let first = try page(TrainingSample.report(.running(epochs: 20), epochs: 0)).id("state")
        #expect(text(first).hasPrefix("Running: epoch 1 of 20 As of 2026-11-22 14:05:00 UTC"), "\(text(first))")
        // Every epoch is done, and the run is about to say so.
        let last = try page(TrainingSample.report(.running(epochs: 3), epochs: 3)).id("state")
        #expect(text(last).hasPrefix("Running: epoch 3 of 3 As of"), "\(text(last))")
        let stopped = try page(
            TrainingSample.report(.stopped(reason: "Interrupted by Ctrl-C."), epochs: 4, planned: 20)
        ).id("state")
        #expect(text(stopped).hasPrefix("Stopped after 4 of 20 epochs Interrupted by Ctrl-C. Time taken 59 s"))
        #expect(text(stopped?.with("command").first) == "gantry train --resume pneumonia")
        let finished = try page(TrainingSample.report(.finished(reason: "Stopped early."), epochs: 1)).id("state")
        #expect(text(finished).hasPrefix("Finished after 1 epoch Stopped early. Time taken"), "\(text(finished))")
        #expect(finished?.with("command").isEmpty == true)
    }

    @Test func `warnings stand before everything but the name`() throws {
        let page = try page(TrainingSample.report(.running(epochs: 9), epochs: 1, warnings: TrainingSample.leaks))
        let box = try #require(page.with("warnings").first)
        #expect(box.elements("li").map(\.text) == TrainingSample.leaks)
        #expect(text(box).hasPrefix("2 warnings"))
        let names = page.with("page").first?.children.map { $0.attributes["id"] ?? $0.name } ?? []
        #expect(Array(names.prefix(4)) == ["p", "header", "div", "state"])
        #expect(try self.page(TrainingSample.report(.running(epochs: 9), epochs: 1)).with("warnings").isEmpty)
    }

    @Test func `before the first epoch there are counts and the recipe, and no chart`() throws {
        let page = try page(TrainingSample.report(.running(epochs: 20), epochs: 0))
        #expect(page.with("chart").isEmpty && page.id("epochs") == nil && page.id("wrong") == nil)
        #expect(page.id("recipe") != nil)
        let cells = page.id("classes")?.elements("td").map(\.text)
        #expect(
            cells == [
                "normal", "1,214", "135", "\u{2013}", "pneumonia", "3,494", "381", "\u{2013}", "All", "4,708", "516",
                "\u{2013}",
            ])
    }

    @Test func `two classes have loss, accuracy, area and rate, a ROC curve and a matrix`() throws {
        let report = try TrainingSample.report(.running(epochs: 20), epochs: 8)
        let page = try page(report)
        let labels = page.with("chart").compactMap { $0.attributes["aria-label"] }
        try #require(labels.count == 6)
        #expect(labels[0].hasPrefix("Loss by epoch: training from 0."))
        #expect(labels[1].hasPrefix("Accuracy by epoch: training from "))
        #expect(labels[2].hasPrefix("Area under the ROC curve, validation by epoch: from 0."))
        #expect(
            labels[3]
                == "Learning rate by epoch: from 0.0455 in epoch 1 to 0.0105 in epoch 8; best epoch \(try best(report))"
        )
        let (scores, isPositive) = try #require(report.positiveScores)
        let area = try #require(ROC.areaUnderCurve(scores: scores, isPositive: isPositive))
        #expect(labels[4] == "ROC curve of pneumonia: area under the curve \(DecimalText.fixed(area, places: 3))")
        let matrix = report.confusionMatrix
        #expect(labels[5].hasPrefix("Confusion matrix of 2 classes: \(matrix.correct) of 524 images right"))
        let cells = page.with("confusion").first?.elements("text").map(\.text) ?? []
        for label in 0..<2 {
            for said in 0..<2 { #expect(cells.contains("\(matrix[label: label, said: said])")) }
        }
        #expect(page.with("confusions").isEmpty)
    }

    private func best(_ report: TrainingProgressReport) throws -> Int { try #require(report.history.best?.epoch) }

    @Test func `a curve reaches as far as the run has come on an axis as long as the run`() throws {
        let page = try page(TrainingSample.report(.running(epochs: 20), epochs: 8))
        let chart = try #require(page.with("learning").first)
        let points = chart.with("point", "validation").compactMap { $0.attributes["cx"].flatMap(Double.init) }
        #expect(points.count == 8 && points == points.sorted())
        let axis = try #require(chart.with("axis").first?.attributes["x2"].flatMap(Double.init))
        let begin = try #require(chart.with("axis").first?.attributes["x1"].flatMap(Double.init))
        // Epoch 8 of 20 stands at 7 of 19, with 2 % of room at both ends.
        let share = (try #require(points.last) - begin) / (axis - begin)
        #expect(abs(share - (7.0 / 19 + 0.02) / 1.04) < 0.001)
    }

    @Test func `a loss that is no number leaves a gap`() throws {
        var report = try TrainingSample.report(.stopped(reason: "NaN"), epochs: 9)
        report.history[4].trainingLoss = .nan
        let chart = try #require(try page(report).with("learning").first)
        #expect(chart.elements("polyline").filter { $0.classes.contains("training") }.count == 2)
        #expect(chart.elements("polyline").filter { $0.classes.contains("validation") }.count == 1)
        #expect(chart.text.contains("Epoch 5: training not a number"))
        #expect(!chart.all.contains { $0.attributes.values.contains { $0.lowercased().contains("nan") } })
    }

    @Test func `the most wrong stand first, with picture, truth and what was said`() throws {
        let report = try TrainingSample.report(.running(epochs: 20), epochs: 8)
        let figures = try page(report).elements("figure")
        #expect(figures.count == 12 && report.mostWrong.count == 12)
        for (place, (figure, index)) in zip(figures, report.mostWrong).enumerated() {
            let prediction = report.predictions[index]
            let (truth, said) = (report.classes[prediction.label], report.classes[1 - prediction.label])
            #expect(text(figure).contains("said \(said)0.") && text(figure).contains("true \(truth)0."))
            #expect(figure.text.contains(prediction.name))
            #expect(figure.elements("img").count == (place == 3 ? 0 : 1))
            #expect(text(figure).contains("no picture") == (place == 3))
        }
        let image = try #require(figures.first?.elements("img").first)
        #expect(image.attributes["width"] == "64" && image.attributes["height"] == "64")
    }

    @Test func `a picture that is no PNG is none`() throws {
        var report = try TrainingSample.report(.running(epochs: 20), epochs: 8)
        for index in report.predictions.indices { report.predictions[index].picture = Array("GIF89a".utf8) }
        #expect(try page(report).elements("img").isEmpty)
    }

    @Test func `where nothing is wrong the page says so`() throws {
        var report = try TrainingSample.report(.running(epochs: 20), epochs: 8)
        for index in report.predictions.indices {
            report.predictions[index].label = PredictionRanking.topClass(report.predictions[index].probabilities) ?? 0
        }
        let section = try #require(try page(report).id("wrong"))
        #expect(text(section).hasSuffix("None: each validation image is said to be what it is."))
    }

    @Test func `predictions that do not fit do no harm`() throws {
        var report = try TrainingSample.report(.running(epochs: 20), epochs: 8)
        report.predictions[0].label = 7
        report.predictions[1].probabilities = []
        report.predictions[2].probabilities = [.nan, .nan]
        report.predictions[3].label = -1
        report.trainingCounts = [5]
        report.validationCounts = []
        check(try page(report), "predictions")
        report.positiveClass = 9
        report.classes = []
        check(try page(report), "no classes")
    }

    @Test func `a thousand classes make a page of moderate size with the ten most confused`() throws {
        let names = (0..<1000).map { "n\($0)" }
        let report = try TrainingSample.report(classes: names, epochs: 5, images: 5000)
        let html = try TrainingPage(report).html
        #expect(html.utf8.count < 400_000)
        let page = try MarkupDocument.parse(html)
        let chart = try #require(page.with("confusion").first)
        #expect(chart.elements("rect").count == 11 * 11)
        #expect(chart.text.contains("990 others"))
        #expect(page.with("roc").isEmpty && page.with("confusions").first?.elements("tr").count == 9)
        #expect(page.id("classes")?.elements("details").count == 1)
        #expect(page.id("classes")?.elements("tr").count == 1002)
    }

    @Test func `names of any script stand on the page as they are`() throws {
        let names = ["正常", "سليم", "e\u{301}le\u{300}ve", "🫁", "a"]
        let page = try page(TrainingSample.report(classes: names, epochs: 3, images: 100))
        let rows = page.id("classes")?.elements("bdi").map { Array($0.text.unicodeScalars) }
        #expect(rows == names.map { Array($0.unicodeScalars) })
    }

    @Test func `the table has a row an epoch, and marks the best one`() throws {
        let report = try TrainingSample.report(.finished(reason: "All 200 epochs are done."), epochs: 200, best: 120)
        let table = try #require(try page(report).id("epochs"))
        #expect(table.elements("tr").count == 201)
        #expect(table.with("best").count == 1)
        #expect(table.with("best").first?.elements("td").first?.text == "best \(try best(report))")
    }

    @Test func `a share is never rounded to all or nothing`() throws {
        var report = try TrainingSample.report(.running(epochs: 20), epochs: 1)
        report.history[0].validationAccuracy = 0.999_96
        report.history[0].trainingAccuracy = 1
        report.history[0].validationAUC = 1
        report.history[0].learningRate = 2.5e-6
        let page = try page(report)
        let figures = page.with("figure").map(\.text)
        #expect(figures[0] == "1.000" && figures[1] == ">99.9\u{A0}%" && figures[3] == "100\u{A0}%")
        #expect(page.id("epochs")?.elements("td")[1].text == "2.5e\u{2212}6")
    }
}
