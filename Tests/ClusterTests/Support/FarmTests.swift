import Testing

/// Tests on real sockets and with real computing. One after the other: several at a time on few processors make leases
/// end that a test wants to last.
@Suite(.serialized, .timeLimit(.minutes(10)))
enum FarmTests {}
