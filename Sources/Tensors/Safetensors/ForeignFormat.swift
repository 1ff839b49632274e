/// What people find at a path where they expect a safetensors file, known by its first bytes.
enum ForeignFormat: CaseIterable {
    case archive, pickle, gitPointer, webPage, gguf, hdf5, json, empty

    /// Bytes enough to tell.
    static let prefixLength = 512

    /// The format that a file with the first bytes `prefix` is in, if it is one of these.
    init?(prefix: some Collection<UInt8>) {
        let text = String(decoding: prefix, as: UTF8.self)
        let start = text.drop(while: \.isWhitespace).prefix(64).lowercased()
        if prefix.allSatisfy({ $0 == 0 }) {
            self = .empty
        } else if prefix.starts(with: "PK\u{3}\u{4}".utf8) {
            self = .archive
        } else if prefix.first == 0x80, let version = prefix.dropFirst().first, 2...5 ~= version {
            self = .pickle
        } else if start.hasPrefix("version https://git-lfs") {
            self = .gitPointer
        } else if start.hasPrefix("<") {
            self = .webPage
        } else if start.hasPrefix("gguf") {
            self = .gguf
        } else if prefix.starts(with: [0x89, 0x48, 0x44, 0x46]) {
            self = .hdf5
        } else if start.hasPrefix("{") {
            self = .json
        } else {
            return nil
        }
    }

    /// What the file is.
    var found: String {
        switch self {
        case .archive: "a zip archive, most likely a PyTorch checkpoint"
        case .pickle: "a Python pickle, most likely a PyTorch checkpoint"
        case .gitPointer: "a git-lfs pointer, which stands for a file that was not fetched"
        case .webPage: "a web page"
        case .gguf: "a GGUF file"
        case .hdf5: "an HDF5 file"
        case .json: "JSON text"
        case .empty: "nothing but zero bytes"
        }
    }

    /// How to get a safetensors file.
    var remedy: String {
        switch self {
        case .archive, .pickle:
            "such files can run code when they are opened and are never read here: convert it to safetensors"
        case .gitPointer: "run `git lfs pull` in the model's folder"
        case .webPage: "the server answered with a page instead of the file: check the address and the access rights"
        case .gguf, .hdf5: "use the model's safetensors file"
        case .json: "give the weights themselves, not a description of them"
        case .empty: "the download did not finish: fetch the file again"
        }
    }
}
