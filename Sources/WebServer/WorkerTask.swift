/// A task of a worker as others see it.
public struct WorkerTask: Sendable, Hashable, Encodable {
    /// What is done.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Encodable {
        /// Prompts become embeddings.
        case encodeText = "encode_text"
        /// One guidance branch of a step, or of a window of it.
        case predictNoise = "predict_noise"
        /// All steps of a stage.
        case denoise
        /// Latents attend to themselves.
        case selfAttend = "self_attend"
        /// A picture gets another size.
        case resize
        /// A stretch of the autoencoder's attention.
        case attend
        /// What the autoencoder does beside that to everything at once.
        case autoencoderPart = "autoencoder_part"
        /// A tile of a picture becomes latents.
        case encodeTile = "encode_tile"
        /// A tile of latents becomes a picture.
        case decodeTile = "decode_tile"
    }

    /// What is done.
    public var what: Kind
    /// The number of the job that it is for; nil for a picture without one.
    public var job: UInt64?
    /// Which it is of those that the work was cut into, from 0, row by row; nil for what was not cut.
    public var index: Int?
    /// How many those are.
    public var of: Int?
    /// How many of those stand in a row; nil for what is no part of an area.
    public var columns: Int?

    /// - Parameters:
    ///   - what: what is done.
    ///   - job: the number of the job.
    ///   - index: which it is of those that the work was cut into, from 0.
    ///   - of: how many those are.
    ///   - columns: how many of those stand in a row; nil for what is no part of an area.
    public init(_ what: Kind, job: UInt64?, index: Int? = nil, of: Int? = nil, columns: Int? = nil) {
        self.what = what
        self.job = job
        self.index = index
        self.of = of
        self.columns = columns
    }
}
