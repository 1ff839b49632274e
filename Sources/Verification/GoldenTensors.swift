import Synchronization
import Tensors

/// The tensors that a case expects. Remembers which were read: one that was not is a gap in the check.
final class GoldenTensors: Sendable {
    private let file: SafetensorsFile
    private let read = Mutex<Set<String>>([])

    init(_ path: String) throws { file = try SafetensorsFile(path: path) }

    var names: [String] { file.tensors.keys.sorted() }

    func contains(_ name: String) -> Bool { file.tensors[name] != nil }

    func shape(_ name: String) throws -> [Int] {
        guard let descriptor = file.tensors[name] else { throw CaseFailure("the expected file has no \(name)") }
        return descriptor.shape
    }

    /// As stored: channels first.
    func tensor(_ name: String) throws -> Tensor {
        markRead(name)
        return try file.tensor(name)
    }

    /// A picture or latent, channels last.
    ///
    /// - Parameters:
    ///   - name: the tensor's name.
    ///   - channels: how many channels it must have; nil for any number up to what a model can have.
    ///   - unit: what its height and width must be multiples of.
    /// - Returns: `[batch, height, width, channels]`.
    /// - Throws: ``CaseFailure`` when the tensor is not there or has another shape.
    func picture(_ name: String, channels: Int? = nil, multipleOf unit: Int = 1) throws -> Tensor {
        let tensor = try tensor(name)
        let shape = tensor.shape
        guard shape.count == 4, shape.allSatisfy({ $0 > 0 }), (1...32).contains(shape[1]),
            channels.map({ $0 == shape[1] }) ?? true, shape[2].isMultiple(of: unit), shape[3].isMultiple(of: unit)
        else { throw CaseFailure("\(name) has the shape \(shape), which cannot be") }
        return tensor.channelsLast()
    }

    /// A tensor that must have a given shape.
    func tensor(_ name: String, shape: [Int]) throws -> Tensor {
        let tensor = try tensor(name)
        guard tensor.shape == shape else {
            throw CaseFailure("\(name) has the shape \(tensor.shape), not \(shape)")
        }
        return tensor
    }

    func doubles(_ name: String) throws -> [Double] {
        markRead(name)
        return try file.doubles(name)
    }

    func integers(_ name: String) throws -> [Int64] {
        markRead(name)
        return try file.integers(name)
    }

    /// Counts a tensor as read that only informs.
    func markRead(_ name: String) { read.withLock { _ = $0.insert(name) } }

    /// Fails when a tensor was never read.
    func requireAllRead() throws {
        let unread = read.withLock { read in names.filter { !read.contains($0) } }
        if !unread.isEmpty {
            throw CaseFailure("expected tensors that nothing was compared with: \(unread.joined(separator: ", "))")
        }
    }
}
