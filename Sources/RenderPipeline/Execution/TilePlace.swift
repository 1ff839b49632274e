package import DiffusionModels

/// One tile of a pass that hosts share.
package struct TilePlace: Sendable, Hashable {
    /// What tells passes apart.
    package struct Pass: Sendable, Hashable {
        /// Never used twice by one coordinator.
        package var session: UInt64
        package var direction: AutoencoderDirection
        /// Of the latents, in cells.
        package var height: Int
        package var width: Int
        /// The longest edge of a tile's core in latent cells; nil for one tile of everything.
        package var core: Int?

        /// - Parameters:
        ///   - session: never used twice by one coordinator.
        ///   - direction: which way it goes.
        ///   - height: rows of latents.
        ///   - width: columns of latents.
        ///   - core: the longest edge of a tile's core in latent cells; nil for one tile of everything.
        package init(session: UInt64, direction: AutoencoderDirection, height: Int, width: Int, core: Int?) {
            self.session = session
            self.direction = direction
            self.height = height
            self.width = width
            self.core = core
        }
    }

    package var pass: Pass
    /// Its number in the grid.
    package var tile: Int

    /// - Parameters:
    ///   - pass: which pass.
    ///   - tile: its number in the grid.
    package init(_ pass: Pass, tile: Int) {
        self.pass = pass
        self.tile = tile
    }
}

extension Autoencoder {
    /// The tiles of a pass and their layers.
    package func pass(_ place: TilePlace.Pass) -> TiledPass {
        switch place.direction {
        case .decode: decodePass(height: place.height, width: place.width, core: place.core)
        case .encode: encodePass(height: place.height, width: place.width, core: place.core)
        }
    }

    /// What a pass costs.
    package func cost(_ place: TilePlace.Pass) -> AutoencoderCost {
        switch place.direction {
        case .decode: decodeCost(height: place.height, width: place.width, core: place.core)
        case .encode: encodeCost(height: place.height, width: place.width, core: place.core)
        }
    }
}
