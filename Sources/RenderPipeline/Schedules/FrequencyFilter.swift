import Tensors

/// The official code's filter of what attentive guidance attends to: only the lowest frequencies are kept at
/// first, and more of them with every guided step.
public struct FrequencyFilter: Sendable, Hashable {
    /// How the window grows.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// In equal steps.
        case linear
        /// As (cos + 1)/2 over half a turn, but never below the start.
        case cosine
        /// By a constant factor.
        case exponential = "exp"
    }

    /// Half the size of a window: rows `centre − rows ..< centre + rows` of the shifted spectrum, columns alike.
    public struct Window: Sendable, Hashable {
        /// Rows on either side of the centre.
        public let rows: Int
        /// Columns on either side of the centre.
        public let columns: Int

        /// - Parameters:
        ///   - rows: rows on either side of the centre.
        ///   - columns: columns on either side of the centre.
        public init(rows: Int, columns: Int) {
            self.rows = rows
            self.columns = columns
        }
    }

    /// How the window grows.
    public var kind: Kind
    /// The first window as a fraction of the last, 0 through 1.
    public var start: Double

    /// - Parameters:
    ///   - kind: how the window grows.
    ///   - start: the first window as a fraction of the last, 0 through 1.
    public init(kind: Kind, start: Double) {
        self.kind = kind
        self.start = start
    }

    /// The windows of `count` guided steps in the order in which they run, up to half of `size`.
    ///
    /// - Parameters:
    ///   - count: how many steps are guided.
    ///   - size: the stage-one latents in cells; the official code passes their size in pixels instead, so that
    ///     its windows leave the spectrum and wrap.
    /// - Returns: one window for each guided step.
    /// - Throws: ``RequestError`` when the start is out of range or an exponential window would start empty.
    public func windows(count: Int, size: Extent) throws(RequestError) -> [Window] {
        guard (0...1).contains(start) else {
            throw RequestError(
                option: "--attn-guidance-filter", problem: "\(start) is not a fraction of the window",
                remedy: "use 0 through 1")
        }
        let rows = try halfSizes(count: count, upTo: size.height / 2)
        let columns = try halfSizes(count: count, upTo: size.width / 2)
        return zip(rows, columns).map { Window(rows: $0, columns: $1) }
    }

    private func halfSizes(count: Int, upTo last: Int) throws(RequestError) -> [Int] {
        let first = Int(start * Double(last))
        switch kind {
        case .linear:
            return TorchRange.truncatedLinspace(first, last, count: count)
        case .cosine:
            return TorchRange.linspace(Float(-Double.pi), 0, count: count).map { angle in
                let growth = (Float(Elementary.cos(Double(angle))) + 1) / 2
                return max(first, Int(Float(last) * growth))
            }
        case .exponential:
            guard first >= 1 else {
                throw RequestError(
                    option: "--attn-guidance-filter",
                    problem: "an exp window that starts at \(start) of \(last) cells is empty",
                    remedy: "use a larger start, or another kind")
            }
            return TorchRange.truncatedLogspace(first, last, count: count)
        }
    }
}
