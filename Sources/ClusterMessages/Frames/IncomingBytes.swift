/// Bytes as they came, to be taken from the front.
public protocol IncomingBytes {
    /// How many are left.
    var count: Int { get }
    /// Takes out the next `count` bytes, which are there.
    mutating func take(_ count: Int) -> [UInt8]
    /// Takes out the next `count` bytes, which are there, and appends them to a payload.
    mutating func move(_ count: Int, to payload: inout Payload)
}

extension ArraySlice: IncomingBytes where Element == UInt8 {
    /// Copies the first bytes and drops them.
    public mutating func take(_ count: Int) -> [UInt8] {
        let taken = Array(prefix(count))
        removeFirst(count)
        return taken
    }

    /// Copies the first bytes to a payload and drops them.
    public mutating func move(_ count: Int, to payload: inout Payload) { payload.append(take(count)) }
}
