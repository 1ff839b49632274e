import FoundationEssentials

/// Reads server-sent events, wherever their bytes are cut.
package struct EventParser: Sendable {
    /// An event as it is written.
    package struct Event: Sendable, Hashable {
        package var name: String
        package var data: String

        package init(name: String, data: String) {
            self.name = name
            self.data = data
        }
    }

    /// The longest line, in bytes: a preview in base64 is well below.
    package static let longestLine = 16 << 20

    private var line: [UInt8] = []
    private var name = ""
    private var data: [String] = []

    package init() {}

    /// Takes more bytes in.
    ///
    /// - Returns: the events that are whole now.
    /// - Throws: ``CoordinatorClientError`` for a line that does not end.
    package mutating func feed(_ bytes: some Sequence<UInt8>) throws(CoordinatorClientError) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                guard line.count < Self.longestLine else {
                    throw CoordinatorClientError(
                        .answer, "an event does not end", remedy: "look whether --server is one")
                }
                line.append(byte)
                continue
            }
            if let event = end() { events.append(event) }
        }
        return events
    }

    private mutating func end() -> Event? {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        let text = String(decoding: line, as: UTF8.self)
        line = []
        guard !text.isEmpty else {
            defer { (name, data) = ("", []) }
            return data.isEmpty ? nil : Event(name: name, data: data.joined(separator: "\n"))
        }
        let colon = text.firstIndex(of: ":") ?? text.endIndex
        var value = text[colon...].dropFirst()
        if value.first == " " { value = value.dropFirst() }
        switch text[..<colon] {
        case "event": name = String(value)
        case "data": data.append(String(value))
        default: break
        }
        return nil
    }
}

extension JobNews {
    /// Nil for an event of a later version.
    init?(_ event: EventParser.Event) throws {
        struct Progress: Decodable {
            let progress: Double
        }
        struct Preview: Decodable {
            let stage: Int
        }
        let data = Data(event.data.utf8)
        do {
            switch event.name {
            case "job": self = .job(try JSONDecoder().decode(RemoteJob.self, from: data))
            case "progress": self = .progress(try JSONDecoder().decode(Progress.self, from: data).progress)
            case "preview": self = .preview(stage: try JSONDecoder().decode(Preview.self, from: data).stage)
            default: return nil
            }
        } catch {
            throw CoordinatorClientError(
                .answer, "an event is not what a coordinator says", remedy: "look whether --server is one")
        }
    }
}
