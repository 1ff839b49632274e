import FoundationEssentials
import SwiftProtobuf

/// What ``FrameType/message`` frames carry.
extension WireMessage {
    init(_ envelope: Apldm_V1_Envelope) throws(WireError) {
        guard let body = envelope.body else {
            throw WireError(
                .unknownMessage, "envelope.body", expected: "a message that this version knows",
                found: "another or none")
        }
        switch body {
        case .challenge(let proto): self = .challenge(try Self.value(proto, "challenge"))
        case .authentication(let proto): self = .authentication(try Self.value(proto, "authentication"))
        case .welcome(let proto): self = .welcome(try Self.value(proto, "welcome"))
        case .rejection(let proto): self = .rejection(try Self.value(proto, "rejection"))
        case .capabilities(let proto): self = .capabilities(try Self.value(proto, "capabilities"))
        case .status(let proto): self = .status(try Self.value(proto, "status"))
        case .canaryResult(let proto): self = .canaryResult(try Self.value(proto, "canaryResult"))
        case .drain(let proto): self = .drain(try Self.value(proto, "drain"))
        case .drained: self = .drained
        case .modelQuery(let proto):
            self = .modelQuery(try ContentDigest(bytes: Array(proto.model), field: "modelQuery.model"))
        case .modelState(let proto): self = .modelState(try Self.value(proto, "modelState"))
        case .modelPull(let proto): self = .modelPull(try Self.value(proto, "modelPull"))
        case .modelManifest(let proto): self = .modelManifest(try Self.value(proto, "modelManifest"))
        case .tensorHave(let proto): self = .tensorHave(try Self.digests(proto.sha256, "tensorHave"))
        case .tensorNeed(let proto): self = .tensorNeed(try Self.digests(proto.sha256, "tensorNeed"))
        case .tensorPut(let proto): self = .tensorPut(try Self.value(proto.header, "tensorPut"))
        case .tensorDrop(let proto): self = .tensorDrop(try Self.digests(proto.sha256, "tensorDrop"))
        case .taskOffer(let proto): self = .taskOffer(try Self.value(proto, "taskOffer"))
        case .taskAccept(let proto): self = .taskAccept(try Self.value(proto, "taskAccept"))
        case .taskDecline(let proto): self = .taskDecline(try Self.value(proto, "taskDecline"))
        case .progress(let proto): self = .progress(try Self.value(proto, "progress"))
        case .taskResult(let proto): self = .taskResult(try Self.value(proto, "taskResult"))
        case .taskFailed(let proto): self = .taskFailed(try Self.value(proto, "taskFailed"))
        case .cancel(let proto): self = .cancel(try Self.value(proto.attempt, "cancel"))
        case .cancelled(let proto): self = .cancelled(try Self.value(proto.attempt, "cancelled"))
        case .attemptClosed(let proto): self = .attemptClosed(try Self.value(proto, "attemptClosed"))
        case .sessionClosed(let proto): self = .sessionClosed(proto.session)
        }
    }

    /// The protobuf of a message that has no frame type of its own; empty for the others.
    var envelope: Apldm_V1_Envelope {
        get throws(WireError) {
            var envelope = Apldm_V1_Envelope()
            switch self {
            case .hello, .data, .credit, .ping, .pong, .reset, .goAway: break
            case .challenge(let value): envelope.challenge = try Self.proto(value, "challenge")
            case .authentication(let value): envelope.authentication = try Self.proto(value, "authentication")
            case .welcome(let value): envelope.welcome = try Self.proto(value, "welcome")
            case .rejection(let value): envelope.rejection = try Self.proto(value, "rejection")
            case .capabilities(let value): envelope.capabilities = try Self.proto(value, "capabilities")
            case .status(let value): envelope.status = try Self.proto(value, "status")
            case .canaryResult(let value): envelope.canaryResult = try Self.proto(value, "canaryResult")
            case .drain(let value): envelope.drain = try Self.proto(value, "drain")
            case .drained: envelope.drained = .init()
            case .modelQuery(let model): envelope.modelQuery.model = model.data
            case .modelState(let value): envelope.modelState = try Self.proto(value, "modelState")
            case .modelPull(let value): envelope.modelPull = try Self.proto(value, "modelPull")
            case .modelManifest(let value): envelope.modelManifest = try Self.proto(value, "modelManifest")
            case .tensorHave(let digests): envelope.tensorHave.sha256 = try Self.data(digests, "tensorHave")
            case .tensorNeed(let digests): envelope.tensorNeed.sha256 = try Self.data(digests, "tensorNeed")
            case .tensorPut(let header): envelope.tensorPut.header = try Self.proto(header, "tensorPut")
            case .tensorDrop(let digests): envelope.tensorDrop.sha256 = try Self.data(digests, "tensorDrop")
            case .taskOffer(let value): envelope.taskOffer = try Self.proto(value, "taskOffer")
            case .taskAccept(let value): envelope.taskAccept = try Self.proto(value, "taskAccept")
            case .taskDecline(let value): envelope.taskDecline = try Self.proto(value, "taskDecline")
            case .progress(let value): envelope.progress = try Self.proto(value, "progress")
            case .taskResult(let value): envelope.taskResult = try Self.proto(value, "taskResult")
            case .taskFailed(let value): envelope.taskFailed = try Self.proto(value, "taskFailed")
            case .cancel(let attempt): envelope.cancel.attempt = try Self.proto(attempt, "cancel")
            case .cancelled(let attempt): envelope.cancelled.attempt = try Self.proto(attempt, "cancelled")
            case .attemptClosed(let value): envelope.attemptClosed = try Self.proto(value, "attemptClosed")
            case .sessionClosed(let session): envelope.sessionClosed.session = session
            }
            return envelope
        }
    }

    private static func value<Value: WireValue>(_ proto: Value.Proto, _ name: String) throws(WireError) -> Value {
        try within(name) { () throws(WireError) in try Value(checked: proto) }
    }

    static func proto<Value: WireValue>(_ value: Value, _ name: String) throws(WireError) -> Value.Proto {
        try within(name) { () throws(WireError) in try value.checkedProto }
    }

    private static func digests(_ data: [Data], _ name: String) throws(WireError) -> [ContentDigest] {
        try Check.count(data, 0...ContentDigest.mostInList, "\(name).sha256")
        return try ContentDigest.list(data, "\(name).sha256")
    }

    private static func data(_ digests: [ContentDigest], _ name: String) throws(WireError) -> [Data] {
        try Check.count(digests, 0...ContentDigest.mostInList, "\(name).sha256")
        return digests.map(\.data)
    }
}
