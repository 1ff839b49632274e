import ClusterMessages
import NIOCore
import Synchronization

/// How large frames of a connection may be at present; raised once the peer has proved who it is.
final class FrameLimitsBox: Sendable {
    private let limits: Mutex<FrameLimits>

    init(_ limits: FrameLimits) { self.limits = Mutex(limits) }

    var value: FrameLimits {
        get { limits.withLock { $0 } }
        set { limits.withLock { $0 = newValue } }
    }
}

/// Cuts what a socket reads into frames.
struct FrameReader: ByteToMessageDecoder {
    typealias InboundOut = Frame

    private let limits: FrameLimitsBox
    /// The header of the frame that the buffer begins with, once it was read.
    private var header: FrameHeader?

    init(limits: FrameLimitsBox) { self.limits = limits }

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let header = try readHeader(&buffer) else { return .needMoreData }
        let rest = header.messageByteCount + header.payloadByteCount
        guard buffer.readableBytes >= rest, let message = buffer.readBytes(length: header.messageByteCount),
            let payload = buffer.readBytes(length: header.payloadByteCount)
        else {
            // Room for the rest at once; the header's lengths were checked.
            buffer.reserveCapacity(minimumWritableBytes: rest - buffer.readableBytes)
            return .needMoreData
        }
        self.header = nil
        context.fireChannelRead(wrapInboundOut(try Frame(header, message: message, payload: payload)))
        return .continue
    }

    mutating func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        while try decode(context: context, buffer: &buffer) == .continue {}
        return .needMoreData
    }

    private mutating func readHeader(_ buffer: inout ByteBuffer) throws -> FrameHeader? {
        if let header { return header }
        let waiting = buffer.readableBytesView
        guard waiting.count >= FrameHeader.byteCount else {
            try FrameHeader.checkMagic(waiting)
            return nil
        }
        header = try FrameHeader(parsing: waiting.prefix(FrameHeader.byteCount), limits: limits.value)
        buffer.moveReaderIndex(forwardBy: FrameHeader.byteCount)
        return header
    }
}

/// Writes frames.
struct FrameWriter: MessageToByteEncoder {
    typealias OutboundIn = Frame

    func encode(data: Frame, out: inout ByteBuffer) throws {
        out.reserveCapacity(minimumWritableBytes: FrameHeader.byteCount + data.message.count + data.payload.count)
        out.writeBytes(data.header.encoded)
        out.writeBytes(data.message)
        out.writeBytes(data.payload)
    }
}
