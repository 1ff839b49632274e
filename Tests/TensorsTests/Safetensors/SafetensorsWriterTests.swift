import Foundation
import Tensors
import Testing

@Suite struct SafetensorsWriterTests {
    static let tensors: [(name: String, tensor: Tensor)] = [
        ("z", Tensor(shape: [2, 3], values: [1, -2, 3, .infinity, -0.0, .leastNonzeroMagnitude])),
        ("empty", Tensor(shape: [4, 0])), ("a \"quoted\" \\ name\n\u{7}é😀", Tensor(shape: [], values: [7])),
    ]

    @Test func `What is written is read back, bit for bit`() throws {
        let file = try TemporaryFile()
        try SafetensorsWriter.write(Self.tensors, metadata: ["b": "2", "a\t": "é"], to: file.path)
        let read = try file.open()
        #expect(read.metadata == ["b": "2", "a\t": "é"] && read.tensors.count == 3)
        for (name, tensor) in Self.tensors {
            let copy = try read.tensor(name)
            #expect(copy.shape == tensor.shape)
            #expect(copy.values.map(\.bitPattern) == tensor.values.map(\.bitPattern))
        }
    }

    @Test func `The same tensors give the same bytes, and data begins at a multiple of eight`() throws {
        let (first, second) = (try TemporaryFile(), try TemporaryFile())
        try SafetensorsWriter.write(Self.tensors, metadata: ["b": "2", "a": "1", "c": "3"], to: first.path)
        try SafetensorsWriter.write(Self.tensors.reversed(), metadata: ["c": "3", "a": "1", "b": "2"], to: second.path)
        #expect(FileManager.default.contentsEqual(atPath: first.path, andPath: second.path))
        for tensor in try first.open().tensors.values where tensor.shape.count == 2 {
            #expect(tensor.byteRange.lowerBound.isMultiple(of: 4))
        }
        let bytes = try Data(contentsOf: URL(filePath: first.path))
        #expect(Int(bytes[0]).isMultiple(of: 8) && bytes[8] == UInt8(ascii: "{"))
    }

    @Test func `A view along the batch is written without the rest of its storage`() throws {
        let file = try TemporaryFile()
        let tensor = Tensor(shape: [3, 2], values: [0, 1, 2, 3, 4, 5])
        try SafetensorsWriter.write([("item", tensor.batchItem(1))], to: file.path)
        #expect(try file.open().tensor("item").values == [2, 3])
    }

    @Test(
        "Names that a reader would refuse are not written",
        arguments: [["a", "b", "a"], ["__metadata__"]])
    func refusedNames(_ names: [String]) throws {
        let file = try TemporaryFile(Array("before".utf8))
        let error = try #require(throws: SafetensorsError.self) {
            try SafetensorsWriter.write(names.map { ($0, Tensor(shape: [1])) }, to: file.path)
        }
        #expect(error.reason == .duplicateName && error.tensor == names[0])
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == "before")
    }

    @Test func `A folder that is not there is an error of the system, with its number`() throws {
        let file = try TemporaryFile()
        let error = try #require(throws: SafetensorsError.self) {
            try SafetensorsWriter.write([], to: file.path + "/no/where.safetensors")
        }
        #expect(error.reason == .cannotWrite && error.systemError == ENOTDIR)
        #expect(error.description.contains("errno \(ENOTDIR)"))
    }

    @Test func `A write that fails at the last step leaves nothing behind`() throws {
        // A folder in the way of the name makes the last step fail, after everything was written.
        let file = try TemporaryFile()
        let target = file.folder + "/taken"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
        let error = try #require(throws: SafetensorsError.self) {
            try SafetensorsWriter.write(Self.tensors, to: target)
        }
        #expect(error.reason == .cannotWrite && error.systemError == EISDIR)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: file.folder).sorted() == ["taken", "test.safetensors"])
    }
}
