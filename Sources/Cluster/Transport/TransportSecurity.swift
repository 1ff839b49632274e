import NIOCore
import NIOSSL

/// Certificates, keys and whom to believe. Paths of PEM files.
public struct TransportSecurity: Sendable, Hashable {
    /// The certificate chain that this end shows; nil for a node that shows none.
    public var certificate: String?
    /// Its private key.
    public var key: String?
    /// Whom this end believes; nil for the system's authorities. On a coordinator: nodes must show a certificate of these.
    public var authorities: String?

    /// - Parameters:
    ///   - certificate: the certificate chain that this end shows.
    ///   - key: its private key.
    ///   - authorities: whom this end believes.
    public init(certificate: String?, key: String?, authorities: String?) {
        self.certificate = certificate
        self.key = key
        self.authorities = authorities
    }

    /// What a coordinator listens with.
    func serverContext() throws(ClusterError) -> NIOSSLContext {
        do { return try makeServerContext() } catch { throw ClusterError(context: error, self) }
    }

    private func makeServerContext() throws -> NIOSSLContext {
        guard let identity = try identity() else {
            throw ClusterError(
                .configuration, "TLS needs a certificate and a key to listen with",
                remedy: "give --tls-cert and --tls-key; ops/make-certs makes them")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: identity.chain, privateKey: identity.key)
        configuration.minimumTLSVersion = .tlsv12
        if let roots = try roots() {
            configuration.trustRoots = roots
            // Nodes are known by their certificate's authority; their addresses change.
            configuration.certificateVerification = .noHostnameVerification
        }
        return try NIOSSLContext(configuration: configuration)
    }

    /// What a node dials with.
    func clientContext() throws(ClusterError) -> NIOSSLContext {
        do { return try makeClientContext() } catch { throw ClusterError(context: error, self) }
    }

    private func makeClientContext() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .fullVerification
        if let roots = try roots() { configuration.trustRoots = roots }
        if let identity = try identity() {
            configuration.certificateChain = identity.chain
            configuration.privateKey = identity.key
        }
        return try NIOSSLContext(configuration: configuration)
    }

    private func identity() throws -> (chain: [NIOSSLCertificateSource], key: NIOSSLPrivateKeySource)? {
        switch (certificate, key) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            let chain = try reading(certificate) { try NIOSSLCertificate.fromPEMFile(certificate) }
            let secret = try reading(key) { try NIOSSLPrivateKey(file: key, format: .pem) }
            return (chain.map { .certificate($0) }, .privateKey(secret))
        default:
            throw ClusterError(
                .configuration, "a certificate is of no use without its key, nor the key without it",
                remedy: "give both --tls-cert and --tls-key")
        }
    }

    private func roots() throws -> NIOSSLTrustRoots? {
        guard let authorities else { return nil }
        return .certificates(try reading(authorities) { try NIOSSLCertificate.fromPEMFile(authorities) })
    }

    private func reading<Value>(_ path: String, _ read: () throws -> Value) throws -> Value {
        do {
            return try read()
        } catch {
            throw ClusterError(
                .configuration, "\(path) cannot be read as PEM: \(error)", remedy: "check the path and its permissions")
        }
    }
}
