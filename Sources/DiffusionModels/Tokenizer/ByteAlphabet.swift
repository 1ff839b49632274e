/// The printable stand-ins that byte-level vocabularies write for the 256 bytes (GPT-2's `bytes_to_unicode`).
enum ByteAlphabet {
    /// The stand-in of every byte.
    static let scalars: [Unicode.Scalar] = {
        var scalars: [Unicode.Scalar] = []
        var spare: UInt32 = 256
        for byte in UInt32(0)...255 {
            let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte)
            let value = isPrintable ? byte : spare
            if !isPrintable { spare += 1 }
            scalars.append(Unicode.Scalar(value) ?? "?")  // never a surrogate: below 512
        }
        return scalars
    }()

    /// The byte of every stand-in.
    static let bytes: [Unicode.Scalar: UInt8] = Dictionary(
        uniqueKeysWithValues: scalars.enumerated().map { ($1, UInt8($0)) })
}
