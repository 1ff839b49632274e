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
        guard case .finished(let picture, _, _) = job.state else { throw Fault.noPicture(job) }
        guard let data = FileManager.default.contents(atPath: path(of: picture)) else {
            throw Fault.pictureGone(job.id)
        }
        return data
    }
}

extension Fault {
    static func noPicture(_ job: RenderJob) -> Fault {
        Fault(.conflict, code: "wrong_state", "job \(job.id) is \(job.state.name.rawValue) and has no picture")
    }

    static func pictureGone(_ id: RenderJob.ID) -> Fault {
        Fault(.gone, code: "picture_gone", "the picture of job \(id) was removed from its folder")
    }
}
