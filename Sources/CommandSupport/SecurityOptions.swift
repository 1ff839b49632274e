public import ArgumentParser
public import Cluster

/// How nodes know each other.
package struct SecurityOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A file with the secret that lets nodes join, the same on all of them (made with: head -c 32 /dev/urandom | "
                + "base64).", valueName: "FILE"))
    package var joinTokenFile: String?

    @Option(help: ArgumentHelp("The certificate that this node shows, as PEM; turns TLS on.", valueName: "FILE"))
    package var tlsCert: String?

    @Option(help: ArgumentHelp("The private key of --tls-cert, as PEM.", valueName: "FILE"))
    package var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "The authorities whose certificates are believed, as PEM; turns TLS on. On a coordinator: workers must show a "
                + "certificate of theirs.", valueName: "FILE"))
    package var tlsCa: String?

    package init() {}

    /// The token, read from its file.
    package var token: JoinToken? {
        get throws(ClusterError) {
            guard let joinTokenFile else { return nil }
            return try JoinToken(file: joinTokenFile)
        }
    }

    /// Nil for plain TCP.
    package var security: TransportSecurity? {
        guard tlsCert != nil || tlsKey != nil || tlsCa != nil else { return nil }
        return TransportSecurity(certificate: tlsCert, key: tlsKey, authorities: tlsCa)
    }
}

extension Endpoint: ExpressibleByArgument {
    /// See ``Endpoint/init(_:)``.
    public init?(argument: String) { self.init(argument) }
}
