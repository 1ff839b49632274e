/// What is wrong with a safetensors header; becomes a ``SafetensorsError`` where the file and tensor are known.
struct HeaderProblem: Error, Hashable {
    var reason: SafetensorsError.Reason
    var expected: String
    var found: String
    var remedy: String = "the file is damaged: fetch or convert it again"

    init(_ reason: SafetensorsError.Reason, expected: String, found: String) {
        self.reason = reason
        self.expected = expected
        self.found = found
    }

    init(_ reason: SafetensorsError.Reason, expected: String, found: String, remedy: String) {
        self.init(reason, expected: expected, found: found)
        self.remedy = remedy
    }

    /// The error for `file` and, if the problem is with one, for `tensor`.
    func located(file: String, tensor: String? = nil) -> SafetensorsError {
        let isEntry = reason == .malformedHeader && tensor != nil
        return SafetensorsError(
            isEntry ? .malformedEntry : reason, file: file, tensor: tensor, expected: expected, found: found,
            remedy: remedy)
    }
}
