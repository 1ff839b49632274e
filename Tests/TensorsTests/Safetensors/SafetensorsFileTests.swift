import Foundation
import Tensors
import Testing

@Suite struct SafetensorsFileTests {
    /// One element, 1.5 or 1, of every type, at odd addresses.
    static let everyType: [(type: ElementType, bytes: [UInt8], value: Double)] = [
        (.bool, [1], 1), (.float64, littleEndian(1.5.bitPattern), 1.5),
        (.float32, littleEndian(Float(1.5).bitPattern), 1.5), (.float16, littleEndian(UInt16(0x3E00)), 1.5),
        (.bfloat16, littleEndian(UInt16(0x3FC0)), 1.5), (.int64, littleEndian(Int64(-3)), -3),
        (.int32, littleEndian(Int32(-3)), -3), (.int16, littleEndian(Int16(-3)), -3), (.int8, [0xFD], -3),
        (.uint8, [0xFD], 253),
    ]

    static func fileWithEveryType() throws -> TemporaryFile {
        var data: [UInt8] = []
        var members: [String] = []
        for (type, bytes, _) in everyType {
            let offsets = "\(data.count),\(data.count + bytes.count)"
            members.append(
                #""\#(type.rawValue)":{"dtype":"\#(type.rawValue)","shape":[1],"data_offsets":[\#(offsets)]}"#)
            data += bytes
        }
        return try TemporaryFile(safetensors(Array("{\(members.joined(separator: ","))}".utf8), data: data))
    }

    @Test("Every element type is read, at any address", arguments: everyType.map { ($0.type, $0.value) })
    func everyElementType(_ type: ElementType, _ value: Double) throws {
        let file = try Self.fileWithEveryType().open()
        let name = type.rawValue
        #expect(file.tensors[name]?.elementType == type && file.tensors[name]?.shape == [1])
        #expect(try file.doubles(name) == [value])
        #expect(try file.tensor(name).values == [Float(value)])
        switch type {
        case .float32, .float16, .bfloat16:
            let parameter = try file.parameter(name)
            #expect(parameter.elementType == type && parameter.widened().values == [Float(value)])
            #expect(throws: SafetensorsError.self) { try file.integers(name) }
        case .float64:
            #expect(throws: SafetensorsError.self) { try file.parameter(name) }
            #expect(throws: SafetensorsError.self) { try file.integers(name) }
        default:
            #expect(try file.integers(name) == [Int64(value)])
            let error = try #require(throws: SafetensorsError.self) { try file.parameter(name) }
            #expect(error.reason == .wrongElementType && error.tensor == name)
        }
    }

    @Test func `Integers of 64 bits keep every bit`() throws {
        let bytes = littleEndian(Int64.max) + littleEndian(Int64.min + 1)
        let header = #"{"i":{"dtype":"I64","shape":[2],"data_offsets":[0,16]}}"#
        let file = try TemporaryFile(safetensors(Array(header.utf8), data: bytes))
        #expect(try file.open().integers("i") == [.max, .min + 1])
    }

    @Test func `Empty tensors, single numbers, padding and escapes are fine`() throws {
        let header =
            #"{ "__metadata__" : {"k\n\u00e9\ud83d\ude00" : "\"\\\/"}, "e\u002e0":{"dtype":"F32","shape":[0,7],"#
            + #""data_offsets":[4,4]},"s":{"data_offsets":[0,4],"shape":[],"dtype":"F32"} }"# + "   \n"
        let bytes = safetensors(Array(header.utf8), data: littleEndian(Float(2.5).bitPattern))
        let temporary = try TemporaryFile(bytes)
        let file = try temporary.open()
        #expect(file.metadata == ["k\né😀": "\"\\/"])
        #expect(try file.parameter("e.0").widened().values == [] && file.tensor("e.0").shape == [0, 7])
        #expect(try file.tensor("s").values == [2.5] && file.tensor("s").shape == [])
    }

    @Test func `A file without tensors is fine`() throws {
        let file = try TemporaryFile(safetensors("{}"))
        #expect(try file.open().tensors.isEmpty)
    }

    @Test func `A tensor that is not there is named`() throws {
        let file = try TemporaryFile(safetensors("{}"))
        let error = try #require(throws: SafetensorsError.self) { try file.open().tensor("w") }
        #expect(error.reason == .missingTensor && error.tensor == "w")
    }

    @Test func `A parameter outlives its file`() throws {
        var file: TemporaryFile? = try TemporaryFile()
        let path = try #require(file?.path)
        try SafetensorsWriter.write([("w", Tensor(shape: [3], values: [1, 2, 3]))], to: path)
        let parameter = try SafetensorsFile(path: path).parameter("w")
        file = nil
        #expect(parameter.widened().values == [1, 2, 3])
    }

    @Test("Weights that torch wrote in 16 bits are near those it wrote in 32")
    func halfPrecisionFixtures() throws {
        let folder = URL(filePath: #filePath).appending(path: "../../../Fixtures/models").standardized
        let full = try SafetensorsFile(
            path: folder.appending(path: "sdxl-a/vae/diffusion_pytorch_model.safetensors").path)
        let half = try SafetensorsFile(
            path: folder.appending(path: "sdxl-a-fp16/vae/diffusion_pytorch_model.fp16.safetensors").path)
        #expect(full.metadata == ["format": "pt"] && full.tensors.keys == half.tensors.keys)
        for name in full.tensors.keys {
            #expect(try half.parameter(name).elementType == .float16)
            for (wide, narrow) in zip(try full.doubles(name), try half.doubles(name)) {
                #expect(abs(wide - narrow) <= 1e-3 * abs(wide) + 1e-7, "\(name)")
            }
        }
    }
}
