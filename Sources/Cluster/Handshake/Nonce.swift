import ClusterMessages

enum Nonce {
    /// 32 bytes from the system's random numbers.
    static func make() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<Hello.nonceByteCount).map { _ in .random(in: 0...255, using: &generator) }
    }
}
