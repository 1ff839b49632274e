/// Unicode normalisation form C, as the reference computes it.
///
/// Written here for three reasons: the standard library has no public one, Foundation's takes quadratic time on
/// long runs of combining marks, and the reference's tables are of Unicode 9, which shows in the order of later
/// marks (it leaves them where they are).
enum CanonicalComposition {
    private static let unicodeVersion = 9

    /// Characters below this neither decompose to nor compose with anything below it.
    private static let firstCombining: UInt32 = 0x300

    static func compose(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        guard text.contains(where: { $0.value >= firstCombining }) else { return text }
        return recomposed(decomposed(text))
    }

    /// A scalar and its canonical combining class; 0 for starters, which nothing is reordered across.
    private struct Mark {
        var scalar: Unicode.Scalar
        var combiningClass: UInt8

        init(_ scalar: Unicode.Scalar) {
            self.scalar = scalar
            combiningClass = 0
            guard scalar.value >= firstCombining else { return }
            let properties = scalar.properties
            let known = properties.canonicalCombiningClass.rawValue
            if known != 0, (properties.age?.major ?? .max) <= unicodeVersion { combiningClass = known }
        }
    }

    private static func decomposed(_ text: [Unicode.Scalar]) -> [Mark] {
        var marks: [Mark] = []
        marks.reserveCapacity(text.count)
        for scalar in text { appendDecomposition(of: scalar, to: &marks) }
        var start = 0
        while start < marks.count {
            guard marks[start].combiningClass != 0 else {
                start += 1
                continue
            }
            let end = marks[start...].firstIndex { $0.combiningClass == 0 } ?? marks.count
            sortByClass(&marks, in: start..<end)
            start = end
        }
        return marks
    }

    /// Marks of one class keep their order: it carries meaning.
    private static func sortByClass(_ marks: inout [Mark], in range: Range<Int>) {
        guard range.count > 1 else { return }
        let order = range.sorted { (marks[$0].combiningClass, $0) < (marks[$1].combiningClass, $1) }
        marks.replaceSubrange(range, with: order.map { marks[$0] })
    }

    private static func appendDecomposition(of scalar: Unicode.Scalar, to marks: inout [Mark]) {
        if let syllable = HangulSyllable(scalar) {
            marks.append(contentsOf: syllable.letters.map(Mark.init))
        } else if let (first, second) = CanonicalDecompositions.table[scalar] {
            appendDecomposition(of: first, to: &marks)
            if let second { marks.append(Mark(second)) }
        } else {
            marks.append(Mark(scalar))
        }
    }

    private static func recomposed(_ marks: [Mark]) -> [Unicode.Scalar] {
        var text: [Unicode.Scalar] = []
        text.reserveCapacity(marks.count)
        var starter: Int?
        var lastClass: UInt8 = 0
        for mark in marks {
            // A mark reaches its starter unless one of its own class or a starter stands between.
            if let starter, starter == text.count - 1 || lastClass < mark.combiningClass,
                let composed = composition(text[starter], mark.scalar)
            {
                text[starter] = composed
                continue
            }
            if mark.combiningClass == 0 { starter = text.count }
            lastClass = mark.combiningClass
            text.append(mark.scalar)
        }
        return text
    }

    private static func composition(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        HangulSyllable.composition(first, second)
            ?? CanonicalDecompositions.compositions[CanonicalDecompositions.pair(first, second)]
    }
}
