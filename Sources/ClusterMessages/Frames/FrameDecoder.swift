/// Cuts a stream of bytes into frames, however the bytes come in.
///
/// It holds at most one unfinished frame, whose size was checked before its first byte was kept.
public struct FrameDecoder: Sendable {
    /// How large frames may be; raised once the peer has proved who it is. It counts from the next header on.
    public var limits: FrameLimits
    /// What has come of a header.
    private var headerBytes: [UInt8] = []
    /// The header of the frame that is coming, once it was read, and what has come of the rest.
    private var header: FrameHeader?
    private var message: [UInt8] = []
    private var payload = Payload()
    private var failure: WireError?

    /// - Parameter limits: how large frames may be.
    public init(limits: FrameLimits = .unauthenticated) { self.limits = limits }

    /// Bytes that are held of a frame that is not complete.
    public var heldByteCount: Int {
        (header == nil ? headerBytes.count : FrameHeader.byteCount) + message.count + payload.count
    }

    /// The next frame; nil when more bytes are needed for it, and all that were given have been taken.
    ///
    /// - Parameter bytes: what has come; what belongs to the frame is taken out.
    /// - Returns: a whole frame whose checksums are right.
    /// - Throws: ``WireError`` for bytes that are no frame, and the same again from then on: where the next one would
    ///   begin is not known any more.
    public mutating func next(from bytes: inout some IncomingBytes) throws(WireError) -> Frame? {
        if let failure { throw failure }
        do throws(WireError) {
            return try cutFrame(from: &bytes)
        } catch {
            failure = error
            headerBytes = []
            forgetFrame()
            throw error
        }
    }

    private mutating func cutFrame(from bytes: inout some IncomingBytes) throws(WireError) -> Frame? {
        guard let header = try readHeader(from: &bytes) else { return nil }
        let messageBytes = min(header.messageByteCount - message.count, bytes.count)
        if messageBytes > 0 { message += bytes.take(messageBytes) }
        let payloadBytes = min(header.payloadByteCount - payload.count, bytes.count)
        if payloadBytes > 0 { bytes.move(payloadBytes, to: &payload) }
        guard message.count == header.messageByteCount, payload.count == header.payloadByteCount else { return nil }
        let frame = try Frame(header, message: message, payload: payload)
        forgetFrame()
        return frame
    }

    private mutating func readHeader(from bytes: inout some IncomingBytes) throws(WireError) -> FrameHeader? {
        if let header { return header }
        headerBytes += bytes.take(min(FrameHeader.byteCount - headerBytes.count, bytes.count))
        guard headerBytes.count == FrameHeader.byteCount else {
            try FrameHeader.checkMagic(headerBytes)
            return nil
        }
        header = try FrameHeader(parsing: headerBytes, limits: limits)
        headerBytes.removeAll(keepingCapacity: true)
        return header
    }

    private mutating func forgetFrame() {
        header = nil
        message = []
        payload = Payload()
    }
}
