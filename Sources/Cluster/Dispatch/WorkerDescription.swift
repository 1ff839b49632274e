/// What a worker says of itself when it joins.
package struct WorkerDescription: Hashable, Sendable {
    /// The same at every connection of the same worker: what it has cost and how often it failed is kept by name.
    package var name: String
    package var numericsClass: NumericsClass
    /// Digests of the models whose files it has.
    package var models: Set<String>
    package var operations: Set<ClusterOperation>
    /// Bytes that a task may take.
    package var memory: Int
    /// Units of ``TaskDescription/work`` a second, as its canary measured them.
    package var speed: Double

    /// - Parameters:
    ///   - name: the same at every connection.
    ///   - numericsClass: the digest of its canary.
    ///   - models: digests of the models that it has.
    ///   - operations: what it can do.
    ///   - memory: bytes that a task may take.
    ///   - speed: units of work a second; what is no positive number counts as 1.
    package init(
        name: String, numericsClass: NumericsClass, models: Set<String>, operations: Set<ClusterOperation>,
        memory: Int, speed: Double
    ) {
        self.name = name
        self.numericsClass = numericsClass
        self.models = models
        self.operations = operations
        self.memory = memory
        self.speed = speed.isFinite && speed > 0 ? speed : 1
    }
}
