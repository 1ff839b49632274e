import Tensors

extension Operation {
    static let attentions = [
        attention(tokens: 1, keys: 1, heads: 1, width: 4),
        attention(tokens: 7, keys: 7, heads: 2, width: 5),
        attention(tokens: 7, keys: 7, heads: 2, width: 5, causal: true),
        attention(tokens: 77, keys: 77, heads: 4, width: 8, causal: true),
        attention(tokens: 100, keys: 77, heads: 2, width: 40),  // two blocks of queries
        attention(tokens: 96, keys: 256, heads: 1, width: 16),  // exactly one block
        attention(tokens: 97, keys: 257, heads: 1, width: 16),
        attention(tokens: 50, keys: 600, heads: 3, width: 12),  // three blocks of keys, the last one ragged
        attention(tokens: 300, keys: 300, heads: 2, width: 16, causal: true),
        attention(tokens: 385, keys: 77, heads: 2, width: 64),  // one more than a block of packed keys serves
        attention(tokens: 500, keys: 500, heads: 1, width: 40, causal: true),
        attention(tokens: 70, keys: 257, heads: 2, width: 80),
        attention(tokens: 101, keys: 130, heads: 1, width: 160),
        attention(tokens: 97, keys: 70, heads: 1, width: 300),
        attention(tokens: 25, keys: 67, heads: 1, width: 512),
        attention(tokens: 30, keys: 300, heads: 2, width: 6, causal: true),
        attention(tokens: 300, keys: 40, heads: 2, width: 6, causal: true),
        // scores so far apart that what was accumulated before a block is scaled down to nothing
        attention(tokens: 40, keys: 700, heads: 1, width: 8, magnitude: 12),
        attention(tokens: 290, keys: 290, heads: 1, width: 8, causal: true, magnitude: 12),
    ]

    private static func attention(
        tokens: Int, keys: Int, heads: Int, width: Int, causal: Bool = false, magnitude: Float = 1
    ) -> Operation {
        let channels = heads * width
        return Operation(
            "attention of \(tokens) to \(keys)\(causal ? " up to itself" : ""), \(heads) heads of \(width), "
                + "magnitude \(magnitude)",
            [
                .seeded([items, tokens, channels], seed: 1, in: -magnitude...magnitude),
                .seeded([items, keys, channels], seed: 2, in: -magnitude...magnitude),
                .seeded([items, keys, channels], seed: 3),
            ], tolerance: magnitude == 1 ? 1e-6 : 1e-5,
            call: { backend, x in
                backend.attention(queries: x[0], keys: x[1], values: x[2], heads: heads, causal: causal)
            },
            reference: { x in
                let queries = ReferenceArray([tokens, heads, width], x[0])
                let keyArray = ReferenceArray([keys, heads, width], x[1])
                let values = ReferenceArray([keys, heads, width], x[2])
                var result: [Double] = []
                for token in 0..<tokens {
                    for head in 0..<heads {
                        let seen = causal ? min(keys, token + 1) : keys
                        let scores = (0..<seen).map { key in
                            var sum = 0.0
                            for c in 0..<width { sum += queries[token, head, c] * keyArray[key, head, c] }
                            return sum / Double(width).squareRoot()
                        }
                        let shares = softmax(scores)
                        for channel in 0..<width {
                            var sum = 0.0
                            for key in 0..<seen { sum += shares[key] * values[key, head, channel] }
                            result.append(sum)
                        }
                    }
                }
                return result
            })
    }
}
