/// Checks that the tensors of a header fill the data of their file: each as long as its shape says, one after the
/// other, without overlap, hole or rest.
struct SafetensorsLayout {
    /// Where the data begins in the file.
    let dataStart: Int
    /// The bytes the file has.
    let fileSize: Int

    func check(_ entries: [SafetensorsEntry], file: String) throws(SafetensorsError) {
        for entry in entries {
            if let problem = problem(of: entry) { throw problem.located(file: file, tensor: entry.name) }
        }
        let ordered = entries.sorted { ($0.begin, $0.end, $0.name) < ($1.begin, $1.end, $1.name) }
        // A file that was cut off is by far the most common case: said before anything else about offsets.
        let end = ordered.map(\.end).max() ?? 0
        if end > fileSize - dataStart { throw truncated(at: end).located(file: file) }
        var position = 0
        for entry in ordered {
            if entry.begin != position {
                throw misplaced(entry, wanted: position).located(file: file, tensor: entry.name)
            }
            position = entry.end
        }
        if dataStart + position < fileSize {
            throw HeaderProblem(
                .trailingBytes, expected: "\(dataStart + position) bytes, where the last tensor ends",
                found: "\(fileSize)"
            ).located(file: file)
        }
    }

    private func problem(of entry: SafetensorsEntry) -> HeaderProblem? {
        guard entry.begin <= entry.end else {
            return HeaderProblem(
                .reversedOffsets, expected: "data that begins before it ends",
                found: "data_offsets \(entry.begin) and \(entry.end)")
        }
        guard let size = entry.shape.byteCount(of: entry.elementType) else {
            return HeaderProblem(
                .shapeTooLarge, expected: "fewer than 2⁶³ bytes", found: "shape \(entry.shape)")
        }
        guard size == entry.end - entry.begin else {
            return HeaderProblem(
                .sizeMismatch, expected: "\(size) bytes for \(entry.elementType.rawValue) \(entry.shape)",
                found: "\(entry.end - entry.begin)")
        }
        return nil
    }

    private func truncated(at end: Int) -> HeaderProblem {
        let size = UInt64(dataStart) + UInt64(end)  // neither is negative, so this does not overflow
        return HeaderProblem(
            .truncated, expected: "\(size) bytes", found: "\(fileSize): \(size - UInt64(fileSize)) are missing",
            remedy: "the file was cut off, or is still being fetched: fetch it again")
    }

    private func misplaced(_ entry: SafetensorsEntry, wanted: Int) -> HeaderProblem {
        HeaderProblem(
            entry.begin < wanted ? .overlap : .hole,
            expected: "data that begins at offset \(wanted), where that of the tensor before ends",
            found: "it at \(entry.begin)")
    }
}

extension [Int] {
    /// The bytes that as many elements of `type` take, or nil when that cannot be counted.
    fileprivate func byteCount(of type: ElementType) -> Int? {
        var product = type.byteWidth
        for extent in self {
            let (next, overflow) = product.multipliedReportingOverflow(by: extent)
            if overflow { return nil }
            product = next
        }
        return product
    }
}
