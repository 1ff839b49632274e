import ClusterMessages
import Glibc
import NIOCore
import NIOSSL

extension ClusterError {
    /// What went wrong on a connection before the other end was known, as a person can act on it.
    ///
    /// - Parameters:
    ///   - error: what was thrown.
    ///   - usesTLS: whether this end speaks TLS.
    init(beforeJoining error: any Error, usesTLS: Bool) {
        switch error {
        case let error as ClusterError: self = error
        case let error as WireError:
            self.init(
                .connection, "the other end does not speak apldm's protocol (\(error))",
                remedy: usesTLS
                    ? "check the address" : "check the address; if the other end uses TLS, give --tls-ca here")
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            self.init(
                .connection, "TLS cannot be agreed on (\(Self.reason(error)))",
                remedy:
                    "see that both ends use TLS, that each shows a certificate of the other's --tls-ca, and that the "
                    + "coordinator's certificate names the address that is dialled")
        default: self.init(.connection, "\(error)")
        }
    }

    /// A certificate and a key that TLS cannot begin with.
    init(context error: any Error, _ security: TransportSecurity) {
        if let error = error as? ClusterError {
            self = error
        } else {
            let files = [security.certificate, security.key].compactMap(\.self).joined(separator: " and ")
            self.init(
                .configuration, "TLS cannot begin with \(files) (\(Self.reason(error)))",
                remedy: "give the key that belongs to the certificate; ops/make-certs makes both")
        }
    }

    /// The system's own words for an error of its, and the library's without the place in its source.
    static func reason(_ error: any Error) -> String {
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
        let text = "\(error)"
        let end = text.range(of: " at /")?.lowerBound ?? text.endIndex
        return String(text[..<end].prefix(200))
    }
}

extension String {
    /// The first place of a text.
    fileprivate func range(of text: String) -> Range<String.Index>? {
        guard let first = indices.first(where: { self[$0...].hasPrefix(text) }) else { return nil }
        return first..<index(first, offsetBy: text.count)
    }
}
