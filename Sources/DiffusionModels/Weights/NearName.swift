/// Finds what a name was probably meant to be.
enum NearName {
    /// The most names compared and the most bytes compared of each: a file may have a great many.
    private static let (mostNames, mostBytes) = (5_000, 200)

    /// The candidate that fewest edits turn into `name`, unless that is more than a third of it.
    static func nearest(to name: String, among candidates: some Collection<String>) -> String? {
        let wanted = Array(name.utf8.prefix(mostBytes))
        let compared = candidates.prefix(mostNames).map { candidate in
            (name: candidate, distance: editDistance(wanted, Array(candidate.utf8.prefix(mostBytes))))
        }
        guard let best = compared.min(by: { $0.distance < $1.distance }), best.distance <= max(2, wanted.count / 3)
        else { return nil }
        return best.name
    }

    /// The Levenshtein distance: insertions, deletions and substitutions of one byte.
    static func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var row = Array(0...second.count)
        for (index, byte) in first.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in second.indices {
                let substitution = diagonal + (byte == second[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = Swift.min(substitution, diagonal + 1, row[column] + 1)
            }
        }
        return row[second.count]
    }
}
