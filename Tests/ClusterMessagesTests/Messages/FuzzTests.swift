import ClusterMessages
import Foundation
import Testing

/// Damage drawn by a seed. `APLDM_FUZZ_SECONDS=n` goes on for so long with seeds of its own, and watches the memory.
@Suite("Damaged bytes", .serialized)
struct FuzzTests {
    private static let seconds =
        ProcessInfo.processInfo.environment["APLDM_FUZZ_SECONDS"].flatMap(Double.init) ?? 0

    /// Bytes of memory that the process has.
    private static var memory: Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let fields = text.split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
    }

    @Test("of every kind do no harm, however long it goes on", .enabled(if: seconds > 0))
    func longRun() throws {
        let start = ContinuousClock.now
        var (seed, memory) = (UInt64(1_000), 0)
        while ContinuousClock.now - start < .seconds(Self.seconds) {
            try frames(seed: seed)
            try chunks(seed: seed)
            for kind in RoundTripTests.kinds { try messages(kind, seed: seed, rounds: 300) }
            seed += 1
            // What is kept after a while is what it needs.
            if memory == 0, ContinuousClock.now - start > .seconds(Self.seconds / 10) { memory = Self.memory }
        }
        print(
            "damaged bytes: \(seed - 1_000) rounds, \(memory >> 20) MiB after a tenth, \(Self.memory >> 20) at the end")
        #expect(memory > 0 && Self.memory < memory + (32 << 20))
    }

    /// One piece of damage.
    private static func mutate(_ bytes: inout [UInt8], using numbers: inout SeededNumbers) {
        guard !bytes.isEmpty else { return bytes = numbers.bytes(3) }
        let place = numbers.int(0...bytes.count - 1)
        switch numbers.int(0...7) {
        case 0: bytes[place] ^= 1 << UInt8(numbers.int(0...7))
        case 1: bytes[place] = UInt8(truncatingIfNeeded: numbers.next())
        case 2: bytes.remove(at: place)
        case 3: bytes.removeLast(numbers.int(0...min(20, bytes.count)))
        case 4: bytes.insert(contentsOf: numbers.bytes(numbers.int(1...4)), at: place)
        case 5: bytes.insert(contentsOf: bytes[place...].prefix(30), at: numbers.int(0...bytes.count))
        case 6: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF][numbers.int(0...4)]
        default:
            // The longest number that protobuf knows.
            bytes.replaceSubrange(place...place, with: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1])
        }
    }

    @Test("of a message are refused, or are a message that every rule holds for", arguments: RoundTripTests.kinds)
    func messages(_ name: String) throws { try messages(name, seed: 21, rounds: 3000) }

    private func messages(_ name: String, seed: UInt64, rounds: Int) throws {
        let make = try RoundTripTests.kind(name)
        var numbers = SeededNumbers(seed: seed)
        var refused = 0
        for _ in 0..<rounds {
            let frame = try make(&numbers).frame()
            var bytes = frame.message
            for _ in 0...numbers.int(0...3) { Self.mutate(&bytes, using: &numbers) }
            guard bytes.count <= FrameLimits.largestMessage else { continue }
            do throws(WireError) {
                let message = try WireMessage(Frame(frame.type, message: bytes))
                // What was accepted can be sent on and read again.
                #expect(try WireMessage(message.frame()) == message)
            } catch {
                refused += 1
            }
        }
        #expect(refused > rounds / 100, "only \(refused) of \(rounds) were refused")
    }

    @Test("of frames are refused, whatever they are", arguments: 1...4)
    func frames(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var (accepted, refused) = (0, 0)
        for _ in 0..<5000 {
            let kind = RandomMessage.kinds[numbers.int(0...RandomMessage.kinds.count - 1)]
            var bytes = try kind.make(&numbers).frame().encoded + WireMessage.ping(sequence: 1).frame().encoded
            for _ in 0...numbers.int(0...2) { Self.mutate(&bytes, using: &numbers) }
            var decoder = FrameDecoder(limits: numbers.chance(50) ? .unauthenticated : .authenticated())
            var rest = bytes[...]
            do throws(WireError) {
                while let frame = try decoder.next(from: &rest) {
                    _ = try WireMessage(frame)
                    accepted += 1
                }
            } catch {
                refused += 1
            }
        }
        #expect(accepted > 100 && refused > 3000, "\(accepted) were accepted and \(refused) refused")
    }

    @Test("of chunks are refused, or give as many bytes as announced", arguments: 1...4)
    func chunks(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let encoder = try TensorEncoder(.smooth([1, 16, 16, 4]), compression: .always)
        let whole = encoder.chunk(0, ofTensor: 0)
        #expect(whole.isCompressed)
        var refused = 0
        for _ in 0..<5000 {
            var payload = whole.payload.bytes
            for _ in 0...numbers.int(0...2) { Self.mutate(&payload, using: &numbers) }
            var decoder = try ChunkDecoder(encoder.header, maximumByteCount: 1 << 20)
            do throws(WireError) {
                let raw = try decoder.decode(
                    TensorChunk(tensor: 0, index: 0, isCompressed: true, payload: Payload(payload)))
                #expect(raw.count == encoder.header.byteCount)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 1000)
    }
}
