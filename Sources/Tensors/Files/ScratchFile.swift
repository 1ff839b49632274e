import Glibc

/// A file without a name that tensors are set aside in; it is gone when this value is, or when the process ends.
package final class ScratchFile: Sendable {
    private let descriptor: Int32
    /// Bytes that may be written without taking the file system's last.
    package let capacity: Int

    /// What the system refused.
    package struct Failure: Error, Hashable {
        /// An `errno`.
        package let code: Int32
    }

    /// Left free for everybody else.
    private static let reserve = 1 << 30

    /// - Parameter folder: on the file system that takes the data.
    /// - Throws: when no file can be made there.
    package init(folder: String) throws(Failure) {
        var descriptor = Glibc.open(folder, O_RDWR | O_CLOEXEC | __O_TMPFILE, 0o600)
        if descriptor < 0 { descriptor = try Self.unlinked(in: folder) }
        self.descriptor = descriptor
        var system = statvfs()
        guard fstatvfs(descriptor, &system) == 0 else {
            capacity = 0
            return
        }
        let free = system.f_bavail.multipliedReportingOverflow(by: UInt(system.f_frsize)).partialValue
        capacity = max(0, Int(clamping: free) - Self.reserve)
    }

    /// Anything that can be opened for reading and writing, for tests.
    package init(device: String, capacity: Int) throws(Failure) {
        descriptor = Glibc.open(device, O_RDWR | O_CLOEXEC)
        self.capacity = capacity
        guard descriptor >= 0 else { throw Failure(code: errno) }
    }

    /// For file systems without nameless files: one that loses its name at once.
    private static func unlinked(in folder: String) throws(Failure) -> Int32 {
        let path = "\(folder)/.apldm-\(String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)).scratch"
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        unlink(path)
        return descriptor
    }

    deinit { close(descriptor) }

    /// Writes the elements as they lie in memory, beginning at `offset` bytes.
    package func write(_ tensor: Tensor, at offset: Int) throws(Failure) {
        try tensor.withSpan { elements throws(Failure) in
            try elements.withUnsafeBytes { bytes throws(Failure) in
                var done = 0
                while done < bytes.count {
                    let chunk = UnsafeRawBufferPointer(rebasing: bytes[done..<min(bytes.count, done + 1 << 30)])
                    let written = pwrite(descriptor, chunk.baseAddress, chunk.count, off_t(offset + done))
                    if written < 0 && errno == EINTR { continue }
                    guard written > 0 else { throw Failure(code: written < 0 ? errno : ENOSPC) }
                    done += written
                }
            }
        }
    }

    /// Reads a tensor back.
    ///
    /// - Throws: when the system refuses, or less than that was written there.
    package func read(shape: [Int], at offset: Int) throws(Failure) -> Tensor {
        let tensor = Tensor(uninitialized: shape)
        let size = tensor.count * MemoryLayout<Float>.stride
        var done = 0
        while done < size {
            let target = UnsafeMutableRawPointer(tensor.pointer) + done
            let count = pread(descriptor, target, min(size - done, 1 << 30), off_t(offset + done))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Failure(code: count < 0 ? errno : EIO) }
            done += count
        }
        _fixLifetime(tensor)
        return tensor
    }
}
