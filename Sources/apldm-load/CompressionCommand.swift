import ArgumentParser
import CommandSupport
import Foundation
import LoadTesting
import Tensors

/// Measures what compression gives for tensors as they are sent.
struct Compression: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure what compression gives for the tensors of a file.",
        discussion: """
            Tensors come from 'apldm-coord render --dump FILE', for example. They are compressed as on the wire: chunk by \
            chunk, plain or with their bytes sorted by place, whichever gets smaller. 'pays below' is the speed of the \
            fastest link on which sending less makes up for the time.

            Example:
              apldm-load compression stages.safetensors --only decoded
            """)

    @Argument(help: ArgumentHelp("A safetensors file.", valueName: "FILE")) var file: String
    @Option(help: ArgumentHelp("Only tensors whose name contains this.", valueName: "TEXT")) var only: String?
    @Flag(help: "Print the report as JSON.") var json = false

    func run() async throws {
        do {
            let tensors = try SafetensorsFile(path: file)
            let names = tensors.tensors.keys.filter { name in only.map(name.contains) ?? true }.sorted()
            let rows = try names.map { name in
                let tensor = try tensors.tensor(name)
                // On the wire channels come last.
                return try CompressionMeasurement(tensor.shape.count == 4 ? tensor.channelsLast() : tensor, name: name)
            }
            try Console.result(json ? try Self.json(rows) : Self.table(rows))
        } catch let error as SafetensorsError {
            Console.error("error: \(error)")
            throw ExitCode(65)
        }
    }

    private static func json(_ rows: [CompressionMeasurement]) throws -> String {
        return try Console.json(rows)
    }

    private static func table(_ rows: [CompressionMeasurement]) -> String {
        func megabytes(_ rate: Double) -> String { "\(Int(rate / 1e6)) MB/s" }
        let lines = rows.map { row in
            "| \(row.name) | \(row.byteCount >> 10) KiB | \(Double(Int(row.ratio * 100)) / 100) | "
                + "\(row.isShuffled ? "yes" : "no") | \(megabytes(row.compressionRate)) | "
                + "\(megabytes(row.decompressionRate)) | \(megabytes(row.breakEven)) |"
        }
        let head = [
            "| tensor | raw | ratio | sorted | compressed at | decompressed at | pays below |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        return (head + lines).joined(separator: "\n")
    }
}
