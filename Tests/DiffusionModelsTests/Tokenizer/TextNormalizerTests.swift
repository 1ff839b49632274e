import DiffusionModels
import Foundation
import Testing

/// Normalisation against Foundation, where the two mean the same version of Unicode.
struct TextNormalizerTests {
    /// Every scalar of Unicode 9.
    static let scalars = (0...0x10FFFF).compactMap(Unicode.Scalar.init(_:)).filter {
        ($0.properties.age?.major ?? .max) <= 9
    }

    func normalized(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: TextNormalizer.normalize(text.unicodeScalars))
        return String(scalars)
    }

    /// The same by Foundation, for text without white space.
    func reference(_ text: String) -> String {
        text.precomposedStringWithCanonicalMapping.unicodeScalars.map(\.properties.lowercaseMapping).joined()
    }

    /// `==` on strings would take canonically equivalent ones for equal.
    func isSame(_ first: String, _ second: String) -> Bool {
        first.unicodeScalars.elementsEqual(second.unicodeScalars)
    }

    @Test func `every scalar composes as in Foundation, also from its parts`() {
        for scalar in Self.scalars where !scalar.properties.isWhitespace {
            let text = String(scalar)
            let parts = text.decomposedStringWithCanonicalMapping
            #expect(isSame(normalized(text), reference(text)), "U+\(String(scalar.value, radix: 16))")
            #expect(isSame(normalized(parts), reference(text)), "the parts of U+\(String(scalar.value, radix: 16))")
        }
    }

    @Test func `sequences of marks are ordered and composed as in Foundation`() {
        let marks = Self.scalars.filter { $0.properties.canonicalCombiningClass != .notReordered }
        let bases = Array("aeoAEOUụǘאक가각".unicodeScalars)
        var state: UInt64 = 1
        func random(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        for _ in 0..<20_000 {
            var text = String.UnicodeScalarView()
            text.append(bases[random(bases.count)])
            for _ in 0..<(1 + random(5)) {
                // Half of them from the first block of marks, most of which compose.
                text.append(marks[random(random(2) == 0 ? 40 : marks.count)])
            }
            #expect(isSame(normalized(String(text)), reference(String(text))), "\(text.map(\.escaped))")
        }
    }

    @Test(arguments: [
        ("a \t\r\n b", "a b"), ("\u{A0}\u{2003}x\u{85}", " x "), ("A\u{200B}B", "a\u{200B}b"),
        ("ΑΣ", "ασ"),
        ("İ", "i\u{307}"), ("", ""),
    ])
    func `white space collapses and letters are lower-cased one by one`(text: String, expected: String) {
        #expect(isSame(normalized(text), expected))
    }
}

extension Unicode.Scalar {
    fileprivate var escaped: String { escaped(asASCII: true) }
}
