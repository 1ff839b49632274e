/// The colours of an hour.
struct Palette {
    /// The sky at the top, half-way down and at the horizon.
    var sky: (top: Colour, middle: Colour, horizon: Colour)
    /// What everything that is lit is multiplied by.
    var light: Colour
    /// What distance fades to.
    var haze: Colour
    /// The sun or the moon.
    var disc: Colour
    /// The sky around it.
    var glow: Colour
    /// Clouds in the light and away from it.
    var cloud: (lit: Colour, shaded: Colour)

    init(_ time: TimeOfDay) {
        switch time {
        case .dawn:
            sky = (Colour(0.42, 0.53, 0.80), Colour(0.80, 0.72, 0.82), Colour(1, 0.80, 0.72))
            light = Colour(0.95, 0.80, 0.82)
            haze = Colour(0.90, 0.76, 0.80)
            disc = Colour(1, 0.95, 0.80)
            glow = Colour(1, 0.80, 0.62)
            cloud = (Colour(1, 0.84, 0.84), Colour(0.70, 0.62, 0.74))
        case .day:
            sky = (Colour(0.18, 0.44, 0.86), Colour(0.42, 0.66, 0.95), Colour(0.78, 0.90, 0.98))
            light = Colour(1, 1, 0.97)
            haze = Colour(0.72, 0.84, 0.95)
            disc = Colour(1, 0.96, 0.62)
            glow = Colour(1, 0.97, 0.80)
            cloud = (Colour(1, 1, 1), Colour(0.72, 0.78, 0.86))
        case .sunset:
            sky = (Colour(0.28, 0.20, 0.46), Colour(0.80, 0.34, 0.34), Colour(1, 0.62, 0.22))
            light = Colour(0.92, 0.58, 0.42)
            haze = Colour(0.88, 0.46, 0.34)
            disc = Colour(1, 0.92, 0.50)
            glow = Colour(1, 0.70, 0.30)
            cloud = (Colour(1, 0.60, 0.42), Colour(0.46, 0.26, 0.40))
        case .night:
            sky = (Colour(0.015, 0.025, 0.09), Colour(0.04, 0.06, 0.17), Colour(0.10, 0.14, 0.31))
            light = Colour(0.22, 0.27, 0.44)
            haze = Colour(0.09, 0.12, 0.27)
            disc = Colour(0.96, 0.96, 0.88)
            glow = Colour(0.45, 0.52, 0.75)
            cloud = (Colour(0.20, 0.23, 0.36), Colour(0.07, 0.09, 0.18))
        }
    }
}

extension Season {
    /// Of grass.
    var meadow: Colour {
        switch self {
        case .spring: Colour(0.46, 0.72, 0.26)
        case .summer: Colour(0.24, 0.56, 0.20)
        case .autumn: Colour(0.72, 0.50, 0.18)
        case .winter: Colour(0.90, 0.93, 0.97)
        }
    }

    /// Of leaves.
    var foliage: Colour {
        switch self {
        case .spring: Colour(0.96, 0.66, 0.76)
        case .summer: Colour(0.18, 0.48, 0.14)
        case .autumn: Colour(0.88, 0.38, 0.10)
        case .winter: Colour(0.86, 0.90, 0.95)
        }
    }
}
