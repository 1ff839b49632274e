import Glibc
import Tensors

extension ImageFileError {
    /// A picture that could not be put in its place.
    init(path: String, _ failure: ReplacementFile.Failure) {
        let operation: Operation =
            switch failure.operation {
            case .create: .create
            case .write: .write
            case .synchronize: .synchronize
            case .replace: .replace
            }
        switch (failure.operation, failure.code) {
        case (.create, EISDIR):
            self.init(
                path: path, operation: operation, reason: .invalidUse, problem: "the path does not name a file",
                remedy: "give a path that ends in a file name")
        case (.create, EEXIST):
            self.init(
                path: path, operation: operation, reason: .invalidUse,
                problem: "something that is not a regular file has this name", remedy: "choose another path")
        default:
            self.init(path: path, operation: operation, systemError: failure.code)
        }
    }
}
