import Tensors
import Testing

@Suite("Element-by-element arithmetic")
struct ArithmeticTests {
    private let left = Tensor(shape: [1, 2, 3], values: [1, -2, 3, 0.5, 1e20, 0])
    private let right = Tensor(shape: [1, 2, 3], values: [4, 5, -6, 0.25, 1, 2])

    @Test("a weighted sum of two tensors leaves both as they are")
    func combined() {
        let sum = left.combined(2, right, -3)
        #expect(sum.shape == [1, 2, 3])
        #expect(sum.values == [-10, -19, 24, 0.25, 2e20, -6])
        #expect(left.values == [1, -2, 3, 0.5, 1e20, 0])
        #expect(right.values == [4, 5, -6, 0.25, 1, 2])
    }

    @Test("a tensor is scaled")
    func scaled() {
        #expect(left.scaled(by: -0.5).values == [-0.5, 1, -1.5, -0.25, -5e19, 0])
        #expect(Tensor(shape: [1], values: [.infinity]).scaled(by: 2).values == [.infinity])
    }

    @Test("elements are limited to a range")
    func clamped() {
        #expect(left.clamped(to: -1...1).values == [1, -1, 1, 0.5, 1, 0])
    }

    @Test("views along the batch are combined where they are")
    func views() {
        let whole = Tensor(shape: [2, 2], values: [1, 2, 3, 4])
        #expect(whole.batchItem(1).combined(1, whole.batchItem(0), 10).values == [13, 24])
        #expect(whole.values == [1, 2, 3, 4])
    }
}
