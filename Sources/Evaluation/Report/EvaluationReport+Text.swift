import RenderPipeline

/// The report for people.
extension EvaluationReport {
    /// As Markdown; its pictures lie beside it.
    public func text() -> String {
        let area = Double(edge * edge) / Double(nativeEdge * nativeEdge)
        return """
            # Evaluation at \(edge)x\(edge)

            \(seeds.count) scenes, \(Self.number(area, 1)) times the area that \(model) was trained on; \(steps) steps, \
            guidance scale \(Self.number(guidanceScale, 1)), Euler, the same seed for the scene and for the noise. \
            Intervals are of 95 %: Wilson's for shares, the paired bootstrap for gains, the jackknife for distances. \
            Distances are to \(referenceCount) painted pictures of other scenes; "true" is the painted pictures of the \
            same captions, which shows what so few pictures would get at best.

            ## Cost of a picture

            \(costTable)

            ## Suns and moons

            \(discTable)

            ## Agreement with the caption

            \(agreementTable)

            ## Distance from true pictures

            \(distanceTable)

            \(sheets)

            ## Made with

            apldm \(program), numerics class \(numerics), model \(model) (\(modelSHA256.prefix(16))…), seeds \
            \(seeds.map(String.init).joined(separator: " ")). Everything else is in report.json; every picture holds its \
            own record.

            """
    }

    private var all: [MethodReport] { [truth] + methods }

    private var costTable: String {
        let direct = methods.first { $0.name == EvaluatedMethod.Kind.direct.rawValue }?.cost
        return Self.table(
            ["method", "UNet", "VAE", "both", "of direct", "processor time", "time", "tensors"],
            methods.compactMap { method in
                method.cost.map { cost in
                    [
                        method.name, Self.operations(cost.unetOperations), Self.operations(cost.autoencoderOperations),
                        Self.operations(cost.operations),
                        direct.map { Self.number(cost.operations / $0.operations, 2) } ?? "",
                        "\(Self.number(cost.processorSeconds, 1)) s", "\(Self.number(cost.seconds, 1)) s",
                        ResourcePlan.text(cost.peakTensorBytes),
                    ]
                }
            })
    }

    private var discTable: String {
        Self.table(
            ["method", "exactly one", "more", "mean", "gain over direct", "on the side named"],
            all.map { method in
                let mean = Double(method.discCounts.reduce(0, +)) / Double(max(method.discCounts.count, 1))
                return [
                    method.name, Self.percent(method.exactlyOne), Self.percent(method.duplicated), Self.number(mean, 2),
                    method.exactlyOneGain.map(Self.percent) ?? "", Self.percent(method.sideRight),
                ]
            })
    }

    private var agreementTable: String {
        let used = methods.first?.agreement.keys.sorted() ?? []
        let left = attributeAccuracy.filter { !used.contains($0.key) }.sorted { $0.key < $1.key }
            .map { "\($0.key) \(Self.number(100 * $0.value, 0)) %" }.joined(separator: ", ")
        let accuracies =
            ["(read rightly from painted pictures)"]
            + used.map {
                "\(Self.number(100 * attributeAccuracy[$0, default: 0], 1)) %"
            }
        let table = Self.table(
            ["method"] + used,
            [accuracies]
                + all.map { method in [method.name] + used.map { method.agreement[$0].map(Self.percent) ?? "" } })
        return left.isEmpty ? table : table + "\n\nNot used, as too seldom read rightly from painted pictures: \(left)."
    }

    private var distanceTable: String {
        Self.table(
            ["method", "Fréchet, whole", "Fréchet, crops", "spectrum", "finest octave"],
            all.map { method in
                let fine = zip(method.spectrum, truth.spectrum).map { $0 - $1 }.suffix(3)
                let share = fine.reduce(0, +) / Double(max(fine.count, 1))
                return [
                    method.name, Self.interval(method.frechet), Self.interval(method.cropFrechet),
                    "\(Self.number(method.spectrumDistance, 1)) dB", "\(Self.number(share, 1)) dB",
                ]
            })
    }

    private var sheets: String {
        all.map { "**\($0.name)**\n\n![\($0.name)](\($0.name).png)" }.joined(separator: "\n\n")
    }

    private static func table(_ head: [String], _ rows: [[String]]) -> String {
        ([head, head.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
            .joined(separator: "\n")
    }

    private static func percent(_ estimate: Estimate) -> String {
        "\(number(100 * estimate.value, 0)) % (\(number(100 * estimate.low, 0))…\(number(100 * estimate.high, 0)))"
    }

    private static func interval(_ estimate: Estimate) -> String {
        "\(number(estimate.value, 2)) (\(number(estimate.low, 2))…\(number(estimate.high, 2)))"
    }

    private static func operations(_ count: Double) -> String {
        count < 1e12 ? "\(number(count / 1e9, 0)) GFLOP" : "\(number(count / 1e12, 2)) TFLOP"
    }

    /// With so many digits after the point.
    static func number(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let whole = Int((abs(value) * scale).rounded())
        let sign = value < 0 && whole > 0 ? "−" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let (integer, fraction) = whole.quotientAndRemainder(dividingBy: Int(scale))
        let text = String(fraction)
        return "\(sign)\(integer)." + String(repeating: "0", count: digits - text.count) + text
    }
}
