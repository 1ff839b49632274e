import SwiftProtobuf

/// The coordinator does not let a node in.
public struct Rejection: Sendable, Hashable {
    /// Why, for code that acts on it.
    public enum Code: Int, Sendable, Hashable, CaseIterable {
        /// The two ends have no version in common.
        case version = 1
        /// The proof is wrong.
        case authentication = 2
        /// The role is not allowed with these credentials.
        case role = 3
        /// A node of this name is connected.
        case duplicateNode = 4
        /// There are as many connections as there may be.
        case capacity = 5
        /// The coordinator is about to stop.
        case draining = 6
        /// A message broke the rules.
        case malformed = 7
    }

    /// Why.
    public let code: Code
    /// Why, for people, at most 1024 bytes.
    public let text: String
    /// The versions that the coordinator speaks.
    public let versions: ClosedRange<Int>
    /// When to try again, at most a day; nil: not before something is changed.
    public let retryMilliseconds: Int?

    /// A rejection of these parts.
    public init(_ code: Code, text: String, versions: ClosedRange<Int>, retryMilliseconds: Int? = nil) {
        self.code = code
        self.text = text
        self.versions = versions
        self.retryMilliseconds = retryMilliseconds
    }
}

extension Rejection: WireValue {
    init(_ proto: Apldm_V1_Rejection) throws(WireError) {
        let (lowest, highest) = (Int(proto.minimumVersion), Int(proto.maximumVersion))
        try Check.range(highest, lowest...max(lowest, 65535), "maximumVersion")
        self.init(
            try Code(known: proto.code, "code"), text: proto.text, versions: lowest...highest,
            retryMilliseconds: proto.hasRetryMilliseconds ? Int(proto.retryMilliseconds) : nil)
    }

    var proto: Apldm_V1_Rejection {
        .with {
            $0.code = .init(code)
            $0.text = text
            $0.minimumVersion = UInt32(clamping: versions.lowerBound)
            $0.maximumVersion = UInt32(clamping: versions.upperBound)
            if let retryMilliseconds { $0.retryMilliseconds = UInt32(clamping: retryMilliseconds) }
        }
    }

    func check() throws(WireError) {
        try Check.text(text, 0...1024, "text")
        try Check.range(versions.lowerBound, 1...65535, "minimumVersion")
        try Check.range(versions.upperBound, 1...65535, "maximumVersion")
        if let retryMilliseconds { try Check.range(retryMilliseconds, 0...86_400_000, "retryMilliseconds") }
    }
}
