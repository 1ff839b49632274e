import FoundationEssentials

/// The secret that lets a node join a farm.
public struct JoinToken: Sendable, Hashable {
    /// The fewest bytes: what nobody guesses.
    public static let fewestBytes = 16
    /// The most bytes.
    public static let mostBytes = 4096

    /// The secret itself.
    let bytes: [UInt8]

    /// Nil when it is shorter or longer than a secret may be.
    ///
    /// - Parameter text: the secret; white space around it does not count.
    public init?(_ text: String) {
        let bytes = Array(text.utf8.drop { $0 <= 0x20 }.reversed().drop { $0 <= 0x20 }.reversed())
        guard (Self.fewestBytes...Self.mostBytes).contains(bytes.count) else { return nil }
        self.bytes = bytes
    }

    /// Reads a token from a file that nobody else should be able to read.
    ///
    /// - Parameter path: the file.
    /// - Throws: ``ClusterError`` naming the file.
    public init(file path: String) throws(ClusterError) {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 2 * Self.mostBytes else {
            throw ClusterError(
                .configuration, "the join token cannot be read from \(path)",
                remedy: "write one with: head -c 32 /dev/urandom | base64 > \(path)")
        }
        guard let token = JoinToken(String(decoding: data, as: UTF8.self)) else {
            throw ClusterError(
                .configuration,
                "the join token in \(path) has fewer than \(Self.fewestBytes) or more than \(Self.mostBytes) bytes",
                remedy: "write one with: head -c 32 /dev/urandom | base64 > \(path)")
        }
        self = token
    }
}
