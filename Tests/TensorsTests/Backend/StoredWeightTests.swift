import Tensors
import Testing

/// Weights that are stored in 16 bits give what the same numbers give in 32, to the bit.
@Suite("Weights in 16 bits")
struct StoredWeightTests {
    private static let backends = BackendUnderTest.all

    @Test("a linear layer", arguments: backends, SmallFloat.all)
    func linear(_ backend: BackendUnderTest, _ format: SmallFloat) {
        let x = Tensor.seeded([2, 30, 400], seed: 1)
        let stored = format.parameter([300, 400], seed: 2)  // more than one thread widens at a time
        let bias = Tensor.seeded([300], seed: 3)
        for threads in [1, 3] {
            let backend = backend.make(threads)
            let narrow = backend.linear(x, Linear(weight: stored, bias: bias), activation: .gelu)
            let wide = backend.linear(x, Linear(weight: Parameter(stored.widened()), bias: bias), activation: .gelu)
            #expect(narrow.bits == wide.bits)
        }
    }

    @Test("a convolution", arguments: backends, SmallFloat.all)
    func convolution(_ backend: BackendUnderTest, _ format: SmallFloat) {
        let x = Tensor.seeded([2, 9, 8, 21], seed: 1)
        let backend = backend.make(2)
        for window in [1, 3] {
            let stored = format.parameter([13, 21, window, window], seed: 2)
            let widened = Parameter(stored.widened())
            let padding = Padding(window / 2)
            let narrow = backend.convolution(x, Convolution(weight: stored, bias: nil, padding: padding))
            let wide = backend.convolution(x, Convolution(weight: widened, bias: nil, padding: padding))
            #expect(narrow.bits == wide.bits, "window \(window)")
        }
    }

    @Test("a parameter widens to the numbers that its words stand for", arguments: SmallFloat.all)
    func widened(_ format: SmallFloat) {
        let words = format.words([3, 5, 7], seed: 4)
        let parameter = Parameter(shape: [3, 5, 7], elementType: format.elementType, words: words)
        #expect(parameter.widened().shape == [3, 5, 7])
        #expect(parameter.widened().doubles == words.map(format.value))
    }

    @Test("an infinity or a not-a-number among weights is found", arguments: SmallFloat.all)
    func nonFinite(_ format: SmallFloat) {
        for position in [0, 9, 20] {
            for fraction: UInt16 in [0, 1, 1 << (UInt16(format.fractionBits) - 1)] {
                var words = format.words([21], seed: 5)
                let clean = Parameter(shape: [21], elementType: format.elementType, words: words)
                #expect(!clean.hasNonFiniteElement)
                #expect(!Parameter(clean.widened()).hasNonFiniteElement)
                words[position] = (1 << UInt16(format.exponentBits) - 1) << UInt16(format.fractionBits) | fraction
                let damaged = Parameter(shape: [21], elementType: format.elementType, words: words)
                #expect(damaged.hasNonFiniteElement)
                #expect(Parameter(damaged.widened()).hasNonFiniteElement)
            }
        }
    }
}
