import Foundation
import Tensors
import Testing

@Suite struct SafetensorsFuzzTests {
    static let header = Array(
        (#"{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"#
            + #""h":{"dtype":"F16","shape":[3],"data_offsets":[16,22]},"i":{"dtype":"I64","shape":[1],"#
            + #""data_offsets":[22,30]},"e":{"dtype":"BF16","shape":[0,5],"data_offsets":[30,30]},"#
            + #""d":{"dtype":"F64","shape":[],"data_offsets":[30,38]}}"#).utf8)
    static let data = (0..<38).map { UInt8($0) }

    @Test func `The file that is damaged is sound at first`() throws {
        let file = try TemporaryFile(safetensors(Self.header, data: Self.data))
        try Self.readEverything(file.open(), size: 8 + Self.header.count + Self.data.count)
    }

    @Test("No damage to a file makes the reader stop or leave the file", arguments: 1...4)
    func mutations(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let file = try TemporaryFile()
        var (accepted, refused) = (0, 0)
        for _ in 0..<5_000 {
            // Half of the files keep a length that fits their header, so that the damage reaches the parser.
            let isHeaderOnly = Bool.random(using: &random)
            var bytes = isHeaderOnly ? Self.header : safetensors(Self.header, data: Self.data)
            for _ in 0...Int.random(in: 0..<3, using: &random) { Self.mutate(&bytes, using: &random) }
            if isHeaderOnly { bytes = safetensors(bytes, data: Self.data) }
            try file.replace(with: bytes)
            do throws(SafetensorsError) {
                try Self.readEverything(file.open(), size: bytes.count)
                accepted += 1
            } catch {
                refused += 1
            }
        }
        #expect(accepted > 30 && refused > 1000, "\(accepted) were accepted and \(refused) refused")
    }

    static func readEverything(_ file: SafetensorsFile, size: Int) throws(SafetensorsError) {
        for (name, tensor) in file.tensors {
            #expect(tensor.byteRange.lowerBound >= 8 && tensor.byteRange.upperBound <= size)
            #expect(try file.doubles(name).count == tensor.count)
            #expect(try file.tensor(name).count == tensor.count)
            if tensor.elementType.isWeightType {
                #expect(try file.parameter(name).widened().count == tensor.count)
            } else if tensor.elementType != .float64 {
                #expect(try file.integers(name).count == tensor.count)
            }
        }
    }

    /// One piece of damage: mostly in the header's digits and brackets, where it does the most.
    private static func mutate(_ bytes: inout [UInt8], using random: inout SplitMix64) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = .random(in: .min ... .max, using: &random)
        case 2: bytes.remove(at: place)
        case 3: bytes.removeLast(Int.random(in: 0...min(40, bytes.count), using: &random))
        case 4: bytes.insert(contentsOf: Array(#"{}[]",:0-9\u.e"#.utf8).shuffled(using: &random).prefix(2), at: place)
        case 5: bytes.insert(contentsOf: bytes[place...].prefix(50), at: .random(in: bytes.indices, using: &random))
        case 6: bytes.append(contentsOf: [0, 0])
        default:
            let digits = bytes.indices.filter { 0x30...0x39 ~= bytes[$0] }
            if let digit = digits.randomElement(using: &random) {
                bytes[digit] = .random(in: 0x30...0x39, using: &random)
            }
        }
    }
}

/// Sebastiano Vigna's splitmix64: the same numbers on every machine.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
