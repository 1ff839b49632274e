import DiffusionModels
import Foundation
import Tensors
import Testing

@Suite struct ShardTests {
    static let shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]

    /// Two shards with "a" and "b".
    static func folder(index: String, named name: String = "model.safetensors.index.json") throws -> ComponentFolder {
        let folder = try ComponentFolder()
        try folder.write(["a": .counting(2)], to: shards[0])
        try folder.write(["b": .counting(3)], to: shards[1])
        try folder.write(index, to: name)
        return folder
    }

    static func index(_ map: [String: String]) -> String {
        let members = map.map { "\"\($0.key)\": \"\($0.value)\"" }.joined(separator: ", ")
        return "{\"metadata\": {\"total_size\": 20}, \"weight_map\": {\(members)}}"
    }

    @Test(
        "The index of a variant has its name in either place",
        arguments: ["model.safetensors.index.fp16.json", "model.fp16.safetensors.index.json"])
    func variantIndex(_ name: String) throws {
        let folder = try ComponentFolder()
        let shards = ["model.fp16-00001-of-00002.safetensors", "model.fp16-00002-of-00002.safetensors"]
        try folder.write(["a": .counting(2)], to: shards[0])
        try folder.write(["b": .counting(3)], to: shards[1])
        try folder.write(Self.index(["a": shards[0], "b": shards[1]]), to: name)
        for variant in [nil, "fp16"] {
            let files = try folder.open(variant: variant)
            #expect(files.variant == .fp16 && files.names == ["a", "b"])
            #expect(try files.file(of: "b")?.tensor("b").count == 3)
        }
    }

    struct Hostile: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let index: String
        let kind: ModelError.Kind
        var subject: String?
        var mentions: String?

        static let all: [Hostile] =
            [
                "../model-00001-of-00002.safetensors", "/etc/passwd.safetensors", "..", "", ".hidden.safetensors",
                "sub/x.safetensors", "a\\\\b.safetensors", "model.bin",
            ].map {
                Hostile(
                    testDescription: "a shard at \($0)", index: ShardTests.index(["a": $0]), kind: .malformed,
                    subject: "a",
                    mentions: "a safetensors file in this folder")
            } + [
                Hostile(
                    testDescription: "a shard that is not there",
                    index: ShardTests.index(["a": shards[0], "b": shards[1], "c": "model-00003-of-00003.safetensors"]),
                    kind: .fileMissing, mentions: "1 of them missing"),
                Hostile(
                    testDescription: "a tensor that is in no shard",
                    index: ShardTests.index(["a": shards[0], "b": shards[1], "c": shards[1]]), kind: .missingTensor,
                    subject: "c",
                    mentions: "none of \"c\""),
                Hostile(
                    testDescription: "a tensor that is in another shard",
                    index: ShardTests.index(["a": shards[1], "b": shards[0]]), kind: .unexpectedTensor, subject: "a"),
                Hostile(
                    testDescription: "a tensor that the index leaves out",
                    index: "{\"weight_map\": {\"a\": \"\(shards[0])\", \"c\": \"\(shards[1])\"}}",
                    kind: .unexpectedTensor, subject: "b"),
                Hostile(
                    testDescription: "no tensors", index: ShardTests.index([:]), kind: .malformed,
                    mentions: "no tensors"),
                Hostile(testDescription: "no map", index: "{\"metadata\":{}}", kind: .malformed, subject: "weight_map"),
                Hostile(
                    testDescription: "a map to numbers", index: "{\"weight_map\":{\"a\":1}}", kind: .malformed,
                    mentions: "another type of value at \"a\""),
                Hostile(testDescription: "no JSON", index: "<html>", kind: .malformed, mentions: "not JSON"),
                Hostile(testDescription: "no text", index: "", kind: .malformed),
                Hostile(
                    testDescription: "a hundred thousand brackets",
                    index: "{\"weight_map\":" + String(repeating: "[", count: 100_000), kind: .malformed),
            ]
    }

    @Test("An index that does not fit its shards or leads elsewhere is refused", arguments: Hostile.all)
    func refused(_ hostile: Hostile) throws {
        let folder = try Self.folder(index: hostile.index)
        let error = try #require(throws: ModelError.self) { try folder.open() }
        #expect(error.kind == hostile.kind, "\(error)")
        if let subject = hostile.subject { #expect(error.subject == subject) }
        if let text = hostile.mentions { #expect(error.description.contains(text), "\(error)") }
    }

    @Test func `One tensor in two shards is refused`() throws {
        let folder = try Self.folder(index: Self.index(["a": Self.shards[0], "b": Self.shards[1]]))
        try folder.write(["a": .counting(2), "b": .counting(3)], to: Self.shards[1])
        let error = try #require(throws: ModelError.self) { try folder.open() }
        #expect(error.kind == .unexpectedTensor && error.subject == "a")
        #expect(error.file?.hasSuffix(Self.shards[1]) == true)
    }
}
