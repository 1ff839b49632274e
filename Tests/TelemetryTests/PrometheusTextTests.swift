import Telemetry
import Testing

/// Figures as a scraper reads them.
struct PrometheusTextTests {
    private let tasks = MetricDefinition("apldm_tasks_total", .counter, "Tasks, by \\ worker.")
    private let seconds = MetricDefinition("apldm_task_seconds", .histogram, "Seconds.")

    @Test func countersAddUpByTheirLabels() {
        let registry = MetricRegistry()
        registry.increment(tasks, ["worker": "b"])
        registry.increment(tasks, ["worker": "a"], by: 2.5)
        registry.increment(tasks, ["worker": "b"])
        #expect(
            PrometheusText.text(registry.families) == """
                # HELP apldm_tasks_total Tasks, by \\\\ worker.
                # TYPE apldm_tasks_total counter
                apldm_tasks_total{worker="a"} 2.5
                apldm_tasks_total{worker="b"} 2

                """)
    }

    @Test func aHistogramCountsWhatIsAtMostSoLarge() {
        let registry = MetricRegistry()
        for value in [0.0005, 0.001, 0.3, 1e6] { registry.observe(seconds, value, ["op": "x"]) }
        let lines = PrometheusText.text(registry.families).split(separator: "\n")
        #expect(lines.contains(#"apldm_task_seconds_bucket{le="0.001",op="x"} 2"#))
        #expect(lines.contains(#"apldm_task_seconds_bucket{le="0.5",op="x"} 3"#))
        #expect(lines.contains(#"apldm_task_seconds_bucket{le="+Inf",op="x"} 4"#))
        #expect(lines.contains(#"apldm_task_seconds_count{op="x"} 4"#))
    }

    @Test(arguments: [("a\"b", #"a\"b"#), ("a\nb", #"a\nb"#), ("a\\b", #"a\\b"#)])
    func labelsCannotBreakOut(label: String, written: String) {
        let family = MetricFamily(tasks, [MetricFamily.Sample(.infinity, ["worker": label])])
        #expect(PrometheusText.text([family]).hasSuffix("{worker=\"\(written)\"} +Inf\n"))
    }

    @Test func whatHasNoValueIsLeftOut() { #expect(PrometheusText.text([MetricFamily(tasks, [])]).isEmpty) }
}
