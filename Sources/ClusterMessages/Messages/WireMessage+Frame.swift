import FoundationEssentials
import SwiftProtobuf

extension WireMessage {
    /// Reads what a frame carries.
    ///
    /// - Parameter frame: a frame that came in.
    /// - Throws: ``WireError`` naming the field that breaks the rules. Where ``WireError/isUnknownMessage`` the
    ///   connection can go on.
    public init(_ frame: Frame) throws(WireError) {
        self =
            switch frame.type {
            case .hello: .hello(try Self.value(frame, "hello"))
            case .reset: .reset(try Self.value(frame, "reset"))
            case .goAway: .goAway(try Self.value(frame, "goAway"))
            case .credit: .credit(byteCount: try Self.parse(Apldm_V1_Credit.self, frame.message, "credit").bytes)
            case .ping: .ping(sequence: try Self.parse(Apldm_V1_Ping.self, frame.message, "ping").sequence)
            case .pong: try Self.pong(Self.parse(Apldm_V1_Pong.self, frame.message, "pong"))
            case .data:
                .data(
                    TensorChunk(
                        try Self.parse(Apldm_V1_Chunk.self, frame.message, "chunk"),
                        isCompressed: frame.flags.contains(.compressed), payload: frame.payload))
            case .message: try Self(Self.parse(Apldm_V1_Envelope.self, frame.message, "envelope"))
            }
    }

    /// The frame that carries it.
    ///
    /// - Parameters:
    ///   - stream: the stream that it belongs to.
    ///   - isLast: whether it is the last frame that is sent on the stream.
    /// - Returns: a frame that ``FrameDecoder`` and ``init(_:)`` take.
    /// - Throws: ``WireError`` when the receiver would refuse it.
    public func frame(stream: UInt64 = 0, isLast: Bool = false) throws(WireError) -> Frame {
        var flags: FrameFlags = isLast ? .end : []
        if isControl { flags.insert(.control) }
        var payload = Payload()
        if case .data(let chunk) = self {
            payload = chunk.payload
            if chunk.isCompressed { flags.insert(.compressed) }
        }
        return try Frame(frameType, flags: flags, stream: stream, message: try protobuf, payload: payload)
    }

    private var protobuf: [UInt8] {
        get throws(WireError) {
            switch self {
            case .hello(let hello): try Self.serialize(Self.proto(hello, "hello"), "hello")
            case .reset(let reset): try Self.serialize(Self.proto(reset, "reset"), "reset")
            case .goAway(let goAway): try Self.serialize(Self.proto(goAway, "goAway"), "goAway")
            case .credit(let byteCount): try Self.serialize(Apldm_V1_Credit.with { $0.bytes = byteCount }, "credit")
            case .ping(let sequence): try Self.serialize(Apldm_V1_Ping.with { $0.sequence = sequence }, "ping")
            case .pong(let sequence, let progress):
                try Self.serialize(
                    Apldm_V1_Pong.with {
                        $0.sequence = sequence
                        $0.progress = progress
                    }, "pong")
            case .data(let chunk): try Self.serialize(chunk.proto, "chunk")
            default: try Self.serialize(envelope, "envelope")
            }
        }
    }

    private static func pong(_ proto: Apldm_V1_Pong) -> WireMessage {
        .pong(sequence: proto.sequence, progress: proto.progress)
    }

    private static func value<Value: WireValue>(_ frame: Frame, _ name: String) throws(WireError) -> Value {
        let proto = try parse(Value.Proto.self, frame.message, name)
        return try within(name) { () throws(WireError) in try Value(checked: proto) }
    }

    /// Reads protobuf of at most ``FrameLimits/largestMessage`` bytes.
    private static func parse<Proto: SwiftProtobuf.Message>(
        _: Proto.Type, _ bytes: [UInt8], _ name: String
    ) throws(WireError) -> Proto {
        var options = BinaryDecodingOptions()
        // The deepest message of the protocol is five levels down.
        options.messageDepthLimit = 16
        options.discardUnknownFields = true
        do {
            return try Proto(serializedBytes: bytes, options: options)
        } catch {
            throw WireError(
                .malformed, name, expected: "protobuf of this message",
                found: "\(bytes.count) bytes that are none (\(error))")
        }
    }

    private static func serialize(_ proto: some SwiftProtobuf.Message, _ name: String) throws(WireError) -> [UInt8] {
        do {
            return try proto.serializedBytes()
        } catch {
            throw WireError(
                .malformed, name, expected: "a message that can be written", found: "one that cannot be (\(error))")
        }
    }
}

extension TensorChunk {
    init(_ proto: Apldm_V1_Chunk, isCompressed: Bool, payload: Payload) {
        self.init(tensor: Int(proto.tensor), index: Int(proto.index), isCompressed: isCompressed, payload: payload)
    }

    var proto: Apldm_V1_Chunk {
        .with {
            $0.tensor = UInt32(clamping: tensor)
            $0.index = UInt32(clamping: index)
        }
    }
}
