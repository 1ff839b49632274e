/// An existing picture that stage two starts from, as far as a request has to know it.
public struct InitialPicture: Sendable, Hashable, Codable {
    /// Its size in pixels.
    public var size: Extent
    /// The SHA-256 of what is rendered from, 64 hexadecimal digits: of the converted values, see
    /// ``ImageDigest/digest(values:)``.
    public var sha256: String
    /// What was laid under a transparent picture, `#rrggbb`; nil for a picture without transparency.
    public var background: String?

    /// - Parameters:
    ///   - size: its size in pixels.
    ///   - sha256: the digest of what is rendered from.
    ///   - background: what was laid under a transparent picture, `#rrggbb`.
    public init(size: Extent, sha256: String, background: String? = nil) {
        self.size = size
        self.sha256 = sha256
        self.background = background
    }
}
