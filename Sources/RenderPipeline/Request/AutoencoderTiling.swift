/// How the autoencoder takes a picture.
public enum AutoencoderTiling<Geometry: Sendable & Hashable>: Sendable, Hashable {
    /// In tiles that together equal the whole up to rounding, with cores of at most so many latent cells; nil for one
    /// tile of everything.
    case exact(core: Int?)
    /// In the tiles of another implementation, each normalised by itself.
    case approximate(Geometry)
}
