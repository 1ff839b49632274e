import Cluster
import ClusterMessages
import Logging
import Telemetry
import Tensors
import Testing

extension FarmTests {
    /// What a request is called in the logs of all hosts.
    struct TraceTests {
        @Test func aTaskCarriesTheTraceOfItsJobToTheWorker() async throws {
            let (coordinator, worker) = (RecordedLog(), RecordedLog())
            let trace = TraceID()
            try await LoopbackFarm.run {
                $0.log = coordinator.logger
                $0.workerLog = worker.logger
            } _: { farm in
                try await farm.startWorkers(1)
                let task = ClusterTask(
                    .upsample(to: PixelSize(height: 8, width: 8)), model: TestModel.digest,
                    inputs: [.inline(Tensor(shape: [1, 4, 4, 3]))], outputShapes: [[1, 8, 8, 3]], work: 1, sizes: [8])
                for trace in [trace, nil] {
                    let job = await farm.farm.beginJob(numericsClass: nil, trace: trace)
                    _ = try await farm.farm.perform(task, in: job)
                    await farm.farm.endJob(job)
                }
                // The worker's last line may come after the result.
                while worker.lines.count(where: { $0.text == "task carried out" }) < 2 {
                    try await Task.sleep(for: .milliseconds(1))
                }
            }
            for (log, lines) in [
                (coordinator, ["attempt begins", "attempt has a result"]),
                (worker, ["task taken", "task carried out"]),
            ] {
                for text in lines {
                    let traces = log.lines.filter { $0.text == text }.map { $0.metadata["trace"] }
                    #expect(traces == ["\(trace)", nil], "\(text)")
                }
            }
        }

        @Test(arguments: [
            String(repeating: "x", count: 54), String(repeating: "x", count: 56),
            "00-" + String(repeating: "\u{1b}", count: 52),
        ])
        func anOfferWithATraceThatIsNoneIsRefused(trace: String) throws {
            let offer = TaskOffer(
                attempt: TaskAttempt(epoch: 1, task: 1, attempt: 1), job: "job-1", model: TestModel.digest,
                operation: .canary, inputs: [], deadlineMilliseconds: 1000, trace: trace)
            #expect(throws: WireError.self) { try WireMessage.taskOffer(offer).frame() }
        }
    }
}
