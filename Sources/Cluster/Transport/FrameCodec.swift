package import ClusterMessages
package import NIOCore
import Synchronization

/// How large frames of a connection may be at present; raised once the peer has proved who it is.
package final class FrameLimitsBox: Sendable {
    private let limits: Mutex<FrameLimits>

    package init(_ limits: FrameLimits) { self.limits = Mutex(limits) }

    package var value: FrameLimits {
        get { limits.withLock { $0 } }
        set { limits.withLock { $0 = newValue } }
    }
}

/// Cuts what a socket reads into frames.
package struct FrameReader: ByteToMessageDecoder {
    package typealias InboundOut = Frame

    private let limits: FrameLimitsBox
    /// The header of the frame that the buffer begins with, once it was read.
    private var header: FrameHeader?

    package init(limits: FrameLimitsBox) { self.limits = limits }

    package mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
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

    package mutating func decodeLast(
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
package struct FrameWriter: MessageToByteEncoder {
    package typealias OutboundIn = Frame

    package init() {}

    package func encode(data: Frame, out: inout ByteBuffer) throws {
        out.reserveCapacity(minimumWritableBytes: FrameHeader.byteCount + data.message.count + data.payload.count)
        out.writeBytes(data.header.encoded)
        out.writeBytes(data.message)
        out.writeBytes(data.payload)
    }
}
