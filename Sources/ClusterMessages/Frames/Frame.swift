import Tensors

/// One unit of the wire: a header, a protobuf and, in DATA frames, a payload.
public struct Frame: Sendable, Hashable {
    /// What it is for.
    public let type: FrameType
    /// Its properties.
    public let flags: FrameFlags
    /// The stream that it belongs to; 0 is the connection itself.
    public let stream: UInt64
    /// The protobuf, at most ``FrameLimits/largestMessage`` bytes.
    public let message: [UInt8]
    /// The bytes of a chunk, at most ``FrameLimits/largestChunk``; empty except in DATA frames.
    public let payload: Payload

    /// - Parameters:
    ///   - type: what it is for.
    ///   - flags: its properties.
    ///   - stream: the stream that it belongs to.
    ///   - message: the protobuf.
    ///   - payload: the bytes of a chunk.
    /// - Throws: ``WireError`` when no peer would take such a frame.
    public init(
        _ type: FrameType, flags: FrameFlags = [], stream: UInt64 = 0, message: [UInt8], payload: Payload = Payload()
    ) throws(WireError) {
        guard message.count <= FrameLimits.largestMessage else {
            throw WireError(
                .limit, "frame.messageLength", expected: "at most \(FrameLimits.largestMessage) bytes",
                found: "\(message.count)", remedy: "send it in several messages")
        }
        let mostPayload = type.carriesPayload ? FrameLimits.largestChunk : 0
        guard payload.count <= mostPayload else {
            throw WireError(
                .limit, "frame.payloadLength", expected: "at most \(mostPayload) bytes in a frame of type \(type)",
                found: "\(payload.count)", remedy: "send it in several chunks")
        }
        self.type = type
        self.flags = flags
        self.stream = stream
        self.message = message
        self.payload = payload
    }

    /// Puts a frame together from what followed its header.
    ///
    /// - Parameters:
    ///   - header: its header.
    ///   - message: as many bytes as the header says.
    ///   - payload: as many bytes as the header says.
    /// - Throws: ``WireError`` when a length or a checksum does not match.
    public init(_ header: FrameHeader, message: [UInt8], payload: Payload) throws(WireError) {
        guard message.count == header.messageByteCount, payload.count == header.payloadByteCount else {
            throw WireError(
                .header, "frame.length", expected: "\(header.messageByteCount) and \(header.payloadByteCount) bytes",
                found: "\(message.count) and \(payload.count)")
        }
        let messageChecksum = Self.checksum(header.checksummedBytes, message)
        guard messageChecksum == header.messageChecksum else {
            throw WireError(
                .damaged, "frame.messageChecksum", expected: "\(header.messageChecksum)", found: "\(messageChecksum)")
        }
        let payloadChecksum = payload.checksum
        guard payloadChecksum == header.payloadChecksum else {
            throw WireError(
                .damaged, "frame.payloadChecksum", expected: "\(header.payloadChecksum)", found: "\(payloadChecksum)")
        }
        type = header.type
        flags = header.flags
        stream = header.stream
        self.message = message
        self.payload = payload
    }

    /// The header that goes before the protobuf and the payload.
    public var header: FrameHeader {
        let open = FrameHeader(
            type: type, flags: flags, stream: stream, messageByteCount: message.count, payloadByteCount: payload.count,
            messageChecksum: 0, payloadChecksum: 0)
        return FrameHeader(
            type: type, flags: flags, stream: stream, messageByteCount: message.count, payloadByteCount: payload.count,
            messageChecksum: Self.checksum(open.checksummedBytes, message),
            payloadChecksum: payload.checksum)
    }

    /// All of it as it is sent.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(FrameHeader.byteCount + message.count + payload.count)
        bytes += header.encoded
        bytes += message
        bytes += payload.bytes
        return bytes
    }

    private static func checksum(_ header: [UInt8], _ message: [UInt8]) -> UInt32 {
        CRC32C.checksum(message.span.bytes, after: CRC32C.checksum(header.span.bytes))
    }
}
