/// The 32 bytes before every frame, little-endian; see `proto/PROTOCOL.md`.
public struct FrameHeader: Sendable, Hashable {
    /// How many bytes a header takes.
    public static let byteCount = 32
    /// The bytes that every frame begins with.
    public static let magic: [UInt8] = Array("APLD".utf8)
    /// The version of the header's layout.
    public static let version: UInt8 = 1

    /// What the frame is for.
    public let type: FrameType
    /// Its properties.
    public let flags: FrameFlags
    /// The stream that it belongs to; 0 is the connection itself.
    public let stream: UInt64
    /// Bytes of protobuf that follow.
    public let messageByteCount: Int
    /// Bytes of payload after those.
    public let payloadByteCount: Int
    /// CRC-32C of the header's first 24 bytes and the protobuf.
    let messageChecksum: UInt32
    /// CRC-32C of the payload as sent.
    let payloadChecksum: UInt32

    /// Bytes of the frame after its header.
    public var bodyByteCount: Int { messageByteCount + payloadByteCount }
}

extension FrameHeader {
    /// Reads a header.
    ///
    /// - Parameters:
    ///   - bytes: at least ``byteCount`` bytes; what follows is not looked at.
    ///   - limits: how large the frame may be.
    /// - Throws: ``WireError`` naming the field that is wrong.
    public init(parsing bytes: some Collection<UInt8>, limits: FrameLimits) throws(WireError) {
        var reader = LittleEndianReader(bytes.prefix(Self.byteCount))
        guard reader.remaining == Self.byteCount else {
            throw WireError(
                .header, "frame.header", expected: "\(Self.byteCount) bytes", found: "\(reader.remaining)")
        }
        try Self.checkMagic(reader.bytes(4))
        let version = reader.integer(UInt8.self)
        guard version == Self.version else {
            throw WireError(.version, "frame.version", expected: "\(Self.version)", found: "\(version)")
        }
        let typeNumber = reader.integer(UInt8.self)
        guard let type = FrameType(rawValue: typeNumber) else {
            throw WireError(
                .header, "frame.type", expected: "1 through \(FrameType.allCases.count)", found: "\(typeNumber)")
        }
        let flags = FrameFlags(rawValue: reader.integer(UInt16.self))
        guard flags.isSubset(of: .all), !flags.contains(.compressed) || type.carriesPayload else {
            throw WireError(
                .header, "frame.flags", expected: "flags that exist and that a frame of type \(type) can have",
                found: "\(flags.rawValue)")
        }
        stream = reader.integer(UInt64.self)
        let message = reader.integer(UInt32.self)
        guard message <= limits.message else {
            throw WireError(
                .limit, "frame.messageLength", expected: "at most \(limits.message) bytes", found: "\(message)")
        }
        let payload = reader.integer(UInt32.self)
        let mostPayload = type.carriesPayload ? limits.payload : 0
        guard payload <= mostPayload else {
            throw WireError(
                .limit, "frame.payloadLength", expected: "at most \(mostPayload) bytes in a frame of type \(type)",
                found: "\(payload)")
        }
        self.type = type
        self.flags = flags
        messageByteCount = Int(message)
        payloadByteCount = Int(payload)
        messageChecksum = reader.integer(UInt32.self)
        payloadChecksum = reader.integer(UInt32.self)
    }

    /// Refuses a peer of another protocol at its first bytes, before there are enough for a header.
    ///
    /// - Parameter bytes: the beginning of a frame, however short.
    /// - Throws: ``WireError`` when it is none.
    public static func checkMagic(_ bytes: some Collection<UInt8>) throws(WireError) {
        guard !zip(bytes, magic).allSatisfy(==) else { return }
        throw WireError(
            .foreignProtocol, "frame.magic", expected: "APLD", found: QuotedBytes.describe(bytes.prefix(magic.count)))
    }

    /// The header as it is sent.
    public var encoded: [UInt8] {
        var bytes = checksummedBytes
        bytes.appendLittleEndian(messageChecksum)
        bytes.appendLittleEndian(payloadChecksum)
        return bytes
    }

    /// What the first checksum covers, the protobuf apart.
    var checksummedBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        bytes += Self.magic
        bytes.append(Self.version)
        bytes.append(type.rawValue)
        bytes.appendLittleEndian(flags.rawValue)
        bytes.appendLittleEndian(stream)
        bytes.appendLittleEndian(UInt32(messageByteCount))
        bytes.appendLittleEndian(UInt32(payloadByteCount))
        return bytes
    }
}
