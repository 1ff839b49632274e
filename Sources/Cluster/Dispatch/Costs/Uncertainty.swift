/// How uncertain what a cost is made of is at first: variances of natural logarithms. 0.01 is a tenth more or less, 0.5 is
/// half or twice.
enum Uncertainty {
    /// What a worker says of its speed.
    static let ofSpeed = 0.25
    /// How far away a machine is of which nothing was measured.
    static let ofLink = 9.0
    /// How much longer the work of one operation takes than that of another. So large that what takes long is a heavy
    /// operation rather than a slow machine, until another machine has done the same.
    static let ofOperation = 4.0
    /// The same of the shapes of an operation.
    static let ofShape = 0.16
    /// The same where nothing is known of the work.
    static let withoutWork = 25.0
    /// A first run may have to warm up.
    static let ofFirstRun = 0.25
    /// What a second of computing, or on the way, adds to the uncertainty of what may change.
    static let drift = 0.0005

    /// How exact a measurement is: what is over in no time takes as long for what is beside the work.
    static func ofMeasurement(_ seconds: Double) -> Double {
        let beside = 0.01 / seconds
        return 0.02 + beside * beside
    }
}
