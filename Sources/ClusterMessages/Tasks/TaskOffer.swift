import SwiftProtobuf

/// A task for a worker, which accepts or declines it.
public struct TaskOffer: Sendable, Hashable {
    /// The most inputs.
    public static let mostInputs = 16
    /// A worker that is sent so many bytes of inputs says when they are there; fewer come with the offer.
    public static let leastAcceptedBytes = 1 << 16

    /// Which try at which task.
    public let attempt: TaskAttempt
    /// The job that it belongs to, for logs: at most 64 letters, digits and `-._`.
    public let job: String
    /// The model that must compute it; nil for operations without one.
    public let model: ContentDigest?
    /// What is to be done.
    public let operation: TaskOperation
    /// What it is done to, as the operation says. Those that come inline follow on the offer's stream.
    public let inputs: [TensorReference]
    /// From the receipt of the offer, 1 through a day. Relative: clocks do not matter.
    public let deadlineMilliseconds: Int
    /// Higher goes first, −1000 through 1000.
    public let priority: Int
    /// The W3C traceparent, 55 characters; nil for none.
    public let trace: String?

    /// An offer of these parts.
    public init(
        attempt: TaskAttempt, job: String, model: ContentDigest?, operation: TaskOperation,
        inputs: [TensorReference], deadlineMilliseconds: Int, priority: Int = 0, trace: String? = nil
    ) {
        self.attempt = attempt
        self.job = job
        self.model = model
        self.operation = operation
        self.inputs = inputs
        self.deadlineMilliseconds = deadlineMilliseconds
        self.priority = priority
        self.trace = trace
    }
}

extension TaskOffer {
    /// Bytes of the inputs that follow on the offer's stream.
    public var inlineByteCount: Int {
        inputs.reduce(0) { sum, input in
            if case .inline = input { sum + input.byteCount } else { sum }
        }
    }

    /// Whether the worker says when its inputs are there.
    public var isAccepted: Bool { inlineByteCount >= Self.leastAcceptedBytes }
}

extension TaskOffer: WireValue {
    init(_ proto: Apldm_V1_TaskOffer) throws(WireError) {
        self.init(
            attempt: TaskAttempt(proto.attempt), job: proto.job,
            model: proto.model.isEmpty ? nil : try ContentDigest(bytes: Array(proto.model), field: "model"),
            operation: try within("operation") { () throws(WireError) in try TaskOperation(proto.operation) },
            inputs: try proto.inputs.map { input throws(WireError) in
                try within("inputs") { () throws(WireError) in try TensorReference(input) }
            },
            deadlineMilliseconds: Int(proto.deadlineMilliseconds), priority: Int(proto.priority),
            trace: proto.trace.isEmpty ? nil : proto.trace)
    }

    var proto: Apldm_V1_TaskOffer {
        .with {
            $0.attempt = attempt.proto
            $0.job = job
            $0.model = model.data
            $0.operation = operation.proto
            $0.inputs = inputs.map(\.proto)
            $0.deadlineMilliseconds = UInt32(clamping: deadlineMilliseconds)
            $0.priority = Int32(clamping: priority)
            $0.trace = trace ?? ""
        }
    }

    func check() throws(WireError) {
        try attempt.check()
        try Check.name(job, upTo: 64, "job")
        try within("operation") { () throws(WireError) in try operation.check() }
        try Check.count(inputs, 0...Self.mostInputs, "inputs")
        try operation.check(inputCount: inputs.count)
        try Check.range(deadlineMilliseconds, 1...86_400_000, "deadlineMilliseconds")
        try Check.range(priority, -1000...1000, "priority")
        if let trace {
            try Check.text(trace, 55...55, "trace")
            try Check.name(trace, upTo: 55, "trace")
        }
    }
}
