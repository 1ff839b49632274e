/// Figures as Prometheus reads them (text format 0.0.4).
public enum PrometheusText {
    /// What to call it in `Content-Type`.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// - Parameter families: figures with their values; those without a value are left out.
    /// - Returns: the text, the same for the same values.
    public static func text(_ families: [MetricFamily]) -> String {
        var lines: [String] = []
        for family in families where !family.samples.isEmpty {
            let definition = family.definition
            lines.append("# HELP \(definition.name) \(escaped(definition.help, quotes: false))")
            lines.append("# TYPE \(definition.name) \(definition.kind.rawValue)")
            // A histogram's buckets keep their order.
            let isSorted = definition.kind == .histogram
            let values = family.samples.map { definition.name + $0.suffix + labels($0.labels) + " " + number($0.value) }
            lines += isSorted ? values : values.sorted()
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func labels(_ labels: [String: String]) -> String {
        guard !labels.isEmpty else { return "" }
        let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escaped($0.value, quotes: true))\"" }
        return "{" + pairs.joined(separator: ",") + "}"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int(exactly: value).map(String.init) ?? "\(value)"
    }
}
