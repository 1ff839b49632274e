import Foundation
import RenderPipeline
import Testing

extension CommandLineTests {
    /// `evaluate`: pictures, a report of them, and a command that goes on where it was.
    @Suite struct EvaluateTests {
        /// So little that it takes a second; the figures mean nothing.
        private static let small = [
            "evaluate", "--scenes", "2", "--size", "256", "--steps", "2", "--lessons", "30", "--references", "2",
            "--methods", "bicubic", "direct", "--output", "report",
        ]
        private static let pictures = ["bicubic/1.png", "bicubic/2.png", "direct/1.png", "direct/2.png"]

        /// What a report says of a method, but for what it took.
        private func methods(_ report: Data) throws -> [String: NSDictionary] {
            let object = try #require(try JSONSerialization.jsonObject(with: report) as? [String: Any])
            let methods = try #require(object["methods"] as? [[String: Any]])
            return try methods.reduce(into: [:]) { all, method in
                var measures = method
                measures["cost"] = nil
                all[try #require(method["name"] as? String)] = measures as NSDictionary
            }
        }

        @Test func aReportIsWrittenAndTheSameCommandRendersNothingAgain() async throws {
            let render = try Render()
            let first = try await render.program.run(Self.small)
            #expect(first.code == 0, "\(first.errors)")
            #expect(first.output == "")
            #expect(first.errors.contains("scene 2/2, direct"))
            let report = try Data(contentsOf: render.folder["report/report.json"])
            let text = try String(contentsOf: render.folder["report/report.md"], encoding: .utf8)
            #expect(Set(try methods(report).keys) == ["bicubic", "direct"])
            #expect(text.contains("bicubic") && text.contains("direct"))

            let pictures = try Self.pictures.map {
                try PixelImage(pngFile: render.folder["report/pictures/\($0)"].path)
            }
            #expect(Set(pictures).count == 4)
            // One that is gone is rendered again, to the same pixels; the others are left alone.
            let mark = Date(timeIntervalSince1970: 1_000_000_000)
            for name in Self.pictures {
                try FileManager.default.setAttributes(
                    [.modificationDate: mark], ofItemAtPath: render.folder["report/pictures/\(name)"].path)
            }
            try FileManager.default.removeItem(at: render.folder["report/pictures/direct/2.png"])
            let second = try await render.program.run(Self.small + ["--quiet", "--json"])
            #expect(second.code == 0 && second.errors == "", "\(second.errors)")
            #expect(try methods(Data(second.output.utf8)) == methods(report))
            for (name, picture) in zip(Self.pictures, pictures) {
                let place = render.folder["report/pictures/\(name)"]
                #expect(try PixelImage(pngFile: place.path) == picture)
                let date = try FileManager.default.attributesOfItem(atPath: place.path)[.modificationDate] as? Date
                #expect((date == mark) == (name != "direct/2.png"), "\(name)")
            }
        }

        @Test(arguments: [
            (["--scenes", "0"], "--scenes"), (["--size", "260"], "--size"), (["--size", "1000000"], "--size"),
            (["--references", "1"], "--references"), (["--lessons", "29"], "--lessons"),
            (["--first-seed", "18446744073709551615"], "--first-seed"), (["--methods", "magic"], "magic"),
            (["--sweep", "gamma"], "gamma"), (["--sweep", "colour=1"], "colour"), (["--sweep", "eta2=x"], "'x'"),
            (["--sweep", "gamma=nan"], "'nan'"), (["--output", ""], "--output"),
        ])
        func whatCannotBeEvaluatedIsRefusedByName(options: [String], name: String) async throws {
            let render = try Render()
            let outcome = try await render.program.run(["evaluate", "--quiet"] + options)
            try render.expectRefusal(.usage, naming: [name], of: outcome)
        }
    }
}
