import Tensors
import Testing

@Suite("Linear layers in 16-bit fixed point")
struct FixedPointTests {
    private static let tables = Kernels.supported.indices

    private static func backend(_ table: Int, threads: Int = 2) -> CPUBackend {
        CPUBackend(threads: threads, kernels: Kernels.supported[table], precision: .fixed16)
    }

    private static func layer(_ outputs: Int, _ inputs: Int) -> Linear {
        Linear(weight: Parameter(.seeded([outputs, inputs], seed: 2)), bias: .seeded([outputs], seed: 3))
    }

    /// The sum of products of row `row` and each column, in binary64, after `narrowed` is applied to the weights.
    private static func reference(
        _ x: Tensor, _ layer: Linear, narrowed: (Double) -> Double = { $0 }
    ) -> [Double] {
        let (rows, weights) = (x.doubles, layer.weight.widened().doubles.map(narrowed))
        let bias = layer.bias?.doubles
        return (0..<rows.count / layer.inputs).flatMap { row in
            (0..<layer.outputs).map { column in
                (0..<layer.inputs).reduce(bias?[column] ?? 0) {
                    $0 + rows[row * layer.inputs + $1] * weights[column * layer.inputs + $1]
                }
            }
        }
    }

    /// The root of the mean square of the differences, as a part of the values'.
    private static func error(_ values: [Double], against expected: [Double]) -> Double {
        let squares = zip(values, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return (squares / expected.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }

    @Test(
        "the error is no larger than that of weights in binary16",
        arguments: tables, [(1, 64, 40), (13, 17, 3), (97, 321, 131), (400, 100, 70), (20, 1280, 257)])
    func accuracy(table: Int, size: (rows: Int, inputs: Int, outputs: Int)) {
        let layer = Self.layer(size.outputs, size.inputs)
        let x = Tensor.seeded([1, size.rows, size.inputs], seed: 1)
        let expected = Self.reference(x, layer)
        let rounded = Self.reference(x, layer) { weight in
            // To the 11 significant bits of a binary16.
            let unit = Double(sign: .plus, exponent: weight.exponent - 10, significand: 1)
            return (weight / unit).rounded(.toNearestOrEven) * unit
        }
        let result = Self.backend(table).linear(x, layer, activation: .none).doubles
        let error = Self.error(result, against: expected)
        #expect(error < 1.1 * Self.error(rounded, against: expected))
        #expect(error < 2.5e-4)
        #expect(error > 1e-6, "it is not computed in fixed point")
    }

    @Test("all tables give the same bits", arguments: [(1, 7, 5), (97, 321, 131), (400, 700, 65), (31, 1281, 300)])
    func agreement(size: (rows: Int, inputs: Int, outputs: Int)) {
        let layer = Self.layer(size.outputs, size.inputs)
        let x = Tensor.seeded([2, size.rows, size.inputs], seed: 1)
        let first = Self.backend(0).linear(x, layer, activation: .none)
        for table in Self.tables.dropFirst() {
            #expect(Self.backend(table).linear(x, layer, activation: .none).bits == first.bits)
        }
    }

    @Test("neither threads nor the batch change a bit", arguments: tables)
    func threads(table: Int) {
        let layer = Self.layer(130, 200)
        let x = Tensor.seeded([3, 401, 200], seed: 1)
        let alone = Self.backend(table, threads: 1).linear(x, layer, activation: .gelu)
        for threads in [2, 3, 5] {
            #expect(Self.backend(table, threads: threads).linear(x, layer, activation: .gelu).bits == alone.bits)
        }
        let items = (0..<3).flatMap { item in
            Self.backend(table).linear(x.batchItem(item).copied(), layer, activation: .gelu).bits
        }
        #expect(items == alone.bits)
    }

    @Test("weights in 16 bits give what the same numbers give in 32", arguments: tables, SmallFloat.all)
    func stored(table: Int, format: SmallFloat) {
        let stored = format.parameter([70, 300], seed: 2)
        let x = Tensor.seeded([1, 9, 300], seed: 1)
        let narrow = Self.backend(table).linear(x, Linear(weight: stored, bias: nil), activation: .none)
        let wide = Self.backend(table).linear(
            x, Linear(weight: Parameter(stored.widened()), bias: nil), activation: .none)
        #expect(narrow.bits == wide.bits)
    }

    @Test("the largest sums a block can have are exact", arguments: tables, [Float(1), -1])
    func largest(table: Int, sign: Float) {
        let layer = Linear(weight: Parameter(Tensor(shape: [33, 256], repeating: sign)), bias: nil)
        let x = Tensor(shape: [1, 14, 256], repeating: 3)
        let result = Self.backend(table).linear(x, layer, activation: .none)
        #expect(result.values.allSatisfy { abs($0 * sign - 768) < 1e-3 })
    }

    @Test("blocks of any magnitude keep their precision", arguments: tables)
    func magnitudes(table: Int) {
        // One block of a row and of a column is a million times as large as the next; each column sees one of them.
        let inputs = 128
        let x = Tensor(shape: [1, 1, inputs], values: (0..<inputs).map { $0 < 64 ? 1e6 : 1 + Float($0 % 5) })
        let weights = (0..<2 * inputs).map { Float(($0 < inputs) == ($0 % inputs < 64) ? 1 : 0) }
        let layer = Linear(weight: Parameter(Tensor(shape: [2, inputs], values: weights)), bias: nil)
        let result = Self.backend(table).linear(x, layer, activation: .none).doubles
        for (value, expected) in zip(result, Self.reference(x, layer)) { #expect(abs(value / expected - 1) < 1e-4) }
    }

    @Test("nothing and next to nothing give nothing", arguments: tables, [Float(0), 1e-38, .leastNonzeroMagnitude])
    func nothing(table: Int, value: Float) {
        let result = Self.backend(table).linear(
            Tensor(shape: [1, 3, 100], repeating: value), Linear(weight: Self.layer(5, 100).weight, bias: nil),
            activation: .none)
        #expect(result.values.allSatisfy { abs($0) < 1e-35 })
    }

    @Test("a not-a-number makes its row one and leaves the others", arguments: tables, [Float.nan, .infinity])
    func poison(table: Int, value: Float) {
        let layer = Self.layer(40, 130)
        var values = Tensor.seeded([1, 20, 130], seed: 1).values
        let clean = Self.backend(table).linear(Tensor(shape: [1, 20, 130], values: values), layer, activation: .none)
        values[7 * 130 + 129] = value
        let result = Self.backend(table).linear(Tensor(shape: [1, 20, 130], values: values), layer, activation: .none)
        #expect(result.values[7 * 40..<8 * 40].allSatisfy { $0.isNaN })
        #expect(result.bits.prefix(7 * 40) == clean.bits.prefix(7 * 40))
        #expect(result.bits.suffix(12 * 40) == clean.bits.suffix(12 * 40))
    }

    @Test("it is a class of numerics of its own, and not the one that is taken when none is named")
    func numerics() {
        let exact = CPUBackend(threads: 1)
        let fixed = CPUBackend(threads: 1, precision: .fixed16)
        #expect(exact.precision == .exact)
        #expect(fixed.numericsClass == exact.numericsClass + "/fixed16")
        let forced = CPUBackend(threads: 1, precision: .fixed16, instructions: .portable, convolutions: .windows)
        #expect(forced.kernelsName == "portable" && forced.numericsClass == "cpu/portable/fixed16/windows")
    }
}
