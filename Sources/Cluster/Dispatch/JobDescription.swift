/// A job as dispatch sees it: whose tasks they are and who may compute them.
package struct JobDescription: Hashable, Sendable {
    package var id: JobID
    package var tenant: TenantID
    /// Among the jobs of one tenant; each level is worth ``DispatchPolicy/priorityHeadStart`` of waiting.
    package var priority: Int
    /// Workers of this class alone take part; nil (mixed numerics) lets all.
    package var numericsClass: NumericsClass?
    /// The tenant's share while this job is served, 1 for an equal one.
    package var weight: Double

    /// - Parameters:
    ///   - id: never used before.
    ///   - tenant: whose job it is.
    ///   - priority: among the tenant's jobs, higher first; kept within ±1,000.
    ///   - numericsClass: nil for mixed numerics.
    ///   - weight: kept within 0.01...100.
    package init(
        id: JobID, tenant: TenantID, priority: Int = 0, numericsClass: NumericsClass?, weight: Double = 1
    ) {
        self.id = id
        self.tenant = tenant
        self.priority = min(max(priority, -1000), 1000)
        self.numericsClass = numericsClass
        self.weight = weight.isFinite ? min(max(weight, 0.01), 100) : 1
    }
}
