import ClusterMessages
import DiffusionModels
import FoundationEssentials
import Logging

/// Fetches models that a worker lacks from its coordinator, one after the other, file by file.
actor ModelPuller {
    private struct Pull {
        let model: ContentDigest
        var manifest: ModelManifest?
        /// Files that have yet to come, the current one first.
        var missing: [ModelManifest.File] = []
        var stream: UInt64 = 0
    }

    private let cache: ModelCache
    private let shelf: any ModelShelf
    private let outbox: Outbox
    private let log: Logger
    private let digests = FileDigests()
    private var current: Pull?
    private var incoming: IncomingFile?
    private var waiting: [ContentDigest] = []
    /// Odd numbers are those of streams that a worker begins.
    private var nextStream: UInt64 = 1

    init(cache: ModelCache, shelf: any ModelShelf, outbox: Outbox, log: Logger) {
        self.cache = cache
        self.shelf = shelf
        self.outbox = outbox
        self.log = log
    }

    /// Begins to fetch a model, unless it is being fetched.
    func fetch(_ model: ContentDigest) throws {
        guard current?.model != model, !waiting.contains(model) else { return }
        waiting.append(model)
        try begin()
    }

    private func begin() throws {
        guard current == nil, !waiting.isEmpty else { return }
        let model = waiting.removeFirst()
        current = Pull(model: model)
        log.info("fetching a model", metadata: ["model": "\(model)"])
        try outbox.send(.modelState(ModelState(model: model, availability: .pulling)))
        try outbox.send(.modelPull(ModelPull(model: model)))
    }

    /// The files of the model.
    func manifestCame(_ manifest: ModelManifest) async throws {
        guard current?.model == manifest.model, current?.manifest == nil else { return }
        let folder = cache.partialFolder(manifest.model)
        var missing: [ModelManifest.File] = []
        for file in manifest.files {
            let path = folder + "/" + file.path
            let isHere =
                FileManager.default.fileExists(atPath: path)
                ? try await digests.digests(of: [path]) == [file.sha256.hexadecimal] : false
            if !isHere { missing.append(file) }
        }
        current?.manifest = manifest
        current?.missing = missing
        try await next()
    }

    /// A file is about to come.
    func fileBegins(_ header: TensorHeader, stream: UInt64) throws {
        guard let pull = current, pull.stream == stream, let file = pull.missing.first else { return }
        do {
            incoming = try IncomingFile.begin(file, folder: cache.partialFolder(pull.model), header: header)
        } catch let error as ClusterError {
            try fail(error)
        }
    }

    /// A piece of it.
    ///
    /// - Returns: whether the stream is a file's.
    func chunkCame(_ chunk: TensorChunk, stream: UInt64) async throws -> Bool {
        guard stream % 2 == 1 else { return false }
        guard current?.stream == stream, incoming != nil else { return true }
        do {
            try incoming?.append(chunk)
            guard incoming?.isComplete == true, let file = incoming.take() else { return true }
            try file.finish()
        } catch let error as ClusterError {
            try fail(error)
            return true
        }
        current?.missing.removeFirst()
        try await next()
        return true
    }

    /// Asks for the next file, or takes the model into use.
    private func next() async throws {
        guard let pull = current else { return }
        if let file = pull.missing.first {
            current?.stream = nextStream
            try outbox.send(.modelPull(ModelPull(model: pull.model, file: file.sha256)), stream: nextStream)
            nextStream += 2
            return
        }
        do {
            let place = try await cache.complete(pull.model, digests)
            await shelf.add(place)
            // Read now, so that the first task does not wait for it.
            let isReady = await shelf.runner(for: pull.model) != nil
            log.info("a model has come", metadata: ["model": "\(pull.model)"])
            try outbox.send(.modelState(ModelState(model: pull.model, availability: isReady ? .ready : .failed)))
            current = nil
            try begin()
        } catch let error as WireError {
            throw error
        } catch {
            try fail(error)
        }
    }

    private func fail(_ error: any Error) throws {
        guard let pull = current else { return }
        log.error("a model cannot be had", metadata: ["model": "\(pull.model)", "reason": "\(error)"])
        let text = String("\(error)".prefix(500))
        try outbox.send(.modelState(ModelState(model: pull.model, availability: .failed, text: text)))
        current = nil
        incoming = nil
        try begin()
    }
}
