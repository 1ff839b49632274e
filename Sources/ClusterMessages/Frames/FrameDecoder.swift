/// Cuts a stream of bytes into frames, however the bytes come in.
///
/// It buffers no more than what it is given: whoever feeds it takes out all frames before reading on, so that at most
/// one unfinished frame, whose size was checked, is waiting.
public struct FrameDecoder: Sendable {
    /// How large frames may be; raised once the peer has proved who it is. Frames that were cut off before are not
    /// looked at again.
    public var limits: FrameLimits
    private var buffer: [UInt8] = []
    /// Where the first byte that belongs to no frame yet lies in the buffer.
    private var start = 0
    /// The header of the frame that the buffer begins with, once there are enough bytes for it.
    private var header: FrameHeader?
    private var failure: WireError?

    /// - Parameter limits: how large frames may be.
    public init(limits: FrameLimits = .unauthenticated) { self.limits = limits }

    /// Bytes that belong to no frame yet.
    public var bufferedByteCount: Int { buffer.count - start }

    /// Takes bytes as they come.
    public mutating func append(_ bytes: some Collection<UInt8>) {
        guard failure == nil else { return }
        if start > 0, start >= buffer.count / 2 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next frame; nil when more bytes are needed for it.
    ///
    /// - Throws: ``WireError`` for bytes that are no frame, and the same again from then on: where the next one would
    ///   begin is not known any more.
    public mutating func next() throws(WireError) -> Frame? {
        if let failure { throw failure }
        do throws(WireError) {
            return try cutFrame()
        } catch {
            failure = error
            buffer = []
            start = 0
            throw error
        }
    }

    private mutating func cutFrame() throws(WireError) -> Frame? {
        guard let header = try readHeader() else { return nil }
        let message = start + FrameHeader.byteCount
        let payload = message + header.messageByteCount
        let end = payload + header.payloadByteCount
        guard buffer.count >= end else {
            // Room for the rest at once; the header's lengths were checked.
            buffer.reserveCapacity(end)
            return nil
        }
        let frame = try Frame(header, message: Array(buffer[message..<payload]), payload: Array(buffer[payload..<end]))
        start = end
        self.header = nil
        return frame
    }

    private mutating func readHeader() throws(WireError) -> FrameHeader? {
        if let header { return header }
        let waiting = buffer[start...]
        guard waiting.count >= FrameHeader.byteCount else {
            try FrameHeader.checkMagic(waiting)
            return nil
        }
        header = try FrameHeader(parsing: waiting, limits: limits)
        return header
    }
}
