/// Which way a pass through the autoencoder goes.
public enum PassDirection: Int, Sendable, Hashable, CaseIterable {
    /// Latents to a picture.
    case decode = 1
    /// A picture to latents.
    case encode = 2
}
