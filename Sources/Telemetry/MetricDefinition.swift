/// A figure that is kept: its name, its kind, what it says.
public struct MetricDefinition: Sendable, Hashable {
    /// The kinds of Prometheus.
    public enum Kind: String, Sendable, Hashable {
        /// It only grows.
        case counter
        /// It goes up and down.
        case gauge
        /// How many values there were and what they add up to.
        case summary
        /// How many values were at most so large, for several sizes.
        case histogram
    }

    /// In base units, for example `apldm_http_requests_total`.
    public let name: String
    /// How it changes.
    public let kind: Kind
    /// One line for a person.
    public let help: String

    /// - Parameters:
    ///   - name: in base units, `_total` at the end of counters.
    ///   - kind: how it changes.
    ///   - help: one line for a person.
    public init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }
}

/// A figure with its values at one moment.
public struct MetricFamily: Sendable, Hashable {
    /// A value and what it belongs to.
    public struct Sample: Sendable, Hashable {
        /// What is added to the name, such as `_bucket`.
        public var suffix: String
        /// What tells it from the others.
        public var labels: [String: String]
        /// The value.
        public var value: Double

        /// - Parameters:
        ///   - value: the value.
        ///   - labels: what tells it from the others.
        ///   - suffix: what is added to the name.
        public init(_ value: Double, _ labels: [String: String] = [:], suffix: String = "") {
            self.value = value
            self.labels = labels
            self.suffix = suffix
        }
    }

    /// What it is.
    public var definition: MetricDefinition
    /// Its values.
    public var samples: [Sample]

    /// - Parameters:
    ///   - definition: what it is.
    ///   - samples: its values.
    public init(_ definition: MetricDefinition, _ samples: [Sample]) {
        self.definition = definition
        self.samples = samples
    }
}
