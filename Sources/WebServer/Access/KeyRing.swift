import FoundationEssentials
public import Logging
import Synchronization

/// The keys that a server knows: those of a file, read again when that changes, so that a key can be given or taken
/// back without a restart.
public final class KeyRing: Sendable {
    private struct State {
        var entries: [KeyFile.Entry]
        var stamp: Stamp?
        var looked = ContinuousClock.now
    }

    /// What tells that a file has changed.
    private struct Stamp: Equatable {
        let modified: Date?
        let size: UInt64?
        let number: UInt64?
    }

    private let path: String
    private let log: Logger
    private let state: Mutex<State>
    private static let interval = Duration.seconds(1)

    /// - Parameters:
    ///   - path: the file.
    ///   - log: where changes are told.
    /// - Throws: ``KeyFileError`` when it cannot be read or has no key.
    public init(path: String, log: Logger) throws(KeyFileError) {
        let stamp = Self.stamp(path)
        let file = try KeyFile(path: path)
        guard !file.entries.isEmpty else {
            throw KeyFileError(path, "it has no key", remedy: "make one with: apldm-coord keys add NAME --role admin")
        }
        self.path = path
        self.log = log
        state = Mutex(State(entries: file.entries, stamp: stamp))
    }

    /// Who holds a key.
    ///
    /// - Parameters:
    ///   - key: what was shown.
    ///   - user: the name that was given with it, if any.
    /// - Returns: nil for a key that nobody has.
    func caller(of key: String, user: String? = nil) -> Caller? {
        let digest = KeyFile.digest(of: key)
        var found: KeyFile.Entry?
        // All of all digests is looked at, so that the time tells nothing.
        for entry in current where Self.areEqual(entry.digest, digest) { found = entry }
        guard let found, user == nil || user == found.name else { return nil }
        return Caller(name: found.name, role: found.role)
    }

    private var current: [KeyFile.Entry] {
        state.withLock { state in
            let now = ContinuousClock.now
            guard now - state.looked >= Self.interval else { return state.entries }
            state.looked = now
            let stamp = Self.stamp(path)
            guard stamp != state.stamp else { return state.entries }
            state.stamp = stamp
            do throws(KeyFileError) {
                state.entries = try KeyFile(path: path).entries
                log.notice("keys were read again", metadata: ["keys": "\(state.entries.count)"])
            } catch {
                log.error("the keys stay as they were", metadata: ["reason": "\(error)"])
            }
            return state.entries
        }
    }

    private static func stamp(_ path: String) -> Stamp? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
        return Stamp(
            modified: attributes[.modificationDate] as? Date, size: attributes[.size] as? UInt64,
            number: attributes[.systemFileNumber] as? UInt64)
    }

    private static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        var difference: UInt8 = one.count == other.count ? 0 : 1
        for (left, right) in zip(one, other) { difference |= left ^ right }
        return difference == 0
    }
}
