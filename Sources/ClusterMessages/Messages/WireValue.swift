import FoundationEssentials
import SwiftProtobuf

/// A value that goes over the wire as one protobuf message. The generated types stay in this module: a conversion
/// checks what it reads, and everything behind it can rely on that.
protocol WireValue: Sendable, Hashable {
    associatedtype Proto: SwiftProtobuf.Message

    /// Reads what protobuf says; bounds are left to ``check()``.
    init(_ proto: Proto) throws(WireError)

    /// What goes over the wire.
    var proto: Proto { get }

    /// Checks every bound that the type documents: after reading and before writing.
    func check() throws(WireError)
}

extension WireValue {
    /// Reads a value of which nothing is trusted.
    init(checked proto: Proto) throws(WireError) {
        try self.init(proto)
        try check()
    }

    /// The protobuf of a value that the other end will accept.
    var checkedProto: Proto {
        get throws(WireError) {
            try check()
            return proto
        }
    }
}

extension RawRepresentable where RawValue == Int {
    /// An enumeration's case, if this version knows it.
    init(known proto: some SwiftProtobuf.Enum, _ field: String) throws(WireError) {
        guard let value = Self(rawValue: proto.rawValue) else {
            throw WireError(.outOfRange, field, expected: "a value that exists", found: "\(proto.rawValue)")
        }
        self = value
    }
}

extension SwiftProtobuf.Enum {
    /// The same case on the wire.
    init(_ value: some RawRepresentable<Int>) { self = Self(rawValue: value.rawValue) ?? Self() }
}

extension ContentDigest {
    var data: Data { Data(bytes) }
}

extension ContentDigest? {
    /// No bytes stand for none.
    var data: Data { self?.data ?? Data() }
}

/// Puts a name, which is only made then, before the field of an error.
func within<Result>(
    _ name: @autoclosure () -> String, _ body: () throws(WireError) -> Result
) throws(WireError) -> Result {
    do throws(WireError) {
        return try body()
    } catch {
        throw WireError(
            error.kind, "\(name()).\(error.field)", expected: error.expected, found: error.found, remedy: error.remedy)
    }
}
