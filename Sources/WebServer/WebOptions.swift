extension WebService {
    /// What it is made of.
    public struct Options: Sendable {
        /// The address to listen on.
        public var host: String
        /// The port; 0 lets the system choose.
        public var port: Int
        /// The folder that pictures are in.
        public var pictures: String
        /// Who may ask; nil asks nobody for a key, which is for a server that only its own host reaches.
        public var keys: KeyRing?
        /// The origins whose pages may read answers, such as `https://example.com`; none by default.
        public var origins: Set<String> = []
        /// Requests a second that each key, or each address without one, may ask; nil for no limit.
        public var requestsPerSecond: Double?
        /// Wrong keys a second that may be tried from one address, once twenty were tried.
        public var wrongKeysPerSecond = 1.0
        /// The most connections at a time; more wait until one ends.
        public var mostConnections = 4096
        /// The most bytes of a picture that somebody sends.
        public var largestUpload = 64 << 20
        /// What the model is called that pictures are drawn with.
        public var model: ServedModel

        /// - Parameters:
        ///   - host: the address to listen on.
        ///   - port: 0 lets the system choose.
        ///   - pictures: the folder that pictures are in.
        ///   - model: what pictures are drawn with.
        public init(host: String, port: Int, pictures: String, model: ServedModel) {
            self.host = host
            self.port = port
            self.pictures = pictures
            self.model = model
        }
    }
}

/// The model that pictures are drawn with, as clients see it.
public struct ServedModel: Sendable, Hashable {
    /// What it is called.
    public var name: String
    /// The digest of its files, 64 hexadecimal digits.
    public var sha256: String

    /// - Parameters:
    ///   - name: what it is called.
    ///   - sha256: the digest of its files.
    public init(name: String, sha256: String) {
        self.name = name
        self.sha256 = sha256
    }
}
