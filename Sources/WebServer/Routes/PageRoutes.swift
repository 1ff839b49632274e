import Hummingbird

/// The web page and what it is made of. They hold nothing of anybody: everything on the page is asked for as other
/// clients do.
struct PageRoutes {
    func add(to router: Router<RequestContext>) {
        router.get { request, _ in try response(to: request, PageFile.index) }
        router.get("page/:name") { request, context in
            guard let name = context.parameters.get("name"), let file = PageFile.named[name] else {
                throw Fault(.notFound, code: "not_found", "there is no such file", remedy: "open / in a browser")
            }
            return try response(to: request, file)
        }
    }

    private func response(to request: Request, _ file: PageFile) throws -> Response {
        var headers = file.headers
        // Browsers keep the files and ask every time whether they are still the same: an upgrade takes effect at once.
        if request.headers[.ifNoneMatch]?.contains(file.tag) == true {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.body))
    }
}
