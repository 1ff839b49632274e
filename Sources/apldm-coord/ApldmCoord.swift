import ArgumentParser
import Glibc

@main
struct ApldmCoord: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "apldm-coord",
        abstract: "Renders high-resolution pictures with Stable Diffusion models, by the AP-LDM method.",
        discussion: """
            Examples:
              apldm-coord render "snowy mountains at sunset" --width 1024 --height 1024 --guidance-scale 5
              apldm-coord render "a castle" --model DIR --image-sizes 2048x2048 --count 4 --output castle.png
              apldm-coord render --from castle.png --output again.png
              apldm-coord render "a lake" --local-workers 2 --image-sizes 4096x4096
              apldm-coord serve --listen 0.0.0.0:7420 --join-token-file token --tls-cert c.pem --tls-key k.pem
              apldm-coord submit "a lake" --width 1024 --height 1024 --output lake.png
              apldm-coord evaluate --scenes 50 --size 1024 --output evaluation-1024
              apldm-coord model inspect DIR
              apldm-coord verify DIR

            Exit codes: 0 success; 1 a verification case failed; 64 the command line or the request cannot be carried \
            out; 65 a model or another input file is broken; 66 an input is missing; 69 another host or an address cannot \
            be used; 70 an internal error, or tasks that fail on every host; 73 the output cannot be created; 74 reading \
            or writing failed, for example on a full disk; 77 another host refused; 130 and 143 interrupted by Ctrl-C \
            (SIGINT) and by SIGTERM, with no half file left.
            """,
        version: version,
        subcommands: [
            RenderCommand.self, ServeCommand.self, KeysCommand.self, EvaluateCommand.self, ModelCommand.self,
            VerifyCommand.self, BenchCommand.self,
        ],
        groupedSubcommands: [
            CommandGroup(
                name: "Asking a running coordinator",
                subcommands: [
                    SubmitCommand.self, JobsCommand.self, ShowCommand.self, WatchCommand.self, FetchCommand.self,
                    CancelCommand.self, WorkersCommand.self, DrainCommand.self, UndrainCommand.self,
                ])
        ])

    static func main() async {
        turnSignalsIntoErrors()
        await main(nil)
    }

    /// Lets a write that cannot be done fail where it is made instead of ending the program, so that the temporary
    /// file is removed and the user is told.
    private static func turnSignalsIntoErrors() {
        // A file that grows beyond `ulimit -f`: the write fails with EFBIG, like that to a full disk.
        signal(SIGXFSZ, SIG_IGN)
        // Nobody reads the progress or the result any more: hours of work are still worth a file.
        signal(SIGPIPE, SIG_IGN)
    }
}
