import Tensors
import Testing

@Suite("Tensors are values")
struct TensorTests {
    private let original = Tensor(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])

    @Test("changing a copy leaves the original alone")
    func copies() {
        var copy = original
        copy.withMutableSpan { $0[4] = 50 }
        #expect(copy.values == [1, 2, 3, 4, 50, 6])
        #expect(original.values == [1, 2, 3, 4, 5, 6])
    }

    @Test("changing the original leaves a copy alone")
    func originals() {
        var original = original
        let copy = original
        original.withMutableSpan { $0[0] = 10 }
        #expect(copy.values == [1, 2, 3, 4, 5, 6])
        #expect(original.values == [10, 2, 3, 4, 5, 6])
    }

    @Test("a tensor of its own is changed where it is")
    func uniqueness() {
        func address(of tensor: borrowing Tensor) -> UInt? {
            tensor.withSpan { $0.withUnsafeBufferPointer { $0.baseAddress.map { UInt(bitPattern: $0) } } }
        }
        var tensor = Tensor(shape: [4])
        let before = address(of: tensor)
        tensor.withMutableSpan { $0[1] = 2 }
        let after = address(of: tensor)
        #expect(after == before)
        #expect(tensor.values == [0, 2, 0, 0])
    }

    @Test("a view along the batch shows its items, and changing it leaves the others alone")
    func batchViews() {
        let whole = Tensor(shape: [3, 2], values: [1, 2, 3, 4, 5, 6])
        var view = whole.batch(1..<3)
        #expect(view.shape == [2, 2])
        #expect(view.count == 4)
        #expect(view.values == [3, 4, 5, 6])
        #expect(view.batchItem(1).values == [5, 6])
        view.withMutableSpan { $0[0] = 30 }
        #expect(view.values == [30, 4, 5, 6])
        #expect(whole.values == [1, 2, 3, 4, 5, 6])
        #expect(whole.batch(1..<1).values == [])
    }

    @Test("changing the whole leaves a view alone")
    func wholes() {
        var whole = Tensor(shape: [3, 2], values: [1, 2, 3, 4, 5, 6])
        let view = whole.batchItem(2)
        whole.withMutableSpan { $0[5] = 60 }
        #expect(view.values == [5, 6])
        #expect(whole.values == [1, 2, 3, 4, 5, 60])
    }

    @Test("a view is finite whatever its neighbours are", arguments: [Float.nan, .infinity, -.infinity])
    func finiteness(value: Float) {
        let whole = Tensor(shape: [3, 1], values: [value, 1, -.greatestFiniteMagnitude])
        #expect(!whole.isFinite)
        #expect(!whole.batchItem(0).isFinite)
        #expect(whole.batch(1..<3).isFinite)
    }

    @Test("blocks of any size are usable to their last element", arguments: [1, 15, 16, 17, 1 << 20, 1 << 20 + 1])
    func sizes(count: Int) {
        let tensor = Tensor.seeded([count], seed: 1)
        var numbers = SeededNumbers(seed: 1)
        #expect(tensor.values.allSatisfy { $0 == numbers.next(in: -1...1) })
    }

    @Test("a view keeps its elements when the whole is gone")
    func lifetime() {
        var whole: Tensor? = .seeded([3, 1000], seed: 1)
        let expected = whole.map { Array($0.values.dropFirst(2000)) }
        let view = whole?.batchItem(2)
        whole = nil
        #expect(view?.values == expected)
    }

    @Test("the same elements under another shape")
    func reshaped() {
        var view = original.reshaped([3, 1, 2])
        #expect(view.shape == [3, 1, 2])
        #expect(view.values == original.values)
        #expect(view.batchItem(1).values == [3, 4])
        view.withMutableSpan { $0[0] = 0 }
        #expect(original.values[0] == 1)
    }

    @Test("items are joined along the batch")
    func joined() {
        let joined = Tensor(joining: [original, original.batchItem(1), original.batchItem(0)])
        #expect(joined.shape == [4, 3])
        #expect(joined.values == [1, 2, 3, 4, 5, 6, 4, 5, 6, 1, 2, 3])
    }

    @Test("a tensor can be made from any collection and from a loop")
    func making() {
        #expect(Tensor(shape: [2], values: [Float(1), 2].reversed()).values == [2, 1])
        #expect(Tensor(shape: [2, 2], repeating: 3).values == [3, 3, 3, 3])
        #expect(Tensor(shape: [0, 4]).values == [])
        #expect(Tensor(shape: [3]) { span in span[1] = 4 }.values == [0, 4, 0])
    }

    @Test("channels last and back is the identity", arguments: [[1, 1, 1, 1], [2, 3, 4, 5], [3, 7, 1, 2]])
    func layouts(shape: [Int]) {
        let channelsFirst = Tensor.seeded(shape, seed: 3)
        let channelsLast = channelsFirst.channelsLast()
        #expect(channelsLast.shape == [shape[0], shape[2], shape[3], shape[1]])
        #expect(channelsLast.channelsFirst().shape == shape)
        #expect(channelsLast.channelsFirst().bits == channelsFirst.bits)
    }

    @Test("channels last has the channels of a pixel side by side")
    func channelsLast() {
        let channelsFirst = Tensor(shape: [1, 2, 1, 3], values: [1, 2, 3, 10, 20, 30])
        #expect(channelsFirst.channelsLast().values == [1, 10, 2, 20, 3, 30])
    }

    @Test("a convolution weight is reordered to how a picture is read", arguments: [ElementType.float32, .float16])
    func convolutionWeight(type: ElementType) {
        // [outputs 2, inputs 2, rows 1, columns 3], as numbers 1...12
        let words: [UInt16] = (1...12).map { $0 }  // subnormal, but told apart
        let weight =
            type == .float32
            ? Parameter(Tensor(shape: [2, 2, 1, 3], values: (1...12).map(Float.init)))
            : Parameter(shape: [2, 2, 1, 3], elementType: type, words: words)
        let unit = weight.widened().values[0]
        let reordered = weight.channelsLastKernel()
        #expect(reordered.shape == [2, 1, 3, 2])
        #expect(reordered.widened().values.map { $0 / unit } == [1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12])
    }
}
