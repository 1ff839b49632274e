public import RenderPipeline

/// What renders the pictures of jobs.
public protocol JobRenderer: Sendable {
    /// Looks whether a request can be carried out, before it is taken in.
    ///
    /// - Throws: ``RequestError`` with the setting that is at fault.
    func check(_ request: RenderRequest) throws

    /// Renders a job's picture.
    ///
    /// - Parameters:
    ///   - job: what is to be rendered.
    ///   - progress: called with the share that is done, 0...1.
    /// - Returns: where the picture is.
    /// - Throws: whatever keeps it from being rendered, and `CancellationError`.
    func render(_ job: RenderJob, progress: @escaping @Sendable (Double) -> Void) async throws -> JobPicture

    /// Whether what kept a picture from being rendered may pass, so that it is worth another try.
    func mayPass(_ error: any Error) -> Bool

    /// A job needs what was kept of its unfinished picture no more.
    func discard(_ id: RenderJob.ID) async

    /// How many jobs are rendered at a time, which may change as hosts come and go.
    var slots: Int { get async }
}

extension JobRenderer {
    /// Nothing is worth another try.
    public func mayPass(_ error: any Error) -> Bool { false }

    /// Nothing was kept.
    public func discard(_ id: RenderJob.ID) async {}
}
