import Tensors
import Testing

@Suite("Every operation on every backend", .serialized)
struct OperationTests {
    /// The second item: a wrong offset shows, which it would not on the first.
    private static let checkedItem = 1

    @Test("an operation gives what a plain loop in binary64 gives", arguments: Operation.all)
    func accuracy(_ operation: Operation) {
        let expected = operation.expected(item: Self.checkedItem)
        #expect(expected.contains { $0 != 0 })
        for backend in BackendUnderTest.all {
            let outcome = operation.run(item: Self.checkedItem, on: backend.make(2))
            let error = outcome.error(against: expected)
            #expect(outcome.values.count == expected.count, "\(backend.testDescription)")
            #expect(
                error.relative <= operation.tolerance, "\(backend.testDescription), element \(error.index)")
        }
    }

    @Test("the number of threads does not change a bit", arguments: BackendUnderTest.all, Operation.all)
    func threads(_ backend: BackendUnderTest, _ operation: Operation) {
        let alone = operation.run(on: backend.make(1))
        for threads in [2, 3, 5] {
            let shared = operation.run(on: backend.make(threads))
            #expect(shared.bitDifference(from: alone) == nil, "\(threads) threads")
        }
    }

    @Test("a batch has the bits of its items one by one", arguments: BackendUnderTest.all, Operation.all)
    func batch(_ backend: BackendUnderTest, _ operation: Operation) {
        let backend = backend.make(2)
        let items = (0..<Operation.items).map { operation.run(item: $0, on: backend) }
        #expect(operation.run(on: backend).bitDifference(from: Outcome(joining: items)) == nil)
    }

    @Test("tables of the same numerics give the same bits", arguments: Operation.all)
    func numerics(_ operation: Operation) {
        var outcomes: [String: Outcome] = [:]
        for backend in BackendUnderTest.all.map({ $0.make(2) }) {
            let outcome = operation.run(on: backend)
            let known = outcomes[backend.numericsClass, default: outcome]
            #expect(outcome.bitDifference(from: known) == nil)
            outcomes[backend.numericsClass] = known
        }
    }

    @Test("the list has every operation of the protocol")
    func completeness() {
        let recorder = RecordingBackend()
        for operation in Operation.all { _ = operation.call(recorder, operation.inputs.map { $0.batchItem(0) }) }
        #expect(recorder.missing == [])
    }
}
