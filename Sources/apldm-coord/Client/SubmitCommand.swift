import ArgumentParser
import CommandSupport
import CoordinatorClient
import FoundationEssentials

struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Ask a running coordinator for a picture.",
        discussion: """
            Prints the job's number. Widths and heights are pixels; what is left out is the coordinator's choice.

            Examples:
              apldm-coord submit "a lake at noon" --width 1024 --height 1024 --guidance-scale 5
              apldm-coord submit "a lake at noon" --output lake.png
            """)

    @Argument(help: "What to draw.") var prompt: String
    @Option(help: "What to lead away from.") var negativePrompt: String?
    @Option(help: ArgumentHelp("Pixels.", valueName: "N")) var width: Int?
    @Option(help: ArgumentHelp("Pixels.", valueName: "N")) var height: Int?
    @Option(help: ArgumentHelp("What the random numbers start from.", valueName: "N")) var seed: UInt64?
    @Option(help: ArgumentHelp("Sampling steps of stage one.", valueName: "N")) var steps: Int?
    @Option(help: ArgumentHelp("Classifier-free guidance.", valueName: "X")) var guidanceScale: Double?
    @Option(help: ArgumentHelp("How to get to the size: apldm or direct.", valueName: "NAME")) var method: String?
    @Option(help: ArgumentHelp("Which sampler.", valueName: "NAME")) var sampler: String?
    @Option(help: ArgumentHelp("Whose job it is.", valueName: "NAME")) var owner: String?
    @Option(help: ArgumentHelp("Among the owner's jobs, the higher first: -100 to 100.", valueName: "N"))
    var priority: Int?
    @Flag(help: "Show what happens until it has ended.") var watch = false
    @Option(name: .shortAndLong, help: ArgumentHelp("Wait for the picture and write it there.", valueName: "FILE"))
    var output: String?
    @OptionGroup(title: "Coordinator") var client: ClientOptions

    func run() async throws {
        try await client.asking { coordinator in
            var order = PictureOrder(prompt: prompt)
            order.negativePrompt = negativePrompt
            order.width = width
            order.height = height
            order.seed = seed
            order.steps = steps
            order.guidanceScale = guidanceScale
            order.method = method
            order.sampler = sampler
            order.owner = owner
            order.priority = priority
            let job = try await coordinator.submit(order)
            try client.print(job) { "\($0.id)" }
            guard watch || output != nil else { return }
            try await JobWatch(coordinator: coordinator, isQuiet: !watch).wait(for: job.id)
            if let output { try PictureDownload.write(try await coordinator.picture(job.id), to: output) }
        }
    }
}
