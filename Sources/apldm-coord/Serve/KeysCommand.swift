public import ArgumentParser
import CommandSupport
import FoundationEssentials
public import WebServer

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make and take back the keys that 'serve --keys' asks for.",
        discussion: """
            Examples:
              apldm-coord keys add ann --role admin
              apldm-coord keys add grafana --role read --keys /etc/apldm/keys
              apldm-coord keys list
              apldm-coord keys remove ann

            A running server takes notice within seconds.
            """,
        subcommands: [Add.self, List.self, Remove.self])

    struct Place: ParsableArguments {
        @Option(help: ArgumentHelp("The file of keys.", valueName: "FILE")) var keys = "keys"
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key and print it; it is kept nowhere, only its digest is.")

        @Argument(help: "Whose it is; jobs that are asked for with it are theirs.") var name: String
        @Option(
            help: ArgumentHelp(
                "What its holder may do: read (look), submit (ask for pictures and cancel the own ones), or admin "
                    + "(also cancel those of others, and drain workers).", valueName: "ROLE"))
        var role: KeyRole
        @OptionGroup var place: Place

        func run() async throws {
            try await Failure.reporting {
                var file =
                    FileManager.default.fileExists(atPath: place.keys) ? try KeyFile(path: place.keys) : KeyFile()
                let key = try file.add(name, role: role)
                try file.write(to: place.keys)
                try Console.result(key)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the names and their roles.")

        @OptionGroup var place: Place

        func run() async throws {
            try await Failure.reporting {
                for entry in try KeyFile(path: place.keys).entries {
                    try Console.result("\(entry.role.rawValue.padded(to: 8))\(entry.name)")
                }
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take a key back.")

        @Argument(help: "Whose it is.") var name: String
        @OptionGroup var place: Place

        func run() async throws {
            try await Failure.reporting {
                var file = try KeyFile(path: place.keys)
                try file.remove(name)
                try file.write(to: place.keys)
            }
        }
    }
}

extension KeyRole: ExpressibleByArgument {}
