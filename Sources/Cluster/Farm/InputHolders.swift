/// Who holds what of a pass: the one who computed on it last, and before that the one who is to begin.
struct InputHolders {
    private var holders: [HeldInput: WorkerID] = [:]

    /// Nil for what nobody computed on who is still here.
    subscript(input: HeldInput) -> WorkerID? { holders[input] }

    /// The one who holds all of it; nil where nobody does.
    func holder(ofAll inputs: [HeldInput]) -> WorkerID? {
        guard let holder = inputs.first.flatMap({ holders[$0] }), inputs.allSatisfy({ holders[$0] == holder }) else {
            return nil
        }
        return holder
    }

    /// A worker computes on these, or is to.
    mutating func note(_ inputs: [HeldInput], on worker: WorkerID) {
        for input in inputs { holders[input] = worker }
    }

    /// A worker is gone, and what it held with it.
    mutating func forget(_ worker: WorkerID) { holders = holders.filter { $0.value != worker } }

    /// A pass has ended.
    mutating func forget(session: UInt64) { holders = holders.filter { $0.key.session != session } }
}
