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
package final class FrameReader: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = Frame

    private let limits: FrameLimitsBox
    private var decoder = FrameDecoder()
    private var hasFailed = false

    package init(limits: FrameLimitsBox) { self.limits = limits }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if hasFailed { return }
        var bytes = ReceivedBytes(buffer: unwrapInboundIn(data))
        do {
            while let frame = try next(from: &bytes) { context.fireChannelRead(wrapInboundOut(frame)) }
        } catch {
            hasFailed = true
            context.fireErrorCaught(error)
        }
    }

    private func next(from bytes: inout ReceivedBytes) throws(WireError) -> Frame? {
        decoder.limits = limits.value
        return try decoder.next(from: &bytes)
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
        data.payload.forEachPart { out.writeBytes($0) }
    }
}

/// What a socket has read at a time.
private struct ReceivedBytes: IncomingBytes {
    var buffer: ByteBuffer

    var count: Int { buffer.readableBytes }

    mutating func take(_ count: Int) -> [UInt8] { buffer.readBytes(length: count) ?? [] }

    mutating func move(_ count: Int, to payload: inout Payload) {
        // A few bytes must not hold the whole of the memory that the socket read them into.
        if count >= buffer.storageCapacity / 16, let slice = buffer.readSlice(length: count) {
            payload.append(BufferBytes(buffer: slice))
        } else {
            payload.append(take(count))
        }
    }
}

/// What a socket has read, as part of a payload.
private struct BufferBytes: SharedBytes {
    let buffer: ByteBuffer

    var count: Int { buffer.readableBytes }

    func withBytes<Failure: Error>(_ body: (RawSpan) throws(Failure) -> Void) throws(Failure) {
        try body(buffer.readableBytesSpan)
    }
}
