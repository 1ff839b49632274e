import Synchronization

/// Counts the bytes of tensors that connections carry, as they are on their way: compressed where they are.
package final class TrafficCounter: Sendable {
    private let sentBytes = Atomic<UInt64>(0)
    private let receivedBytes = Atomic<UInt64>(0)

    package init() {}

    /// Bytes that were handed to sockets.
    package var sent: UInt64 { sentBytes.load(ordering: .relaxed) }

    /// Bytes that came.
    package var received: UInt64 { receivedBytes.load(ordering: .relaxed) }

    func countSent(_ byteCount: Int) { sentBytes.wrappingAdd(UInt64(byteCount), ordering: .relaxed) }

    func countReceived(_ byteCount: Int) { receivedBytes.wrappingAdd(UInt64(byteCount), ordering: .relaxed) }
}
