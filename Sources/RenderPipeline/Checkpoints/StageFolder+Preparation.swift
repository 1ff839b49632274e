import Glibc

extension StageFolder {
    /// Refuses a folder that is not there: a name with a slip would begin the work anew.
    ///
    /// - Throws: when `path` names no folder.
    public static func requireFolder(at path: String) throws(StageFolderError) {
        var information = stat()
        guard stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR else {
            throw StageFolderError(
                path: path, .missing, problem: "there is no such folder of stages", remedy: "check the path")
        }
    }

    /// Makes a folder where there is none; that around it has to be there.
    ///
    /// - Throws: when the system refuses.
    public static func makeFolder(at path: String) throws(StageFolderError) {
        if mkdir(path, 0o777) != 0, errno != EEXIST {
            throw StageFolderError(writing: path, folder: path, code: errno)
        }
    }

    /// An empty list of stages in a folder that is made where it is not there.
    static func fresh(
        at path: String, _ plan: RenderPlan, _ identity: RenderIdentity
    ) throws(StageFolderError) -> StageFolder {
        try makeFolder(at: path)
        let manifest = StageManifest(identity)
        try manifest.write(to: path)
        return StageFolder(path: path, manifest: manifest, stageCount: plan.stages.count)
    }

    static func damage(_ path: String, _ problem: String) -> StageFolderError {
        StageFolderError(
            path: path, .damaged, problem: problem, remedy: "start again with --save-stages in another folder")
    }
}
