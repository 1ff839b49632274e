package import Tensors

/// What a task needs, and how it gets to whoever computes it.
package enum TaskInput: Sendable {
    /// Sent with the task: different every time.
    case inline(Tensor)
    /// Sent once to every worker, which keeps it by its content: the same for many tasks, such as an encoded prompt.
    case shared(Tensor)
    /// A rectangle of a tensor, or nil for all of it: sent unless the worker holds it from an earlier task of the session.
    case held(HeldInput, Tensor, Region?)

    /// What it is cut from, and the rectangle; nil for all of it.
    var source: (tensor: Tensor, region: Region?) {
        switch self {
        case .inline(let tensor), .shared(let tensor): (tensor, nil)
        case .held(_, let tensor, let region): (tensor, region)
        }
    }

    /// Bytes of its elements.
    var byteCount: Int {
        let (tensor, region) = source
        return region.map { $0.area * tensor.shape[3] * MemoryLayout<Float>.stride } ?? tensor.byteCount
    }

    /// The tensor itself.
    package var tensor: Tensor {
        let (tensor, region) = source
        return region.map { tensor.cropped(to: $0) } ?? tensor
    }
}

/// What a worker keeps of a session.
package struct HeldInput: Sendable, Hashable {
    /// Which session.
    package var session: UInt64
    /// Which tile of it; nil for the map that the attention looks at.
    package var tile: Int?

    /// - Parameters:
    ///   - session: which session.
    ///   - tile: which tile of it; nil for the map that the attention looks at.
    package init(session: UInt64, tile: Int?) {
        self.session = session
        self.tile = tile
    }
}
