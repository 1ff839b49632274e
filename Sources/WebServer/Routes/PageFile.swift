import Crypto
import Hummingbird
import RenderPipeline

/// A file of the web page, which is part of the program.
struct PageFile: Sendable {
    let body: ByteBuffer
    /// The entity tag: the digest of the bytes, in quotes.
    let tag: String
    private let type: String

    private init(_ bytes: [UInt8], _ type: String) {
        body = ByteBuffer(bytes: bytes)
        tag = "\"\(Array(SHA256.hash(data: bytes).prefix(16)).hexadecimal)\""
        self.type = type
    }

    private static func script(_ bytes: [UInt8]) -> PageFile { PageFile(bytes, "text/javascript; charset=utf-8") }

    /// What `/` answers.
    static let index = PageFile(PackageResources.index_html, "text/html; charset=utf-8")

    /// Everything else, by the name below `/page/`. What is not listed here cannot be reached.
    static let named: [String: PageFile] = [
        "access.js": script(PackageResources.access_js),
        "actions.js": script(PackageResources.actions_js),
        "api.js": script(PackageResources.api_js),
        "elements.js": script(PackageResources.elements_js),
        "events.js": script(PackageResources.events_js),
        "form.js": script(PackageResources.form_js),
        "gallery.js": script(PackageResources.gallery_js),
        "icon.svg": PageFile(PackageResources.icon_svg, "image/svg+xml"),
        "main.js": script(PackageResources.main_js),
        "news.js": script(PackageResources.news_js),
        "notices.js": script(PackageResources.notices_js),
        "page.css": PageFile(PackageResources.page_css, "text/css; charset=utf-8"),
        "parts.css": PageFile(PackageResources.parts_css, "text/css; charset=utf-8"),
        "pictures.js": script(PackageResources.pictures_js),
        "progress.js": script(PackageResources.progress_js),
        "queue.js": script(PackageResources.queue_js),
        "running.js": script(PackageResources.running_js),
        "tiles.js": script(PackageResources.tiles_js),
        "viewer.js": script(PackageResources.viewer_js),
        "words.js": script(PackageResources.words_js),
        "workers.js": script(PackageResources.workers_js),
    ]

    /// The paths of all files, which nobody needs a key for.
    static let paths = Set(["/"] + named.keys.map { "/page/" + $0 })

    /// Nothing but this server's own files runs, is shown or is asked, whatever a prompt or a worker's name holds.
    private static let policy = [
        "default-src 'self'", "img-src 'self' blob: data:", "object-src 'none'", "base-uri 'none'",
        "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    var headers: HTTPFields {
        var fields: HTTPFields = [.contentType: type, .eTag: tag, .cacheControl: "no-cache"]
        fields[.contentSecurityPolicy] = Self.policy
        fields[.xContentTypeOptions] = "nosniff"
        for (name, value) in [("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin")] {
            if let name = HTTPFields.Element.Name(name) { fields[name] = value }
        }
        return fields
    }
}
