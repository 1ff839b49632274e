import FoundationEssentials
import Glibc
import Tensors

extension StageManifest {
    /// Reads and checks the manifest of a folder; nil when it has none.
    init?(folder: String) throws(StageFolderError) {
        let path = "\(folder)/\(Self.name)"
        let data: Data
        do throws(StageFolderError) {
            data = try Self.contents(of: path)
        } catch {
            if error.reason == .missing { return nil }
            throw error
        }
        do {
            self = try JSONDecoder().decode(StageManifest.self, from: data)
        } catch {
            throw StageFolder.damage(path, "it is not the list of stages that was written")
        }
        if let contradiction { throw StageFolder.damage(path, contradiction) }
    }

    private static func contents(of path: String) throws(StageFolderError) -> Data {
        let file = try StageFile(path: path)
        var block = [UInt8](repeating: 0, count: 1 << 16)
        var data = Data()
        while true {
            let count = try file.read(into: &block)
            if count == 0 { return data }
            data += block.prefix(count)
            guard data.count <= largestFile else {
                throw StageFolder.damage(path, "it is larger than any list of stages")
            }
        }
    }

    /// Puts the manifest in its place.
    func write(to folder: String) throws(StageFolderError) {
        let path = "\(folder)/\(Self.name)"
        let text: [UInt8]
        do { text = try json() } catch { throw StageFolder.damage(path, "\(error)") }
        do throws(ReplacementFile.Failure) {
            var file = try ReplacementFile(replacing: path)
            try file.write(text.span)
            try file.commit()
        } catch {
            throw StageFolderError(writing: path, folder: folder, code: error.code)
        }
    }
}
