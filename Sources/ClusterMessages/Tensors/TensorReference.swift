import FoundationEssentials
import SwiftProtobuf

/// An input of a task.
public enum TensorReference: Sendable, Hashable {
    /// Comes in DATA frames on the task's stream.
    case inline(TensorHeader)
    /// The worker holds its bytes already.
    case stored(StoredTensor)

    /// Bytes of its elements.
    public var byteCount: Int {
        switch self {
        case .inline(let header): header.byteCount
        case .stored(let tensor): tensor.byteCount
        }
    }

    /// Its extents, outermost first.
    public var dimensions: [Int] {
        switch self {
        case .inline(let header): header.dimensions
        case .stored(let tensor): tensor.dimensions
        }
    }
}

/// A tensor whose bytes were sent before. The digest is of the bytes alone: type and shape belong to the use.
public struct StoredTensor: Sendable, Hashable {
    /// The SHA-256 of the raw elements.
    public let sha256: ContentDigest
    /// How an element is stored.
    public let element: WireElement
    /// The extent of every dimension, outermost first.
    public let dimensions: [Int]
    /// Bytes of the elements, as many as the stored bytes must be.
    public let byteCount: Int

    /// - Parameters:
    ///   - sha256: the SHA-256 of the raw elements.
    ///   - element: how an element is stored.
    ///   - dimensions: 1 through 8 extents of at least 1.
    /// - Throws: ``WireError`` when the dimensions cannot be.
    public init(sha256: ContentDigest, _ element: WireElement, dimensions: [Int]) throws(WireError) {
        self.sha256 = sha256
        self.element = element
        self.dimensions = dimensions
        byteCount = try TensorHeader.byteCount(of: element, dimensions: dimensions)
    }
}

extension TensorReference: WireValue {
    init(_ proto: Apldm_V1_TensorReference) throws(WireError) {
        switch try Check.present(proto.place, "place") {
        case .inlined(let header): self = .inline(try TensorHeader(checked: header))
        case .stored(let tensor):
            self = .stored(
                try StoredTensor(
                    sha256: ContentDigest(bytes: Array(tensor.sha256), field: "sha256"),
                    WireElement(known: tensor.elementType, "elementType"),
                    dimensions: tensor.dimensions.map { Int(clamping: $0) }))
        }
    }

    var proto: Apldm_V1_TensorReference {
        switch self {
        case .inline(let header): .with { $0.inlined = header.proto }
        case .stored(let tensor):
            .with {
                $0.stored = .with {
                    $0.sha256 = tensor.sha256.data
                    $0.elementType = .init(tensor.element)
                    $0.dimensions = tensor.dimensions.map { UInt64(clamping: $0) }
                }
            }
        }
    }

    // Headers and stored tensors cannot be made otherwise than within their bounds.
    func check() {}
}
