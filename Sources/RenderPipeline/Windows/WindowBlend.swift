package import Tensors

/// The sum of windows' predictions. They may come in any order and are added in that of the windows, so that its bytes
/// do not depend on who was faster; those that come early wait.
package struct WindowBlend {
    private let windows: LatentWindows
    private var sum: Tensor
    /// The first window that has not come.
    private var next = 0
    private var early: [Int: Tensor] = [:]

    /// - Parameters:
    ///   - windows: where the predictions belong.
    ///   - channels: channels of the latents.
    package init(_ windows: LatentWindows, channels: Int) {
        self.windows = windows
        // Minus zero leaves everything as it is that is added to it; zero would turn a minus zero into itself.
        sum = Tensor(shape: [1, windows.latents.height, windows.latents.width, channels], repeating: -0.0)
    }

    /// Takes one window's prediction, `[1, height, width, channels]`; every window comes once.
    package mutating func add(_ prediction: Tensor, window index: Int) {
        precondition(index >= next && index < windows.count && early[index] == nil, "window \(index) comes twice")
        early[index] = prediction
        while let prediction = early.removeValue(forKey: next) {
            let region = windows.region(next)
            sum.add(
                windows.weighted(prediction, window: next), top: region.rows.lowerBound,
                left: region.columns.lowerBound)
            next += 1
        }
    }

    /// The prediction for all latents, when every window has come.
    package var prediction: Tensor {
        precondition(next == windows.count, "window \(next) has not come")
        return sum
    }
}
