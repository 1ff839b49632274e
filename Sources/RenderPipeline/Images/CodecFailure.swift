import CPNG

/// What the PNG codec reports.
struct CodecFailure {
    static let messageCapacity = 256
    static let outOfMemory = CodecFailure(status: .CPNG_OUT_OF_MEMORY, systemError: 0, message: "out of memory")

    private let status: cpng_status
    private let systemError: Int32
    private let message: String

    private init(status: cpng_status, systemError: Int32, message: String) {
        self.status = status
        self.systemError = systemError
        self.message = message
    }

    init(_ failure: cpng_failure, _ message: [CChar]) {
        let text = message.prefix { $0 != 0 }.lazy.map { UInt8(bitPattern: $0) }
        self.init(
            status: failure.status, systemError: failure.system_error, message: String(decoding: text, as: UTF8.self))
    }

    fileprivate func error(path: String, operation: ImageFileError.Operation) -> ImageFileError {
        let (reason, problem, remedy): (ImageFileError.Reason, String, String)
        switch status {
        case .CPNG_SYSTEM_ERROR: return ImageFileError(path: path, operation: operation, systemError: systemError)
        case .CPNG_TOO_LARGE:
            (reason, problem, remedy) = (
                .tooLarge, "too large: \(message)", "use a smaller picture without large texts"
            )
        case .CPNG_OUT_OF_MEMORY: (reason, problem, remedy) = (.outOfMemory, message, "free some memory")
        case .CPNG_DAMAGED:
            (reason, problem, remedy) = (.damaged, "not an undamaged PNG file: \(message)", "save or copy it again")
        case .CPNG_MISUSE, .CPNG_OK:
            (reason, problem, remedy) = (.invalidUse, message, "give a whole picture, from its first row to its last")
        }
        return ImageFileError(path: path, operation: operation, reason: reason, problem: problem, remedy: remedy)
    }
}

extension ImageFileError {
    init(path: String, operation: Operation, codecFailure: CodecFailure) {
        self = codecFailure.error(path: path, operation: operation)
    }
}
