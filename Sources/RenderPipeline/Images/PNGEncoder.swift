import CPNG

/// Writes a PNG to an open descriptor, which stays the caller's.
struct PNGEncoder: ~Copyable {
    /// What libpng writes.
    private static let sides = 1...1_000_000

    private let handle: OpaquePointer
    /// For errors.
    private let path: String

    init(descriptor: Int32, path: String) throws(ImageFileError) {
        guard let handle = cpng_writer_open(descriptor) else {
            throw ImageFileError(path: path, operation: .write, codecFailure: .outOfMemory)
        }
        self.handle = handle
        self.path = path
    }

    deinit { cpng_writer_close(handle) }

    func begin(width: Int, height: Int, text: [PNGText]) throws(ImageFileError) {
        guard Self.sides.contains(width), Self.sides.contains(height) else {
            throw ImageFileError(
                path: path, operation: .write, reason: .invalidUse, problem: "a size of \(width)×\(height) pixels",
                remedy: "choose sides of \(Self.sides.lowerBound) to \(Self.sides.upperBound) pixels")
        }
        for entry in text { try add(entry) }
        try check(cpng_writer_begin(handle, UInt32(width), UInt32(height)))
    }

    func append(rows: [UInt8]) throws(ImageFileError) {
        try check(cpng_writer_write_rows(handle, rows, rows.count))
    }

    func finish() throws(ImageFileError) {
        try check(cpng_writer_finish(handle))
    }

    private func add(_ entry: PNGText) throws(ImageFileError) {
        guard let encoded = entry.encoded() else {
            throw ImageFileError(
                path: path, operation: .write, reason: .invalidUse,
                problem: "the text entry \"\(entry.key)\" cannot stand in a PNG file",
                remedy: "give it a key of 1 to 79 Latin-1 characters and a value without U+0000")
        }
        try check(cpng_writer_add_text(handle, encoded.key, encoded.value, encoded.isUTF8))
    }

    private func check(_ status: cpng_status) throws(ImageFileError) {
        if status == .CPNG_OK { return }
        var message = [CChar](repeating: 0, count: CodecFailure.messageCapacity)
        let failure = cpng_writer_failure(handle, &message, message.count)
        throw ImageFileError(path: path, operation: .write, codecFailure: CodecFailure(failure, message))
    }
}
