import Synchronization
import Tensors

/// What a render reported, by name, channels first.
final class RecordedTensors: Sendable {
    private let tensors = Mutex<[String: Tensor]>([:])

    func record(_ name: String, _ tensor: Tensor) { tensors.withLock { $0[name] = tensor } }

    subscript(name: String) -> Tensor? { tensors.withLock { $0[name] } }
}

extension Tensor {
    /// The part of a channels-first picture that the goldens hold: from a third of each edge, `size` cells or as many
    /// as there are.
    func goldenCrop(_ size: Int) -> Tensor {
        let picture = channelsLast()
        return picture.cropped(
            top: picture.shape[1] / 3, left: picture.shape[2] / 3, height: size, width: size
        ).channelsFirst()
    }
}
