import Glibc

/// A kind of picture file that is recognised by its first bytes, so that it can be said how to make a PNG of it.
struct ForeignPictureFormat {
    let name: String
    private let ending: String

    /// The command that makes a PNG file of one of this kind.
    func conversion(of path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? "in.\(ending)"
        let stem = file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
        return "magick '\(file)' '\(stem)\(file == stem + ".png" ? "-converted" : "").png'"
    }

    /// How many bytes from the beginning are looked at.
    static let prefixLength = 32

    /// - Parameter prefix: the first bytes of a file, ``prefixLength`` or fewer when it has no more.
    init?(prefix: [UInt8]) {
        func has(_ text: String, at position: Int = 0) -> Bool { prefix.dropFirst(position).starts(with: text.utf8) }
        func has(_ bytes: [UInt8]) -> Bool { prefix.starts(with: bytes) }
        // A box of the ISO base media format names what it can be read as.
        let brands = has("ftyp", at: 4) ? String(decoding: prefix.dropFirst(8), as: UTF8.self) : ""
        (name, ending) =
            switch true {
            case has([0xFF, 0xD8, 0xFF]): ("JPEG", "jpg")
            case has("RIFF") && has("WEBP", at: 8): ("WebP", "webp")
            case has("II*\0") || has("MM\0*") || has("II+\0") || has("MM\0+"): ("TIFF", "tif")
            case has("GIF8"): ("GIF", "gif")
            case brands.contains("avi"): ("AVIF", "avif")
            case brands.contains("hei") || brands.contains("hev") || brands.contains("mif"): ("HEIC", "heic")
            case has([0xFF, 0x0A]) || has("JXL ", at: 4): ("JPEG XL", "jxl")
            case has("jP  ", at: 4): ("JPEG 2000", "jp2")
            case has("8BPS"): ("Photoshop", "psd")
            case has("v/1\u{1}"): ("OpenEXR", "exr")
            case has("#?RADIANCE"): ("Radiance", "hdr")
            case has("%PDF"): ("PDF", "pdf")
            case has("<svg"): ("SVG", "svg")
            case has("BM"): ("BMP", "bmp")
            case has([0, 0, 1, 0]): ("icon", "ico")
            case has("P1") || has("P2") || has("P3") || has("P4") || has("P5") || has("P6") || has("P7"):
                ("Netpbm", "ppm")
            default: ("", "")
            }
        if name.isEmpty { return nil }
    }

    /// What the file at `path` is, where it is one of them and can be read.
    init?(path: String) {
        guard let descriptor = try? OwnedDescriptor(reading: path) else { return nil }
        var prefix = [UInt8](repeating: 0, count: Self.prefixLength)
        let count = read(descriptor.number, &prefix, prefix.count)
        guard count > 0 else { return nil }
        self.init(prefix: Array(prefix.prefix(count)))
    }
}
