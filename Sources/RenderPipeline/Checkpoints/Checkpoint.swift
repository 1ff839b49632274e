/// A file that a render can go on from: where it stands, and what the file has to be.
public struct Checkpoint: Sendable, Hashable {
    /// Where in a render.
    public let place: Place
    /// The SHA-256 of the file, as 64 hexadecimal digits; its name as well.
    public let sha256: String
    /// The file's size.
    public let byteCount: Int

    /// - Parameters:
    ///   - place: where in a render.
    ///   - sha256: the SHA-256 of the file, as 64 hexadecimal digits.
    ///   - byteCount: the file's size.
    public init(place: Place, sha256: String, byteCount: Int) {
        self.place = place
        self.sha256 = sha256
        self.byteCount = byteCount
    }

    /// Where in a render something was kept. Stages count from 0.
    public enum Place: Sendable, Hashable {
        /// Between two steps of a stage: before this one.
        case step(stage: Int, step: Int)
        /// A stage's clean latents.
        case denoised(stage: Int)
        /// A stage's latents and its picture.
        case finished(stage: Int)
        /// Tiles of a pass of the autoencoder that have come to their end, with the statistics that all have agreed on.
        case tiles(Pass)

        /// A stage's way through the autoencoder.
        public enum Pass: Sendable, Hashable {
            /// The picture that a stage starts from.
            case encode(stage: Int)
            /// A stage's latents.
            case decode(stage: Int)
        }
    }
}

extension Checkpoint.Place: CustomStringConvertible, LosslessStringConvertible {
    /// Two or three words.
    public var description: String {
        switch self {
        case .step(let stage, let step): "step \(stage) \(step)"
        case .denoised(let stage): "denoised \(stage)"
        case .finished(let stage): "finished \(stage)"
        case .tiles(let pass): "tiles \(pass)"
        }
    }

    /// Reads a ``description``; nil for what is none.
    public init?(_ description: String) {
        let words = description.split(separator: " ", maxSplits: 3).map(String.init)
        let numbers = words.dropFirst().map(Int.init)
        switch (words.first, numbers.count) {
        case ("step", 2):
            guard let stage = numbers[0], let step = numbers[1] else { return nil }
            self = .step(stage: stage, step: step)
        case ("denoised", 1):
            guard let stage = numbers[0] else { return nil }
            self = .denoised(stage: stage)
        case ("finished", 1):
            guard let stage = numbers[0] else { return nil }
            self = .finished(stage: stage)
        case ("tiles", 2):
            guard let pass = Pass(words[1], numbers[1]) else { return nil }
            self = .tiles(pass)
        default: return nil
        }
    }

    /// Whether a render can go on from it alone; the others only save work on the way to the next such place.
    var isState: Bool {
        switch self {
        case .step, .denoised, .finished: true
        case .tiles: false
        }
    }
}

extension Checkpoint.Place.Pass: CustomStringConvertible {
    /// Two words.
    public var description: String {
        switch self {
        case .encode(let stage): "encode \(stage)"
        case .decode(let stage): "decode \(stage)"
        }
    }

    fileprivate init?(_ direction: String, _ stage: Int?) {
        switch (direction, stage) {
        case ("encode", let stage?): self = .encode(stage: stage)
        case ("decode", let stage?): self = .decode(stage: stage)
        default: return nil
        }
    }
}
