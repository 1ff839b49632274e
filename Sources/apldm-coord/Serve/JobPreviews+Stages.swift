import RenderJobs
import RenderPipeline

extension JobPreviews {
    /// Shows a finished stage of a job. What cannot be shown is no reason to give up a picture.
    func note(_ stage: FinishedStage, of id: RenderJob.ID) {
        guard let png = try? PicturePreview.png(decoded: stage.picture, longestEdge: Self.longestEdge) else { return }
        set(Preview(stage: stage.index, png: png), of: id)
    }
}
