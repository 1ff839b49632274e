import Testing

/// Everything that runs the executable, one run after the other: each of them takes all processors.
@Suite(.serialized)
enum CommandLineTests {}
