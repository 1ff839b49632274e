import Glibc
import RenderPipeline
import Testing

@Suite("When a picture cannot be written")
struct PNGWriterFailureTests {
    /// Noise that fills more than one block of the encoder, so that appending it writes.
    private static let large = PixelImage.noise(width: 400, height: 400)

    /// Lets everything written to the temporary file go elsewhere from now on.
    private static func redirect(_ writer: borrowing PNGWriter, to path: String) {
        let other = open(path, O_WRONLY | O_CLOEXEC)
        #expect(dup2(other, writer.descriptor) == writer.descriptor)
        close(other)
    }

    /// Checks that `path` is as it was before, and that its folder holds nothing else.
    private static func expectUntouched(_ folder: TemporaryFolder, old: [UInt8]) throws {
        #expect(try folder.names() == ["a.png"])
        #expect(try readFile(folder.file("a.png")) == old)
    }

    enum Step: CaseIterable { case begin, append, finish }

    @Test("A full disk is an error at every step, and the old file stays", arguments: Step.allCases)
    func fullDisk(step: Step) throws {
        let folder = try TemporaryFolder()
        try writeFile([1, 2, 3], to: folder.file("a.png"))
        let image = step == .append ? Self.large : PixelImage.noise(width: 3, height: 3)
        let error = imageError { () throws(ImageFileError) in
            var writer = try PNGWriter(path: folder.file("a.png"))
            if step == .begin { Self.redirect(writer, to: "/dev/full") }
            try writer.begin(width: image.width, height: image.height)
            if step == .append { Self.redirect(writer, to: "/dev/full") }
            try writer.append(rows: image.pixels)
            if step == .finish { Self.redirect(writer, to: "/dev/full") }
            try writer.finish()
        }
        #expect(error?.reason == .system(code: ENOSPC) && error?.operation == .write)
        #expect(
            error?.description
                == "cannot write \(folder.file("a.png")): No space left on device; "
                + "free some space or choose a folder on another file system")
        try Self.expectUntouched(folder, old: [1, 2, 3])
    }

    @Test("The temporary file goes at the error, not when the writer does")
    func removedAtOnce() throws {
        let folder = try TemporaryFolder()
        var writer = try PNGWriter(path: folder.file("a.png"))
        #expect(try folder.names().count == 1)
        Self.redirect(writer, to: "/dev/full")
        #expect(throws: ImageFileError.self) { try writer.begin(width: 1, height: 1) }
        #expect(try folder.names() == [])
        #expect(throws: ImageFileError.self, "a failed writer stays failed") { try writer.append(rows: [1, 2, 3]) }
    }

    @Test("A write that stops half way is an error")
    func shortWrite() throws {
        let folder = try TemporaryFolder()
        let pipePath = folder.file("pipe")
        #expect(mkfifo(pipePath, 0o600) == 0)
        // Not blocking: takes as much as the pipe holds, then says that it would have to wait.
        let reading = open(pipePath, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        let writing = open(pipePath, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        unlink(pipePath)
        defer {
            close(reading)
            close(writing)
        }
        let error = imageError { () throws(ImageFileError) in
            var writer = try PNGWriter(path: folder.file("a.png"))
            #expect(dup2(writing, writer.descriptor) == writer.descriptor)
            try writer.begin(width: Self.large.width, height: Self.large.height)
            try writer.append(rows: Self.large.pixels)
            try writer.finish()
        }
        #expect(error?.reason == .system(code: EAGAIN))
        #expect(try folder.names() == [])
    }

    @Test("Data that cannot be put on the disk are an error")
    func synchronization() throws {
        let folder = try TemporaryFolder()
        let error = imageError { () throws(ImageFileError) in
            var writer = try PNGWriter(path: folder.file("a.png"))
            // Takes everything, and refuses to be synchronised.
            Self.redirect(writer, to: "/dev/null")
            try writer.begin(width: 1, height: 1)
            try writer.append(rows: [1, 2, 3])
            try writer.finish()
        }
        #expect(error?.operation == .synchronize && error?.reason == .system(code: EINVAL))
        #expect(try folder.names() == [])
    }

    @Test("A name that cannot be taken is an error")
    func replacement() throws {
        let folder = try TemporaryFolder()
        let error = imageError { () throws(ImageFileError) in
            var writer = try PNGWriter(path: folder.file("a.png"))
            try writer.begin(width: 1, height: 1)
            try writer.append(rows: [1, 2, 3])
            #expect(mkdir(folder.file("a.png"), 0o700) == 0)
            try writer.finish()
        }
        #expect(error?.operation == .replace && error?.reason == .system(code: EISDIR))
        #expect(try folder.names() == ["a.png"])
    }

    @Test(
        "A folder that is missing or no folder is an error that names the file",
        arguments: [
            ("none/a.png", ENOENT), ("file/a.png", ENOTDIR),
        ])
    func missingFolder(name: String, code: Int32) throws {
        let folder = try TemporaryFolder()
        try writeFile([], to: folder.file("file"))
        let error = imageError { () throws(ImageFileError) in try Self.large.write(pngFile: folder.file(name)) }
        #expect(error?.reason == .system(code: code) && error?.operation == .create)
        #expect(error?.path == folder.file(name))
        #expect(error?.remedy == "create the folder first or choose another path")
        #expect(try folder.names() == ["file"])
    }

    @Test("A folder without permission is an error", .enabled(if: geteuid() != 0, "root may write everywhere"))
    func permission() throws {
        let folder = try TemporaryFolder()
        #expect(chmod(folder.path, 0o500) == 0)
        defer { chmod(folder.path, 0o700) }
        let error = imageError { () throws(ImageFileError) in try Self.large.write(pngFile: folder.file("a.png")) }
        #expect(error?.reason == .system(code: EACCES))
    }

    @Test(
        "A path that names no regular file is refused before any work",
        arguments: ["", "/tmp/", "/tmp", "/dev/null", "a\0b"])
    func impossiblePath(path: String) {
        let error = imageError { () throws(ImageFileError) in _ = try PNGWriter(path: path).descriptor }
        #expect(error?.reason == .invalidUse && error?.operation == .create)
    }

    @Test("A writer that is dropped leaves nothing behind, and the old file as it was")
    func dropped() throws {
        let folder = try TemporaryFolder()
        try writeFile([7], to: folder.file("a.png"))
        do {
            var writer = try PNGWriter(path: folder.file("a.png"))
            try writer.begin(width: 400, height: 400)
            try writer.append(rows: Self.large.pixels)
            #expect(try folder.names().count == 2)
        }
        try Self.expectUntouched(folder, old: [7])
    }

    @Test("Two writers of one path do not disturb each other")
    func concurrent() throws {
        let folder = try TemporaryFolder()
        let images = [1, 2].map { PixelImage.noise(width: 5, height: 5, seed: $0) }
        var first = try PNGWriter(path: folder.file("a.png"))
        var second = try PNGWriter(path: folder.file("a.png"))
        try first.begin(width: 5, height: 5)
        try second.begin(width: 5, height: 5)
        try first.append(rows: images[0].pixels)
        try second.append(rows: images[1].pixels)
        try second.finish()
        #expect(try PixelImage(pngFile: folder.file("a.png")) == images[1])
        try first.finish()
        #expect(try PixelImage(pngFile: folder.file("a.png")) == images[0])
        #expect(try folder.names() == ["a.png"])
    }

    @Test("A symbolic link is replaced, and what it leads to stays")
    func symbolicLink() throws {
        let folder = try TemporaryFolder()
        try writeFile([1], to: folder.file("target"))
        #expect(symlink("target", folder.file("a.png")) == 0)
        let image = PixelImage.noise(width: 2, height: 2)
        try image.write(pngFile: folder.file("a.png"))
        #expect(try readFile(folder.file("target")) == [1])
        #expect(try PixelImage(pngFile: folder.file("a.png")) == image)
    }

    @Test("A bare file name is a file in the current folder")
    func bareName() throws {
        let name = "apldm-test-\(UInt64.random(in: .min ... .max)).png"
        defer { unlink(name) }
        let image = PixelImage.noise(width: 2, height: 2)
        try image.write(pngFile: name)
        #expect(try PixelImage(pngFile: "./\(name)") == image)
    }

    @Test(
        "Calls out of order and rows that do not fit are refused",
        arguments: [
            [.append(3)], [.begin(1, 1), .append(2)], [.begin(1, 1), .append(6)], [.begin(1, 2), .append(3)],
            [.begin(1, 1), .begin(1, 1)], [.begin(0, 1)], [.begin(1, -1)], [.begin(1_000_001, 1)], [.begin(1 << 40, 1)],
            [],
        ] as [[Call]])
    func misuse(calls: [Call]) throws {
        let folder = try TemporaryFolder()
        let error = imageError { () throws(ImageFileError) in
            var writer = try PNGWriter(path: folder.file("a.png"))
            for call in calls {
                switch call {
                case .begin(let width, let height): try writer.begin(width: width, height: height)
                case .append(let count): try writer.append(rows: [UInt8](repeating: 0, count: count))
                }
            }
            try writer.finish()
        }
        #expect(error?.reason == .invalidUse)
        #expect(try folder.names() == [])
    }

    enum Call: Sendable {
        case begin(Int, Int)
        case append(Int)
    }
}
