/// Who holds what of a pass: the one who computed on it last, or who is to begin it, perhaps anew.
struct InputHolders {
    struct Holder: Hashable {
        let worker: WorkerID
        /// Whether it is only to begin.
        let isPlanned: Bool
    }

    private var holders: [HeldInput: Holder] = [:]

    /// Nil for what nobody computed on who is still here, or is to.
    subscript(input: HeldInput) -> Holder? { holders[input] }

    /// The one who holds all of it, or is to begin with all of it; nil where nobody does.
    func holder(ofAll inputs: [HeldInput]) -> Holder? {
        guard let holder = inputs.first.flatMap({ holders[$0] }), inputs.allSatisfy({ holders[$0] == holder }) else {
            return nil
        }
        return holder
    }

    /// A worker computes on these.
    mutating func note(_ inputs: [HeldInput], on worker: WorkerID) {
        for input in inputs { holders[input] = Holder(worker: worker, isPlanned: false) }
    }

    /// A worker is to begin with this.
    mutating func plan(_ input: HeldInput, on worker: WorkerID) {
        holders[input] = Holder(worker: worker, isPlanned: true)
    }

    /// A worker is gone, and what it held with it.
    mutating func forget(_ worker: WorkerID) { holders = holders.filter { $0.value.worker != worker } }

    /// A pass has ended.
    mutating func forget(session: UInt64) { holders = holders.filter { $0.key.session != session } }
}
