import FoundationEssentials
import Hummingbird
import RenderJobs

/// The files of pictures.
struct PictureFiles: Sendable {
    let folder: String

    func path(of picture: JobPicture) -> String { folder + "/" + picture.fileName }

    /// The picture of a job.
    ///
    /// - Throws: ``Fault`` when it has none, or none any more.
    func bytes(of job: RenderJob) throws -> Data {
        guard let data = FileManager.default.contents(atPath: path(of: try job.finishedPicture)) else {
            throw Fault.pictureGone(job.id)
        }
        return data
    }
}

extension RenderJob {
    /// What it was finished with; a ``Fault`` is thrown when it was not.
    var finishedPicture: JobPicture {
        get throws {
            guard case .finished(let picture, _, _) = state else {
                throw Fault(.conflict, code: "wrong_state", "job \(id) is \(state.name.rawValue) and has no picture")
            }
            return picture
        }
    }
}

extension Fault {
    static func pictureGone(_ id: RenderJob.ID) -> Fault {
        Fault(.gone, code: "picture_gone", "the picture of job \(id) was removed from its folder")
    }
}
