import FoundationEssentials

extension ContentDigest {
    /// The most digests in one message.
    static let mostInList = 1024

    /// Reads a list of digests.
    static func list(_ data: [Data], _ field: String) throws(WireError) -> [ContentDigest] {
        try data.map { bytes throws(WireError) in try ContentDigest(bytes: Array(bytes), field: field) }
    }
}
