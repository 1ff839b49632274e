package import ArgumentParser
import FoundationEssentials
import Glibc
package import RenderPipeline
import Tensors

/// What a render may take of its host.
package struct MemoryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The most memory the process may take, for example 6GiB; never changes the picture (default: four fifths of "
                + "what is free).", valueName: "SIZE"))
    package var memoryLimit: ByteCount?

    @Option(
        help: ArgumentHelp(
            "Where tiles that find no memory wait on disk; 'none' has them computed again (default $TMPDIR or /var/tmp, "
                + "whichever is on a disk).",
            valueName: "DIR"))
    package var scratchDir: String?

    package init() {}

    /// What tensors may take beside what the process holds now, its model included.
    ///
    /// - Parameter threads: how many threads compute.
    /// - Returns: bytes, and where to put what does not fit.
    package func budget(threads: Int) -> MemoryBudget {
        MemoryBudget(bytes: bytes(threads: threads), scratchFolder: scratchFolder)
    }

    private func bytes(threads: Int) -> Int {
        if let memoryLimit {
            return max(0, memoryLimit.bytes - HostUsage.residentMemory - Self.codeMemory - threads * Self.threadMemory)
        }
        return HostUsage.availableMemory.map { Int($0 * 0.8) } ?? .max
    }

    /// What is kept of large blocks for the next ones, and what the allocator does not give back.
    private static let codeMemory = 80 << 20
    /// What a thread takes to multiply matrices.
    private static let threadMemory = 16 << 20

    private var scratchFolder: String? {
        if let scratchDir { return scratchDir == "none" ? nil : scratchDir }
        let candidates = [ProcessInfo.processInfo.environment["TMPDIR"] ?? "", "/var/tmp"]
        return candidates.first { !$0.isEmpty && !HostUsage.isInMemory(folder: $0) }
    }

    package func validate() throws {
        guard let scratchDir, scratchDir != "none" else { return }
        do throws(ScratchFile.Failure) {
            _ = try ScratchFile(folder: scratchDir)
        } catch {
            throw ValidationError(
                "--scratch-dir: no file can be made in \(scratchDir): \(String(cString: strerror(error.code))); "
                    + "choose another folder, or none")
        }
    }
}

/// A number of bytes as people write it: 800MiB, 6G, 4GB.
package struct ByteCount: ExpressibleByArgument {
    package let bytes: Int

    package init?(argument: String) {
        let text = argument.lowercased().trimming(while: { $0 == " " })
        let digits = text.prefix { $0.isNumber || $0 == "." }
        let units: [String: Double] = [
            "": 1, "b": 1, "k": 0x1p10, "kib": 0x1p10, "kb": 1e3, "m": 0x1p20, "mib": 0x1p20, "mb": 1e6, "g": 0x1p30,
            "gib": 0x1p30, "gb": 1e9, "t": 0x1p40, "tib": 0x1p40, "tb": 1e12,
        ]
        guard let number = Double(digits), let unit = units[String(text.dropFirst(digits.count))],
            number * unit >= 1, number * unit < 0x1p62
        else { return nil }
        bytes = Int(number * unit)
    }
}

extension String {
    fileprivate func trimming(while isTrimmed: (Character) -> Bool) -> String {
        String(drop(while: isTrimmed).reversed().drop(while: isTrimmed).reversed())
    }
}
