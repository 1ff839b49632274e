import CPNG

/// Owns the C reader of a PNG file and its descriptor.
struct PNGDecoder: ~Copyable {
    let handle: OpaquePointer
    private let descriptor: OwnedDescriptor?
    /// For errors.
    private let path: String

    init(path: String, limits: PNGReader.Limits) throws(ImageFileError) {
        let descriptor = try OwnedDescriptor(reading: path)
        try self.init(
            handle: cpng_reader_open_descriptor(descriptor.number, cpng_limits(limits)), descriptor: descriptor,
            path: path)
    }

    init(bytes: [UInt8], name: String, limits: PNGReader.Limits) throws(ImageFileError) {
        try self.init(
            handle: cpng_reader_open_bytes(bytes, bytes.count, cpng_limits(limits)), descriptor: nil, path: name)
    }

    private init(
        handle: OpaquePointer?, descriptor: consuming OwnedDescriptor?, path: String
    ) throws(ImageFileError) {
        guard let handle else { throw ImageFileError(path: path, operation: .read, codecFailure: .outOfMemory) }
        self.handle = handle
        self.descriptor = descriptor
        self.path = path
    }

    deinit { cpng_reader_close(handle) }

    /// Reads everything up to the picture.
    func begin() throws(ImageFileError) -> PNGHeader {
        var header = cpng_header()
        try check(cpng_reader_begin(handle, &header))
        return PNGHeader(header)
    }

    /// The text entries met so far.
    var texts: [PNGText] {
        (0..<cpng_reader_text_count(handle)).compactMap { index in
            let extent = cpng_reader_text_extent(handle, index)
            var key = [UInt8](repeating: 0, count: extent.key)
            var value = [UInt8](repeating: 0, count: extent.value)
            guard cpng_reader_copy_text(handle, index, &key, key.count, &value, value.count) else { return nil }
            return PNGText(key: key, value: value, isUTF8: extent.is_utf8)
        }
    }

    func check(_ status: cpng_status) throws(ImageFileError) {
        if status == .CPNG_OK { return }
        var message = [CChar](repeating: 0, count: CodecFailure.messageCapacity)
        let failure = cpng_reader_failure(handle, &message, message.count)
        throw ImageFileError(path: path, operation: .read, codecFailure: CodecFailure(failure, message))
    }
}

extension cpng_limits {
    fileprivate init(_ limits: PNGReader.Limits) {
        self.init(side: limits.side, pixels: limits.pixels)
    }
}

extension [UInt32] {
    /// The elements of an array of C.
    fileprivate init(_ numbers: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32)) {
        self = [
            numbers.0, numbers.1, numbers.2, numbers.3, numbers.4, numbers.5, numbers.6, numbers.7,
        ]
    }
}

extension PNGHeader {
    fileprivate init(_ header: cpng_header) {
        self.init(
            width: Int(header.width), height: Int(header.height), bitDepth: Int(header.bit_depth),
            channels: Int(header.channels),
            colour: Colour(
                gamma: header.gamma > 0 ? Double(header.gamma) / 100000 : nil, hasGamma: header.has_gamma,
                hasChromaticities: header.has_chromaticities,
                chromaticities: header.has_chromaticities ? [UInt32](header.chromaticities) : [],
                hasSRGB: header.has_srgb,
                hasICCProfile: header.has_icc_profile))
    }
}
