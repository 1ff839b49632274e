import Telemetry
import Testing

/// Names of requests.
struct TraceIDTests {
    @Test func whatIsHandedOnIsUnderstood() {
        let trace = TraceID()
        for parent in [1, UInt64.max] {
            let field = trace.traceparent(parent: parent)
            #expect(field.utf8.count == 55)
            #expect(TraceID(traceparent: field) == trace)
        }
        #expect(TraceID(trace.description) == trace)
        #expect(TraceID().description != trace.description)
    }

    @Test(arguments: [
        nil, "", "00", "00---", "ff-" + String(repeating: "1", count: 32) + "-1111111111111111-01",
        "00-" + String(repeating: "0", count: 32) + "-1111111111111111-01",
        "00-" + String(repeating: "A", count: 32) + "-1111111111111111-01",
        "00-" + String(repeating: "1", count: 31) + "-1111111111111111-01",
        "00-" + String(repeating: "1", count: 32) + "-" + String(repeating: "1", count: 200),
    ])
    func whatIsNoneIsRefused(field: String?) { #expect(TraceID(traceparent: field) == nil) }
}
