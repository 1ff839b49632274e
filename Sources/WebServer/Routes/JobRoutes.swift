import Hummingbird
import Logging
import RenderJobs

/// Jobs: submit, list, look at, cancel.
struct JobRoutes {
    let runner: JobRunner
    let inputs: InputPictures
    let log: Logger

    func add(to group: RouterGroup<RequestContext>) {
        group.post(use: submit)
        group.get(use: list)
        group.get(":id", use: show)
        group.delete(":id", use: cancel)
        group.post(":id/pause") { _, context in try await change(context, runner.pause) }
        group.post(":id/resume") { _, context in try await change(context, runner.resume) }
        group.post(":id/retry") { _, context in try await change(context, runner.retry) }
    }

    @Sendable private func submit(_ request: Request, _ context: RequestContext) async throws -> Response {
        let job = try await runner.submit(try await JobBody.read(request, context, from: inputs))
        log.info(
            "job submitted", metadata: ["job": "\(job.id)", "owner": "\(job.owner)", "trace": "\(context.trace)"])
        var body = JSONBody(JobDescription(job, progress: nil), status: .created)
        body.headers[.location] = "/v1/jobs/\(job.id)"
        return try body.response(from: request, context: context)
    }

    private struct Page: Encodable {
        let jobs: [JobDescription]
        /// How many there are in each state.
        let counts: [String: Int]
    }

    @Sendable private func list(_ request: Request, _ context: RequestContext) async throws -> JSONBody<Page> {
        let parameters = request.uri.queryParameters
        let known: Set<Substring> = ["owner", "state", "before", "limit"]
        for (key, _) in parameters where !known.contains(key) {
            throw Fault.invalid(
                String(key.prefix(100)), "there is no such parameter", remedy: "use owner, state, before, limit")
        }
        let jobs = try await runner.jobs(
            JobSelection(
                owner: parameters["owner"].map(String.init),
                state: try parameter("state", of: parameters, JobState.Name.init),
                before: try parameter("before", of: parameters) { UInt64($0).map(RenderJob.ID.init) },
                limit: try parameter("limit", of: parameters) { Int($0) } ?? 100))
        let counts = try await runner.counts()
        return JSONBody(
            Page(
                jobs: jobs.map { JobDescription($0, progress: runner.progress(of: $0.id)) },
                counts: Dictionary(
                    uniqueKeysWithValues: JobState.Name.allCases.map { ($0.rawValue, counts[$0] ?? 0) })))
    }

    private func parameter<Value>(
        _ name: String, of parameters: Parameters, _ read: (String) -> Value?
    ) throws -> Value? {
        guard let text = parameters[name[...]] else { return nil }
        guard let value = read(String(text)) else {
            throw Fault(.badRequest, code: "invalid_request", "'\(text.prefix(100))' cannot be that", field: name)
        }
        return value
    }

    @Sendable private func show(
        _ request: Request, _ context: RequestContext
    ) async throws -> JSONBody<JobDescription> {
        let id = try RenderJob.ID(context)
        let job = try await runner.known(id)
        return JSONBody(JobDescription(job, progress: runner.progress(of: id)))
    }

    @Sendable private func cancel(
        _ request: Request, _ context: RequestContext
    ) async throws -> JSONBody<JobDescription> {
        try await change(context, runner.cancel)
    }

    /// Does something to a job that its owner or an administrator may do.
    private func change(
        _ context: RequestContext, _ act: (RenderJob.ID) async throws -> RenderJob
    ) async throws -> JSONBody<JobDescription> {
        let id = try RenderJob.ID(context)
        if let name = context.caller.name, context.caller.role < .admin {
            let job = try await runner.known(id)
            if job.owner != name { try context.caller.require(.admin) }
        }
        return JSONBody(JobDescription(try await act(id), progress: nil))
    }
}

extension JobRunner {
    /// A job that somebody asks for by its number.
    ///
    /// - Throws: ``JobError/unknown(_:)`` when there is none, or none any more.
    func known(_ id: RenderJob.ID) async throws -> RenderJob {
        guard let job = try await job(id) else { throw JobError.unknown(id) }
        return job
    }
}

extension RenderJob.ID {
    /// The job that a path names.
    init(_ context: RequestContext) throws {
        guard let number = context.parameters.get("id", as: UInt64.self) else {
            throw Fault(.notFound, code: "no_such_job", "a job is called by its number")
        }
        self.init(number)
    }
}
