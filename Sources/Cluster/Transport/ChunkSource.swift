package import ClusterMessages

/// What can be sent in chunks: a tensor, or a file as a tensor of bytes.
package protocol ChunkSource: Sendable {
    /// What the receiver has to know first.
    var header: TensorHeader { get }

    /// Chunk `index` as it is sent.
    ///
    /// - Parameters:
    ///   - index: 0 up to the header's number of chunks.
    ///   - number: which tensor of the stream it is.
    /// - Returns: what one DATA frame carries.
    /// - Throws: what keeps it from being read.
    func chunk(_ index: Int, ofTensor number: Int) throws -> TensorChunk
}

extension TensorEncoder: ChunkSource {}
