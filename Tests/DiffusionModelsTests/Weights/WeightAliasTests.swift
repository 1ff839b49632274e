import DiffusionModels
import Tensors
import Testing

@Suite struct WeightAliasTests {
    @Test(
        "A part of the model is found under its older name",
        arguments: [
            ("decoder.mid_block.attentions.0.to_q.weight", "decoder.mid_block.attentions.0.query.weight"),
            ("encoder.mid_block.attentions.0.to_out.0.bias", "encoder.mid_block.attentions.0.proj_attn.bias"),
            ("decoder.mid_block.attentions.0.to_qu.weight", nil), ("decoder.mid_block.attentions.1.to_q.weight", nil),
            ("xmid_block.attentions.0.to_k.bias", nil), ("decoder.conv_in.weight", nil),
        ] as [(String, String?)])
    func olderNames(_ name: String, _ older: String?) {
        #expect([WeightAlias].vaeAttention.compactMap { $0.olderName(of: name) } == [older].compactMap(\.self))
    }

    static let attention = "decoder.mid_block.attentions.0"

    static func read(_ tensors: [String: Tensor], _ name: String) throws -> (Linear, WeightReport) {
        let folder = try ComponentFolder(tensors)
        return try WeightReader.read(try folder.open(), aliases: .vaeAttention) { root throws(ModelError) in
            let attention = root("decoder")("mid_block")("attentions")[0]
            return try attention.linear(name, inputs: 2, outputs: 2)
        }
    }

    @Test(
        "Attention of a VAE is read from old files, also where it is stored as convolutions",
        arguments: [("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")],
        [[2, 2], [2, 2, 1, 1]])
    func olderFiles(_ names: (new: String, old: String), _ shape: [Int]) throws {
        let weight = Tensor(shape: shape, values: [1, 2, 3, 4])
        let (linear, report) = try Self.read(
            ["\(Self.attention).\(names.old).weight": weight, "\(Self.attention).\(names.old).bias": .counting(2)],
            names.new)
        #expect(linear.weight.shape == [2, 2] && linear.weight.widened().values == [1, 2, 3, 4])
        #expect(report.unknown.isEmpty && report.takenCount == 2)
    }

    @Test func `A convolution under the new name is of the wrong shape`() throws {
        let error = try #require(throws: ModelError.self) {
            try Self.read(
                ["\(Self.attention).to_q.weight": .counting(2, 2, 1, 1), "\(Self.attention).to_q.bias": .counting(2)],
                "to_q")
        }
        #expect(error.kind == .wrongShape)
    }

    @Test func `A tensor under both names is refused`() throws {
        let error = try #require(throws: ModelError.self) {
            try Self.read(
                [
                    "\(Self.attention).to_q.weight": .counting(2, 2), "\(Self.attention).query.weight": .counting(2, 2),
                    "\(Self.attention).to_q.bias": .counting(2),
                ], "to_q")
        }
        #expect(error.kind == .ambiguous && error.subject == "\(Self.attention).to_q.weight")
        #expect(error.description.contains("\"\(Self.attention).query.weight\" as well"))
    }
}
