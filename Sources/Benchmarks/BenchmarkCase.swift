package import Tensors

/// One thing that is timed: an operation of a given size, or a pass of a model.
package struct BenchmarkCase: Sendable {
    /// What is done, by the name that ``ComputeBackend`` or the model has for it.
    package let operation: String
    /// The sizes that tell how much of it, by the names that the operation gives them.
    package let sizes: [Size]
    /// Multiplications and additions; 0 where memory is what counts.
    package let operations: Double
    /// Bytes that are read and written at the least; 0 where arithmetic is what counts.
    package let bytes: Double
    /// How a backend computes it, where there are several ways.
    package let method: @Sendable (CPUBackend) -> ConvolutionMethod?
    /// Makes the inputs, once; what it returns is timed.
    package let prepare: @Sendable (any ComputeBackend) -> @Sendable () -> Void

    /// A named size.
    package struct Size: Sendable, Hashable {
        package var name: String
        package var value: Int
    }

    /// - Parameters:
    ///   - operation: what is done.
    ///   - sizes: how much of it.
    ///   - operations: multiplications and additions.
    ///   - bytes: what is read and written.
    ///   - method: how a backend computes it; nil where there is one way.
    ///   - prepare: makes the inputs and returns what is timed.
    package init(
        _ operation: String, _ sizes: KeyValuePairs<String, Int>, operations: Double = 0, bytes: Double = 0,
        method: @escaping @Sendable (CPUBackend) -> ConvolutionMethod? = { _ in nil },
        prepare: @escaping @Sendable (any ComputeBackend) -> @Sendable () -> Void
    ) {
        self.operation = operation
        self.sizes = sizes.map { Size(name: $0.key, value: $0.value) }
        self.operations = operations
        self.bytes = bytes
        self.method = method
        self.prepare = prepare
    }

    /// The operation and its sizes in one line.
    package var name: String {
        ([operation] + sizes.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
    }
}
