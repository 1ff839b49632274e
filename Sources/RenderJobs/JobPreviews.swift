import Synchronization

/// What running jobs look like: the last stage that is decoded, small.
public final class JobPreviews: Sendable {
    /// A small picture of an unfinished one.
    public struct Preview: Sendable, Hashable {
        /// Which stage it shows, from 0.
        public let stage: Int
        /// A PNG file.
        public let png: [UInt8]

        /// - Parameters:
        ///   - stage: which stage it shows, from 0.
        ///   - png: a PNG file.
        public init(stage: Int, png: [UInt8]) {
            self.stage = stage
            self.png = png
        }
    }

    /// The longest edge of a preview, in pixels.
    public static let longestEdge = 256

    private let previews = Mutex<[RenderJob.ID: Preview]>([:])

    /// Nothing is running yet.
    public init() {}

    /// The preview of a job; nil when there is none yet, or none any more.
    public subscript(id: RenderJob.ID) -> Preview? { previews.withLock { $0[id] } }

    /// Keeps a preview in place of an earlier one.
    ///
    /// - Parameters:
    ///   - preview: nil when the job is rendered no more.
    ///   - id: whose it is.
    public func set(_ preview: Preview?, of id: RenderJob.ID) { previews.withLock { $0[id] = preview } }
}
