import Glibc

/// Lines for a person, on standard error so that standard output holds results alone.
package enum Console {
    package static func error(_ line: String) {
        FileHandle.write(line + "\n", to: STDERR_FILENO)
    }

    /// Results, on standard output.
    ///
    /// - Throws: ``LostResult`` when standard output does not take them, for example on a full disk.
    package static func result(_ line: String) throws(LostResult) {
        // A reader that has gone does not want the result.
        guard FileHandle.write(line + "\n", to: STDOUT_FILENO) || errno == EPIPE else {
            throw LostResult(reason: String(cString: strerror(errno)))
        }
    }

    /// A result that nobody received.
    package struct LostResult: Error, CustomStringConvertible {
        let reason: String
        package var description: String { "the result cannot be written to standard output: \(reason)" }
    }

    /// Whether standard error is a terminal, and how many columns it has.
    package static var terminalColumns: Int? {
        guard isatty(STDERR_FILENO) == 1 else { return nil }
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private enum FileHandle {
        /// Whether all of the text was taken; otherwise `errno` says why not.
        @discardableResult
        static func write(_ text: String, to descriptor: Int32) -> Bool {
            var bytes = ArraySlice(text.utf8)
            while !bytes.isEmpty {
                let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if written < 0 && errno == EINTR { continue }
                if written <= 0 { return false }
                bytes = bytes.dropFirst(written)
            }
            return true
        }
    }

    /// Overwrites the current line of a terminal.
    package static func status(_ text: String) { FileHandle.write("\r\u{1B}[K" + text, to: STDERR_FILENO) }
}
