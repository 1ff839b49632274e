import RenderPipeline
import Tensors
import Testing

/// Predictions of windows, summed up.
struct WindowBlendTests {
    private static let channels = 4

    private static let geometries = [
        LatentWindows(Extent(height: 20, width: 27), edge: 8, overlap: 2),
        LatentWindows(Extent(height: 5, width: 33), edge: 16, overlap: 8),
        LatentWindows(Extent(height: 24, width: 24), edge: 8, overlap: 0),
        LatentWindows(Extent(height: 7, width: 6), edge: 8, overlap: 2),
    ]

    private static func noise(_ size: Extent, seed: Int) -> Tensor {
        var generator = TorchGenerator(seed: UInt64(seed))
        return generator.randn(shape: [1, size.height, size.width, channels])
    }

    private static func predictions(_ windows: LatentWindows) -> [Tensor] {
        (0..<windows.count).map { noise(windows.window, seed: $0) }
    }

    private static func blend(_ windows: LatentWindows, _ predictions: [Tensor], order: [Int]) -> Tensor {
        var blend = WindowBlend(windows, channels: channels)
        for index in order { blend.add(predictions[index], window: index) }
        return blend.prediction
    }

    @Test(arguments: geometries) func theOrderInWhichWindowsComeChangesNoBit(windows: LatentWindows) {
        let predictions = Self.predictions(windows)
        let inOrder = Self.blend(windows, predictions, order: Array(0..<windows.count))
        var generator = SeededGenerator(state: 4)
        for _ in 0..<5 {
            let order = (0..<windows.count).shuffled(using: &generator)
            #expect(Self.blend(windows, predictions, order: order).isSame(as: inOrder))
        }
    }

    /// The sum of weight times prediction through the sum of weights, cell by cell and in binary64.
    @Test(arguments: geometries) func itIsTheMeanWeightedByTheRaisedCosine(windows: LatentWindows) {
        let predictions = Self.predictions(windows)
        let found = Self.blend(windows, predictions, order: Array(0..<windows.count)).values
        let (height, width) = (windows.latents.height, windows.latents.width)
        let vertical = WindowAxis.raisedCosine(windows.window.height)
        let horizontal = WindowAxis.raisedCosine(windows.window.width)
        var sums = [Double](repeating: 0, count: height * width * Self.channels)
        var weights = sums
        for (index, prediction) in predictions.enumerated() {
            let region = windows.region(index)
            let values = prediction.values
            var position = 0
            for row in region.rows {
                for column in region.columns {
                    let weight = vertical[row - region.rows.lowerBound] * horizontal[column - region.columns.lowerBound]
                    for channel in 0..<Self.channels {
                        sums[(row * width + column) * Self.channels + channel] += weight * Double(values[position])
                        weights[(row * width + column) * Self.channels + channel] += weight
                        position += 1
                    }
                }
            }
        }
        let worst = found.indices.map { abs(Double(found[$0]) - sums[$0] / weights[$0]) }.max() ?? .infinity
        #expect(worst < 2e-6)
    }

    @Test(arguments: geometries) func windowsThatAgreeGiveWhatTheyAgreeOn(windows: LatentWindows) {
        let whole = Self.noise(windows.latents, seed: 99)
        let predictions = (0..<windows.count).map { whole.cropped(to: windows.region($0)) }
        let found = Self.blend(windows, predictions, order: Array(0..<windows.count)).values
        let worst = zip(found, whole.values).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst < 2e-6)
    }

    @Test func oneWindowIsItsPredictionToTheBit() {
        let windows = LatentWindows(Extent(height: 2, width: 3), edge: 8, overlap: 2)
        let values: [Float] = [
            0, -0.0, 1, -1, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 3.3, .pi, 1e-30, 7, -7, 9,
        ]
        let prediction = Tensor(shape: [1, 2, 3, 2], values: values)
        var blend = WindowBlend(windows, channels: 2)
        blend.add(prediction, window: 0)
        #expect(blend.prediction.values.map(\.bitPattern) == values.map(\.bitPattern))
    }
}
