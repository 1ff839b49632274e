import DiffusionModels
import Foundation
import Testing

/// The encoder's heap gives what the plain algorithm gives.
struct BytePairEncodingTests {
    let tokenizer: CLIPTokenizer
    let ids: [String: Int32]
    let ranks: [[String]: Int]

    init() throws {
        let folder = TokenizerFixture.folder.appending(path: "models/sdxl-a/tokenizer")
        tokenizer = try CLIPTokenizer(folder: folder)
        ids = try JSONDecoder().decode(
            [String: Int32].self, from: Data(contentsOf: folder.appending(path: "vocab.json")))
        let merges = try String(contentsOf: folder.appending(path: "merges.txt"), encoding: .utf8)
        let pairs = merges.split(separator: "\n").dropFirst().map { $0.split(separator: " ").map(String.init) }
        ranks = Dictionary(uniqueKeysWithValues: zip(pairs, 0...))
    }

    /// Joins the leftmost pair of the lowest rank until no pair is left.
    func plainIDs(of word: String) -> [Int32?] {
        var symbols = word.map(String.init)
        symbols[symbols.count - 1] += "</w>"
        while true {
            let pairs = symbols.indices.dropLast().compactMap { index in
                ranks[[symbols[index], symbols[index + 1]]].map { (rank: $0, index: index) }
            }
            guard let best = pairs.min(by: { $0 < $1 }) else { return symbols.map { ids[$0] } }
            symbols[best.index] += symbols.remove(at: best.index + 1)
        }
    }

    @Test(arguments: [1, 2, 3, 5, 8, 13, 21, 34, 55])
    func `words of random letters are joined in the order of the merges`(length: Int) {
        var state = UInt64(length)
        for _ in 0..<40 {
            let word = String(
                (0..<length).map { _ in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    // Frequent letters, so that many pairs join.
                    return Array("eeetttaaoinshrdlu")[Int(state >> 33) % 17]
                })
            let prompt = tokenizer.encode(word)
            #expect(Array(prompt.ids[1...prompt.tokenCount]) == plainIDs(of: word), "\(word)")
        }
    }
}
