public import FoundationEssentials
public import Tensors

/// A safetensors file among the golden fixtures.
public struct GoldenFile: Sendable {
    /// Where the fixtures are, wherever the tests run.
    public static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")

    /// Shapes and types by name.
    public var entries: [String: TensorDescriptor] { file.tensors }
    private let file: SafetensorsFile

    /// - Parameter path: relative to the fixtures.
    /// - Throws: when there is no such file.
    public init(_ path: String) throws { file = try SafetensorsFile(path: Self.folder.appending(path: path).path) }

    /// The elements of a tensor, whatever their type, in binary64.
    ///
    /// - Throws: when there is no such tensor.
    public func values(_ name: String) throws -> [Double] { try file.doubles(name) }
}
