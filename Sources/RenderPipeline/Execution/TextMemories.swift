import DiffusionModels
import Tensors

/// The keys and values of the text encodings that passes were given last: every step of a picture is given the same.
///
/// They give the bits that computing them anew would give, and are a part of what a pass takes (``UNetCost``).
struct TextMemories {
    /// The branches of one picture: what leads away and what leads towards.
    private static let mostBranches = 2

    /// Those used last at the end.
    private var kept: [(contexts: [Tensor], memory: UNetMemory)] = []

    /// The keys and values for a batch of contexts.
    ///
    /// - Parameters:
    ///   - contexts: one text encoding for each batch item, `[1, tokens, width]`.
    ///   - fitting: how many branches there is memory for, at least as many as contexts.
    ///   - make: computes them for the contexts joined.
    /// - Returns: what `make` returns, now or when these contexts came before.
    mutating func memory(of contexts: [Tensor], fitting: Int, make: (Tensor) -> UNetMemory) -> UNetMemory {
        let known = kept.lastIndex { entry in
            entry.contexts.count == contexts.count
                && zip(entry.contexts, contexts).allSatisfy { $0.hasSameBits(as: $1) }
        }
        if let known {
            kept.append(kept.remove(at: known))
            return kept[kept.count - 1].memory
        }
        let most = min(fitting, Self.mostBranches)
        while !kept.isEmpty, kept.reduce(contexts.count, { $0 + $1.contexts.count }) > most { kept.removeFirst() }
        let memory = make(Tensor(joining: contexts))
        kept.append((contexts, memory))
        return memory
    }

    /// Forgets them: something else needs the memory.
    mutating func removeAll() { kept = [] }
}
