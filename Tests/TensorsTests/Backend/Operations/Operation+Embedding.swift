import Tensors

extension Operation {
    static let embeddings = [1, 7, 64].flatMap { width in
        let table = Tensor.seeded([50, width], seed: 2)
        return [embed("F32", Parameter(table), table.doubles)]
            + SmallFloat.all.map { format in
                let words = format.words([50, width], seed: 2)
                let table = Parameter(shape: [50, width], elementType: format.elementType, words: words)
                return embed(format.testDescription, table, words.map(format.value))
            }
    }

    /// One embedding in `table`, whose elements are `entries`.
    private static func embed(_ name: String, _ table: Parameter, _ entries: [Double]) -> Operation {
        let width = table.shape[1]
        let tokens = 9
        return Operation(
            "embed in \(width), \(name)", [.seeded([items, tokens], seed: 1, in: 0...49.9)], tolerance: 0,
            call: { backend, x in
                // An item of this operation is a run of tokens: the batch of the result is always one.
                backend.embed(table, ids: x[0].values.map(Int32.init)).reshaped(x[0].shape + [width])
            },
            reference: { x in x[0].flatMap { id in entries[Int(id) * width..<(Int(id) + 1) * width] } })
    }
}
