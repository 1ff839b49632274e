import Crypto
import FoundationEssentials
import RenderPipeline

/// The file of keys: who may ask, and for what. It holds only digests: nobody gets a key out of it.
///
/// One key a line, `NAME ROLE SHA256`, lines that begin with `#` aside. Keys are 256 random bits, so that their digests
/// need neither salt nor slowness.
public struct KeyFile: Sendable, Hashable {
    /// A key, without itself.
    public struct Entry: Sendable, Hashable {
        /// Whose it is; jobs that are asked for with it are theirs.
        public let name: String
        /// What its holder may do.
        public let role: KeyRole
        /// The SHA-256 of the key's characters.
        let digest: [UInt8]
    }

    /// The most keys in a file.
    public static let mostKeys = 10_000
    /// The longest name, in bytes.
    public static let longestName = 64
    private static let mostBytes = 2 << 20

    /// The keys by their order in the file.
    public private(set) var entries: [Entry] = []

    /// A file without keys.
    public init() {}

    /// Reads a file.
    ///
    /// - Parameter path: the file.
    /// - Throws: ``KeyFileError`` naming the file and the line that is at fault.
    public init(path: String) throws(KeyFileError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw KeyFileError(
                path, "it cannot be read", remedy: "make it with: apldm-coord keys add NAME --role admin")
        }
        guard data.count <= Self.mostBytes else {
            throw KeyFileError(path, "it has \(data.count) bytes", remedy: "use at most \(Self.mostBytes)")
        }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard words.count == 3, let role = KeyRole(rawValue: String(words[1])),
                let digest = Self.digest(hexadecimal: words[2]), Self.isName(String(words[0]))
            else {
                throw KeyFileError(
                    path, "line \(index + 1) is not 'NAME ROLE SHA256'",
                    remedy: "take the line out, and add the key again"
                )
            }
            guard !entries.contains(where: { $0.name == words[0] }) else {
                throw KeyFileError(path, "line \(index + 1) names \(words[0]) again", remedy: "take one of them out")
            }
            entries.append(Entry(name: String(words[0]), role: role, digest: digest))
        }
    }

    /// Makes a key.
    ///
    /// - Parameters:
    ///   - name: whose it is: 1 to ``longestName`` bytes without white space, and no `:`.
    ///   - role: what its holder may do.
    /// - Returns: the key, which is nowhere else: the file gets its digest.
    /// - Throws: ``KeyFileError`` for a name that cannot be or is taken.
    public mutating func add(_ name: String, role: KeyRole) throws(KeyFileError) -> String {
        guard Self.isName(name) else {
            throw KeyFileError(
                nil, "'\(name.prefix(100))' cannot be a name",
                remedy: "use 1 to \(Self.longestName) bytes without white space, colon or #")
        }
        guard !entries.contains(where: { $0.name == name }) else {
            throw KeyFileError(nil, "there is a key of \(name) already", remedy: "remove it first, or use another name")
        }
        guard entries.count < Self.mostKeys else {
            throw KeyFileError(nil, "there are \(entries.count) keys already", remedy: "remove some")
        }
        let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        let key = "apldm-" + secret.hexadecimal
        entries.append(Entry(name: name, role: role, digest: Self.digest(of: key)))
        return key
    }

    /// Takes a key out.
    ///
    /// - Throws: ``KeyFileError`` when there is none of that name.
    public mutating func remove(_ name: String) throws(KeyFileError) {
        guard let index = entries.firstIndex(where: { $0.name == name }) else {
            throw KeyFileError(nil, "there is no key of \(name.prefix(100))", remedy: "see apldm-coord keys list")
        }
        entries.remove(at: index)
    }

    /// Writes the file, whole or not at all, so that only its owner reads it.
    ///
    /// - Throws: ``KeyFileError`` when it cannot be written.
    public func write(to path: String) throws(KeyFileError) {
        let lines = entries.map { "\($0.name) \($0.role.rawValue) \($0.digest.hexadecimal)\n" }
        let text = "# Keys of apldm-coord: name, role, SHA-256 of the key.\n" + lines.joined()
        do {
            try WholeFile.write(Array(text.utf8), to: path, permissions: 0o600)
        } catch {
            throw KeyFileError(path, "it cannot be written", remedy: "choose another place with --keys")
        }
    }

    /// The SHA-256 of a key's characters.
    static func digest(of key: String) -> [UInt8] { Array(SHA256.hash(data: Data(key.utf8))) }

    private static func isName(_ name: String) -> Bool {
        (1...longestName).contains(name.utf8.count) && !name.hasPrefix("#")
            && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: ":") }
    }

    private static func digest(hexadecimal text: Substring) -> [UInt8]? {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == 64, text.utf8.count == 64 else { return nil }
        return stride(from: 0, to: 64, by: 2).map { UInt8(16 * digits[$0] + digits[$0 + 1]) }
    }
}

/// Why a file of keys cannot be used.
public struct KeyFileError: Error, Hashable, CustomStringConvertible {
    /// The file; nil where it is about a key.
    public let path: String?
    /// What is wrong.
    public let problem: String
    /// What would help.
    public let remedy: String

    init(_ path: String?, _ problem: String, remedy: String) {
        self.path = path
        self.problem = problem
        self.remedy = remedy
    }

    /// One line for a person.
    public var description: String { (path.map { "keys in \($0): " } ?? "--keys: ") + "\(problem); \(remedy)" }
}
