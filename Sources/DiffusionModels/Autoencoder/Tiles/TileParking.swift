package import Tensors

/// Where tiles wait for one another: in memory, in a scratch file, or nowhere, to be computed again.
///
/// Decides only what a pass takes, never its bits.
package struct TileParking {
    private let memory: Int
    private let scratch: ScratchFile?
    private var scratchUsed = 0
    /// Whether the file system has refused to take more than it said it would.
    private var isScratchFull = false
    private var slots: [Int: (offset: Int, size: Int)] = [:]
    private var memoryUsed = 0
    private var places: [Int: Place] = [:]
    /// How often tiles were put where, for reports.
    package private(set) var statistics = Statistics()

    private enum Place {
        case memory(TileRun)
        case scratch(TileShape, offset: Int)
    }

    /// A tile without its pixels.
    private struct TileShape {
        let path: TilePath
        let position: Int
        let map: [Int]
        let kept: (shape: [Int], region: Region)?
    }

    /// How often tiles were put where.
    package struct Statistics: Sendable, Hashable {
        /// Tiles that stayed in memory at a normalisation.
        package var inMemory = 0
        /// Tiles that were written to the scratch file.
        package var inScratch = 0
        /// Tiles that were let go, to be computed again.
        package var letGo = 0
    }

    /// - Parameters:
    ///   - memory: bytes that waiting tiles may take.
    ///   - scratch: takes the others; nil has them computed again.
    package init(memory: Int, scratch: ScratchFile?) {
        self.memory = memory
        self.scratch = scratch
    }

    /// The tile as it was parked last; nil when it has to begin anew. It leaves its place only when `keeping` is false.
    mutating func tile(_ index: Int, keeping: Bool) -> TileRun? {
        switch places[index] {
        case nil: return nil
        case .memory(let run):
            if !keeping { remove(index) }
            return run
        case .scratch(let shape, let offset):
            guard let run = read(shape, at: offset) else {
                // What cannot be read back is computed again.
                places[index] = nil
                return nil
            }
            return run
        }
    }

    /// Whether a tile that will take `bytes` can be parked.
    func hasRoom(for bytes: Int, tile index: Int) -> Bool {
        if memoryUsed - usedByTile(index) + bytes <= memory { return true }
        if scratch == nil || isScratchFull { return false }
        if let slot = slots[index], slot.size >= bytes { return true }
        return scratchUsed + bytes <= scratch?.capacity ?? 0
    }

    /// Parks a tile in place of what is there of it. A tile for which there is no room is let go.
    mutating func park(_ run: TileRun, tile index: Int) {
        let bytes = run.byteCount
        if memoryUsed - usedByTile(index) + bytes <= memory {
            remove(index)
            places[index] = .memory(run)
            memoryUsed += bytes
            statistics.inMemory += 1
            return
        }
        // What was parked before is overwritten, or has no use any more.
        remove(index)
        guard hasRoom(for: bytes, tile: index) else { return letGo() }
        let offset = slot(of: bytes, tile: index)
        guard write(run, at: offset) else { return letGo() }
        let state = run.state
        let shape = TileShape(
            path: run.path, position: state.position, map: state.map.shape,
            kept: state.kept.map { ($0.map.shape, $0.region) })
        places[index] = .scratch(shape, offset: offset)
        statistics.inScratch += 1
    }

    /// Takes note of a tile that will be computed again.
    mutating func letGo() { statistics.letGo += 1 }

    /// Forgets a tile that has come to its end.
    mutating func remove(_ index: Int) {
        memoryUsed -= usedByTile(index)
        places[index] = nil
    }

    private func usedByTile(_ index: Int) -> Int {
        if case .memory(let run) = places[index] { run.byteCount } else { 0 }
    }

    /// A tile has one place in the file; a larger one takes a new place at the end.
    private mutating func slot(of bytes: Int, tile index: Int) -> Int {
        if let slot = slots[index], slot.size >= bytes { return slot.offset }
        slots[index] = (scratchUsed, bytes)
        defer { scratchUsed += bytes }
        return scratchUsed
    }

    /// Whether the file took it; a full disk is a reason to compute tiles again, not to fail.
    private mutating func write(_ run: TileRun, at offset: Int) -> Bool {
        do throws(ScratchFile.Failure) {
            let state = run.state
            try scratch?.write(state.map, at: offset)
            if let kept = state.kept {
                try scratch?.write(kept.map, at: offset + state.map.count * MemoryLayout<Float>.stride)
            }
            return true
        } catch {
            isScratchFull = true
            return false
        }
    }

    private func read(_ shape: TileShape, at offset: Int) -> TileRun? {
        do throws(ScratchFile.Failure) {
            guard let map = try scratch?.read(shape: shape.map, at: offset) else { return nil }
            var kept: TileRun.Kept?
            if let (keptShape, region) = shape.kept {
                let place = offset + map.count * MemoryLayout<Float>.stride
                guard let read = try scratch?.read(shape: keptShape, at: place) else { return nil }
                kept = TileRun.Kept(map: read, region: region)
            }
            return TileRun(shape.path, position: shape.position, map: map, kept: kept)
        } catch {
            return nil
        }
    }
}

extension TileRun {
    /// What it takes while it waits.
    var byteCount: Int { (state.map.count + (state.kept?.map.count ?? 0)) * MemoryLayout<Float>.stride }
}
